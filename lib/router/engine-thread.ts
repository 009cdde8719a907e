/**
 * An engine in a thread of its own: {@link EngineHost} as its owner in the main thread sees it.
 */

import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { EventListeners } from '../engine/event-listeners.ts'
import type { EngineCommand, EngineEvent, EngineHost, EngineSnapshot, ReplayRecord } from '../engine/index.ts'
import { VrrpError } from '../errors.ts'
import { closeBell, ringBell, type Scheduling } from '../linux/index.ts'
import {
  ANSWERS,
  BEATS,
  BELL,
  COUNTERS,
  type EngineAnswer,
  type EngineThreadData,
  type FromEngine,
  type ToEngine,
} from './engine-messages.ts'

/** What an {@link EngineThread} is made from. */
export interface EngineThreadOptions {
  /** Tell of each announcement too. Default false. */
  readonly detail?: boolean
  /**
   * The script of the thread, for programs that are bundled: a bundle of `lib/router/engine-worker.js`. Default: that file as
   * it was installed.
   */
  readonly script?: URL
  /** How the thread is scheduled. Default: as all others. */
  readonly scheduling?: Scheduling
}

/** The longest that an answer may take: the thread answers within a turn of its loop. */
const PATIENCE = 2000
/** The longest that it is waited for the last adverts, which take a fraction of a millisecond. */
const RESIGNATION = 5
/** Room for what dies young, in MB: small, so that clearing it away is short. */
const YOUNG_GENERATION = 2
const SCRIPT = new URL('./engine-worker.js', import.meta.url)

/** An engine on Linux ports of its own, alone in a thread. */
export class EngineThread implements EngineHost {
  /** Hears what the kernel refused of the scheduling. The engine runs without it. */
  onUnscheduled: (refusals: readonly string[]) => void = () => {}
  /** Hears what was thrown in the thread, and of its end before its time. `broken` tells whether the engine is still to be trusted. */
  onError: (error: unknown) => void = () => {}
  readonly #worker: Worker
  readonly #commands: MessagePort
  readonly #answers: MessagePort
  readonly #counters = new Int32Array(new SharedArrayBuffer(4 * COUNTERS))
  readonly #listeners = new EventListeners()
  readonly #ended: Promise<void>
  readonly #ready: Promise<void>
  #replayRecords: readonly ReplayRecord[] = []
  /** Who waits for them. */
  #askers: ((records: readonly ReplayRecord[]) => void)[] = []
  #settleReady: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined
  #beats = 0
  #broken = false
  #stopping = false
  #running = true

