/**
 * Makes a timeline of what happens: a line for each thing worth reading, a count for what merely repeats itself, so that
 * a quiet hour is a few lines.
 */
import type { EngineEvent } from '../engine/event.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import type { Milliseconds } from '../time/units.ts'
import type { NetworkEvent } from './network-event.ts'
import { formatAction, type ScenarioAction } from './scenario-step.ts'
import type { Takeover } from './takeover.ts'
import type { AdvertisementOccasion, TimelineEntry } from './timeline-entry.ts'

/** A line that may still grow: a later event of the same kind adds to it. */
type Growing<T extends TimelineEntry['type']> = {
  -readonly [K in keyof Extract<TimelineEntry, { readonly type: T }>]: Extract<TimelineEntry, { readonly type: T }>[K]
}

/** What is remembered of one instance. */
interface Thread {
  readonly interval: number
  lastSentAt: number | undefined
  lastPriority: number | undefined
  faulty: boolean
  steady: Growing<'advertisements'> | undefined
  burst: Growing<'announcements'> | undefined
  readonly repeated: Map<string, Growing<'notice'> | Growing<'refused'>>
}

/** Frames further apart than this, or than a tenth of the advertisement interval, belong to two bursts. */
const BURST_MS = 1

/** How a timeline is made. */
export interface TimelineOptions {
  /** A line for every advertisement. */
  readonly everyAdvertisement: boolean
  /** The node that has an address. */
  readonly nodeOf: (address: string) => string | undefined
}

/** Collects lines in order of time. */
export class Timeline {
  readonly #options: TimelineOptions
  readonly #entries: TimelineEntry[] = []
  readonly #threads = new Map<string, Thread>()

  constructor(options: TimelineOptions) {
    this.#options = options
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries
  }

  /** Something was done to the cluster: what repeats itself is counted anew from here. */
  step(at: Milliseconds, action: ScenarioAction | 'start'): void {
    this.#threads.forEach(forget)
    this.#entries.push({ at, type: 'step', text: action === 'start' ? action : formatAction(action) })
  }

