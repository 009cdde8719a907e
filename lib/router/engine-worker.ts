/**
 * The thread of an engine: nothing else runs in it, so that nobody's work or garbage can make a router miss an advert.
 */
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Engine, type EngineEvent, EventDigest } from '../engine/index.ts'
import { linuxPorts, openBell, PpollReactor, type Scheduling, silenceBell, ThreadScheduling } from '../linux/index.ts'
import { milliseconds } from '../time/index.ts'
import {
  ANSWERS,
  BEATS,
  BELL,
  type EngineAnswer,
  type EngineThreadData,
  type FromEngine,
  type ToEngine,
} from './engine-messages.ts'

/** How often the thread shows that it lives, in milliseconds. */
const BEAT_PERIOD = 100
/** So often a takeover and a stop are rehearsed in the beginning: V8 has compiled their code then. */
const REHEARSALS = 30

const { commands, answers, counters } = workerData as EngineThreadData

const reactor = new PpollReactor(error => tell({ type: 'failed', error, broken: engine.broken }))
const { clock, close, ...ports } = linuxPorts({ reactor, alarm: reactor.alarm })
const engine = new Engine({ clock, ports, quiet: true })
const ownScheduling = new ThreadScheduling()
const digest = new EventDigest()
/** What the turn under way had to tell: one message for all of it. */
let untold: EngineEvent[] = []
const SETTLED = Promise.resolve()
let rehearsals = 0

engine.subscribe(event => {
  if (!digest.passes(event)) return
  if (untold.push(event) === 1) void SETTLED.then(tellEvents)
})

const bell = openBell()
const onBell = () => {
  silenceBell(bell)
  hearAll()
}
reactor.watch(bell, onBell, { urgent: true })
Atomics.store(counters, BELL, bell + 1)
const beat = clock.wakeAt(clock.now(), () => {
  Atomics.add(counters, BEATS, 1)
  reactor.defer(rehearse)
  beat.move?.(milliseconds(clock.now() + BEAT_PERIOD), milliseconds(BEAT_PERIOD))
})
tell({ type: 'ready' })
// What came before there was a bell.
reactor.defer(hearAll)
void reactor.run().then(() => {
  close()
  commands.close()
  answers.close()
})

function hearAll(): void {
  for (let received = receiveMessageOnPort(commands); received; received = receiveMessageOnPort(commands)) {
    hear(received.message as ToEngine)
  }
}

function hear(message: ToEngine): void {
  switch (message.type) {
    case 'command':
      engine.dispatch(message.command)
      // When the first adverts have left there is time, and an end may come soon.
      if (message.command.type === 'configure') reactor.defer(rehearse)
      return
    case 'snapshot':
      return answer()
    case 'replay-records':
      void tellReplayRecords()
      return
    case 'stop':
      void stop()
      return
    case 'detail':
      digest.detail = message.detail
      return
    case 'schedule':
      return schedule(message.scheduling)
  }
}

function rehearse(): void {
  if (rehearsals++ >= REHEARSALS) return
  engine.rehearse()
  reactor.rehearse()
}

function answer(): void {
  let given: EngineAnswer
  try {
    given = { snapshot: engine.snapshot() }
  } catch (error) {
    given = { error }
  }
  answers.postMessage(given)
  countAnswer()
}

/** Wakes the main thread, if it waits. */
function countAnswer(): void {
  Atomics.add(counters, ANSWERS, 1)
  Atomics.notify(counters, ANSWERS)
}

async function stop(): Promise<void> {
  const stopped = engine.stop()
  // The last adverts have left, and the addresses are gone.
  countAnswer()
  try {
    await stopped
  } catch (error) {
    tell({ type: 'failed', error, broken: true })
  }
  tellEvents()
  await tellReplayRecords()
  reactor.end()
}

async function tellReplayRecords(): Promise<void> {
  tell({ type: 'replay-records', records: await engine.replayRecords() })
}

function schedule(wanted: Scheduling): void {
  const refusals = ownScheduling.set(wanted)
  if (refusals.length > 0) tell({ type: 'unscheduled', refusals })
}

function tellEvents(): void {
  if (untold.length === 0) return
  const events = untold
  untold = []
  tell({ type: 'events', events })
}

function tell(message: FromEngine): void {
  commands.postMessage(message)
}