  /** Starts the thread. Commands may be given at once. */
  constructor({ detail, scheduling, script = SCRIPT }: EngineThreadOptions = {}) {
    // Read when the heap of the thread is made: without it V8 compacts an idle heap to save memory, and a timer that falls
    // due meanwhile is late by milliseconds.
    setFlagsFromString('--no-memory-reducer')
    const [commands, answers] = [new MessageChannel(), new MessageChannel()]
    this.#commands = commands.port1
    this.#answers = answers.port1
    const workerData: EngineThreadData = {
      commands: commands.port2,
      answers: answers.port2,
      counters: this.#counters,
    }
    this.#worker = new Worker(script, {
      name: 'vrrp-engine',
      workerData,
      transferList: [commands.port2, answers.port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    })
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject }
    })
    this.#ready.catch(() => {})
    this.#commands.on('message', (message: FromEngine) => this.#hear(message))
    if (detail) this.detail = true
    if (scheduling !== undefined) this.schedule(scheduling)
    this.#worker.on('error', error => this.#fail(error, true))
    this.#ended = new Promise(resolve => {
      this.#worker.on('exit', () => {
        this.#end()
        resolve()
      })
    })
  }

  /** Resolves when the thread has opened its ports. Rejects with the reason when it could not. */
  get ready(): Promise<void> {
    return this.#ready
  }

  get broken(): boolean {
    return this.#broken
  }

  /** Whether its loop has turned since this was last asked. It does several times a second. */
  get alive(): boolean {
    const beats = Atomics.load(this.#counters, BEATS)
    const alive = beats !== this.#beats
    this.#beats = beats
    return alive
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  dispatch(command: EngineCommand): void {
    this.#tell({ type: 'command', command })
  }

  /** Whether it tells of each announcement too. */
  set detail(detail: boolean) {
    this.#tell({ type: 'detail', detail })
  }

  /** Changes how the thread is scheduled. */
  schedule(scheduling: Scheduling): void {
    this.#tell({ type: 'schedule', scheduling })
  }

  /**
   * Waits for the answer of the thread, a fraction of a millisecond.
   * @throws VrrpError `ERR_STATUS` when the thread has ended, or does not answer
   */
  snapshot(): EngineSnapshot {
    if (!this.#running) throw new VrrpError('ERR_STATUS', 'the engine has ended')
    // An answer that came too late the last time is none to this question.
    while (receiveMessageOnPort(this.#answers) !== undefined);
    const before = Atomics.load(this.#counters, ANSWERS)
    this.#tell({ type: 'snapshot' })
    Atomics.wait(this.#counters, ANSWERS, before, PATIENCE)
    const received = receiveMessageOnPort(this.#answers)
    if (received === undefined) throw new VrrpError('ERR_STATUS', `the engine did not answer within ${PATIENCE} ms`)
    const answer = received.message as EngineAnswer
    if ('error' in answer) throw answer.error
    return answer.snapshot
  }

  /** As the thread says it, or said it last. The main thread does not wait for it. */
  replayRecords(): Promise<readonly ReplayRecord[]> {
    if (!this.#running) return Promise.resolve(this.#replayRecords)
    return new Promise(resolve => {
      if (this.#askers.push(resolve) === 1) this.#tell({ type: 'replay-records' })
    })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const before = Atomics.load(this.#counters, ANSWERS)
    const heard = this.#tell({ type: 'stop' })
    // The backups wait for the priority 0: what this thread has to do now must not keep the other from a processor.
    if (heard) Atomics.wait(this.#counters, ANSWERS, before, RESIGNATION)
    await this.#ended
  }

  /** Returns whether the thread hears it now. Before there is a bell it has not looked for messages yet. */
  #tell(message: ToEngine): boolean {
    if (!this.#running) return false
    this.#commands.postMessage(message)
    const bell = Atomics.load(this.#counters, BELL) - 1
    if (bell >= 0) ringBell(bell)
    return bell >= 0
  }

  #hear(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        this.#settleReady?.resolve()
        return
      case 'events':
        for (const event of message.events) this.#listeners.tell(event)
        return
      case 'replay-records':
        return this.#takeReplayRecords(message.records)
      case 'unscheduled':
        return this.onUnscheduled(message.refusals)
      case 'failed':
        return this.#fail(message.error, message.broken)
    }
  }

  #takeReplayRecords(records: readonly ReplayRecord[]): void {
    this.#replayRecords = records
    for (const resolve of this.#askers.splice(0)) resolve(records)
  }

  #fail(error: unknown, broken: boolean): void {
    if (broken) this.#broken = true
    this.#settleReady?.reject(error)
    this.onError(error)
  }

  #end(): void {
    if (!this.#running) return
    this.#running = false
    // What it told last is still in the port.
    for (let last = receiveMessageOnPort(this.#commands); last; last = receiveMessageOnPort(this.#commands)) {
      this.#hear(last.message as FromEngine)
    }
    this.#takeReplayRecords(this.#replayRecords)
    this.#commands.close()
    this.#answers.close()
    const bell = Atomics.exchange(this.#counters, BELL, 0) - 1
    if (bell >= 0) closeBell(bell)
    if (!this.#stopping && !this.#broken)
      this.#fail(new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'the thread of the engine ended'), true)
  }
}