  /** A node's daemon began: what was remembered of its instance is void. */
  begin(node: string, instance: InstanceSpecification): void {
    this.#threads.set(keyOf(node, instance.name), {
      interval: instance.interval,
      lastSentAt: undefined,
      lastPriority: undefined,
      faulty: false,
      steady: undefined,
      burst: undefined,
      repeated: new Map(),
    })
  }

  /** An address moved on a node. Moves of one instant and interface share a line. */
  move({ at, host, interface: on, address, present }: Extract<NetworkEvent, { readonly type: 'address' }>): void {
    const last = this.#entries.at(-1)
    if (
      last?.type === 'addresses' &&
      last.at === at &&
      last.node === host &&
      last.interface === on &&
      last.present === present
    ) {
      this.#entries[this.#entries.length - 1] = { ...last, addresses: [...last.addresses, address] }
    } else this.#entries.push({ at, node: host, type: 'addresses', interface: on, present, addresses: [address] })
  }

  /** Something happened to an instance. */
  event(node: string, event: EngineEvent, takeover?: Takeover): void {
    const { at, instance } = event
    const thread = this.#threads.get(keyOf(node, instance))
    if (thread === undefined) return
    const place = { at, node, instance }
    switch (event.type) {
      case 'transition': {
        forget(thread)
        thread.lastSentAt = event.to === 'active' ? thread.lastSentAt : undefined
        const { from, to, reason, priority, peer } = event
        const fromFault = thread.faulty && from === 'initialize'
        thread.faulty = reason === 'fault'
        this.#insertBeforeMoves({
          ...place,
          ...{ type: 'transition', from, to, fromFault, reason, priority },
          ...(peer === undefined ? {} : { peer: { node: this.#name(peer.address), priority: peer.priority } }),
          ...(takeover === undefined ? {} : { takeover }),
        })
        return
      }
      case 'notice': {
        const { notice } = event
        const key = `${notice.type} ${'source' in notice ? notice.source : ''}`
        const address = 'source' in notice ? notice.source : 'to' in notice ? notice.to : undefined
        const peer = typeof address === 'string' ? { peer: this.#name(address) } : {}
        this.#repeat(thread, key, () => ({ ...place, type: 'notice', notice, ...peer, count: 1 }))
        return
      }
      case 'advertisement-refused': {
        const { source, reason, message } = event
        this.#repeat(thread, `${reason} ${source}`, () => ({
          ...place,
          ...{ type: 'refused', source: this.#name(source), reason, message, count: 1 },
        }))
        return
      }
      case 'advertisement-questioned':
        this.#entries.push({ ...place, type: 'questioned', source: this.#name(event.source), message: event.message })
        return
      case 'advertisement-sent':
        this.#sent(thread, place, event.priority)
        return
      case 'announced':
        this.#announced(thread, place, event)
        return
      case 'send-failed':
        this.#entries.push({ ...place, type: 'send-failed', message: event.message })
        return
      case 'fault':
        thread.faulty = true
        this.#entries.push({ ...place, type: 'fault', fault: event.fault })
        return
      case 'fault-cleared': {
        const last = this.#entries.at(-1)
        // a tracker's first verdict comes with the start: no fault worth a line
        if (last?.type === 'fault' && last.at === at && last.node === node && last.instance === instance) {
          this.#entries.pop()
          thread.faulty = event.count > 0
        } else this.#entries.push({ ...place, type: 'fault-cleared', fault: event.fault })
        return
      }
      case 'advertisement-received':
      // what was really on the interfaces is told by the network
      case 'addresses':
      case 'left-over-removed':
        return
    }
  }

  /** The moves of an instant are told by the network as they happen, the transition that led to them after all is done. */
  #insertBeforeMoves(entry: TimelineEntry): void {
    let index = this.#entries.length
    for (let moved = this.#entries[index - 1]; moved?.type === 'addresses'; moved = this.#entries[index - 1]) {
      if (moved.at !== entry.at || moved.node !== entry.node) break
      index--
    }
    this.#entries.splice(index, 0, entry)
  }

  #repeat(thread: Thread, key: string, make: () => Growing<'notice'> | Growing<'refused'>): void {
    const known = thread.repeated.get(key)
    if (known !== undefined) known.count++
    else {
      const entry = make()
      thread.repeated.set(key, entry)
      this.#entries.push(entry)
    }
  }

  #sent(thread: Thread, place: { at: Milliseconds; node: string; instance: string }, priority: number): void {
    const occasion = this.#options.everyAdvertisement ? 'listed' : occasionOf(thread, place.at, priority)
    thread.lastSentAt = place.at
    thread.lastPriority = priority
    if (occasion !== undefined) {
      thread.steady = undefined
      this.#entries.push({ ...place, type: 'advertisement', priority, occasion })
    } else if (thread.steady === undefined) {
      thread.steady = { ...place, type: 'advertisements', priority, count: 1, until: place.at }
      this.#entries.push(thread.steady)
    } else {
      thread.steady.count++
      thread.steady.until = place.at
    }
  }

  #announced(
    thread: Thread,
    place: { at: Milliseconds; node: string; instance: string },
    event: Extract<EngineEvent, { readonly type: 'announced' }>,
  ): void {
    const { burst } = thread
    const { cause, address, interface: on } = event
    const follows = burst !== undefined && place.at - burst.until <= Math.max(BURST_MS, thread.interval / 10)
    if (burst !== undefined && follows && burst.cause === cause && burst.interface === on) {
      burst.count++
      burst.until = place.at
      if (!burst.addresses.includes(address)) burst.addresses = [...burst.addresses, address]
      return
    }
    thread.burst = {
      ...place,
      type: 'announcements',
      interface: on,
      cause,
      addresses: [address],
      count: 1,
      until: place.at,
    }
    this.#entries.push(thread.burst)
  }

  #name(address: string): string {
    return this.#options.nodeOf(address) ?? address
  }
}

function occasionOf(thread: Thread, at: number, priority: number): AdvertisementOccasion | undefined {
  if (priority === 0) return 'resignation'
  if (thread.lastSentAt === undefined) return 'first'
  if (priority !== thread.lastPriority) return 'priority'
  // a microsecond for the rounding of binary fractions
  if (at - thread.lastSentAt < thread.interval - 0.001) return 'unscheduled'
  return undefined
}

/** Counts begin anew. */
function forget(thread: Thread): void {
  thread.steady = undefined
  thread.burst = undefined
  thread.repeated.clear()
}

function keyOf(node: string, instance: string): string {
  return `${node} ${instance}`
}
