/**
 * What one virtual router went through, as its events told it: the last transitions, who else claims to be master, whose
 * adverts are refused. Bounded, and a few operations an event: it listens to every advert.
 */
import { describeFault } from '../instance/describe-fault.ts'
import type { InstanceEvent, TransitionEvent } from '../instance/index.ts'
import type { RouterState } from '../machine/index.ts'
import type { ReceiveError } from '../packet/index.ts'
import type { Milliseconds } from '../time/index.ts'
import { describeTransition } from './describe-transition.ts'
import { TRANSITIONS_KEPT, type TransitionStatus } from './node-status.ts'

/** A transition with its time, described once: it is asked for often. */
export interface RememberedTransition {
  /** The engine's clock, ms. */
  readonly at: number
  readonly status: TransitionStatus
}

/** Another router that advertised while we were active, since we are. */
export interface Rival {
  readonly address: string
  /** As last advertised; undefined when its adverts are refused, so that nothing of them can be trusted. */
  readonly priority: number | undefined
  /** Why its adverts are refused, if they are. */
  readonly refusal: string | undefined
  /** Wall clock, ms, of the first of its adverts. */
  readonly since: number
  /** Instants of its last three adverts on the engine's clock, the oldest first. */
  readonly recent: readonly number[]
}

/** A sender whose adverts are refused. */
export interface Refusal {
  readonly source: string
  readonly reason: ReceiveError
  readonly message: string
  readonly count: number
  /** Wall clock, ms. */
  readonly since: number
  /** Engine's clock, ms. */
  readonly lastAt: number
}

/** What is remembered of one instance. */
export interface InstanceRecord {
  readonly transitions: readonly RememberedTransition[]
  readonly rivals: readonly Rival[]
  readonly refusals: readonly Refusal[]
  /** Another router uses our own address. */
  readonly duplicate: { readonly address: string; readonly at: number; readonly time: number } | undefined
  /** Somebody else took our addresses off, the last time. */
  readonly taken:
    | {
        readonly addresses: readonly string[]
        readonly restored: boolean
        /** How often so far. */
        readonly count: number
        readonly at: number
        readonly time: number
      }
    | undefined
  readonly sendFailure: { readonly message: string; readonly count: number; readonly since: number } | undefined
  /** Times that it stopped being active. */
  readonly released: number
}

const SENDERS_KEPT = 16
const RECENT = 3

/** The memory of one instance. */
export class InstanceMemory implements InstanceRecord {
  readonly #transitions: RememberedTransition[] = []
  readonly #rivals = new Map<string, Rival>()
  readonly #refusals = new Map<string, Refusal>()
  #state: RouterState = 'initialize'
  #fault: string | undefined
  duplicate: InstanceRecord['duplicate']
  taken: InstanceRecord['taken']
  sendFailure: InstanceRecord['sendFailure']
  released = 0

  get transitions(): readonly RememberedTransition[] {
    return this.#transitions
  }

  get rivals(): readonly Rival[] {
    return [...this.#rivals.values()]
  }

  get refusals(): readonly Refusal[] {
    return [...this.#refusals.values()]
  }

  /**
   * Takes an event.
   * @param at - the engine's clock
   * @param time - the wall clock
   * @returns whether somebody who looks at the status would want to see it at once
   */
  hear(event: InstanceEvent, at: Milliseconds, time: Milliseconds): boolean {
    switch (event.type) {
      case 'transition':
        this.#transition(event, at, time)
        return true
      case 'fault':
        this.#fault = describeFault(event.fault)
        return true
      case 'advertisement-received':
        if (event.priority === 0) this.#rivals.delete(event.source)
        else if (this.#state === 'active') this.#rival(event.source, event.priority, undefined, at, time)
        // What is accepted now is no longer refused.
        return this.#refusals.size > 0 && this.#refusals.delete(event.source)
      case 'advertisement-refused':
        return this.#refuse(event, at, time)
      case 'advertisement-sent':
        this.sendFailure = undefined
        return false
      case 'send-failed':
        if (event.what !== 'advertisement') return false
        this.sendFailure = { message: event.message, count: event.count, since: this.sendFailure?.since ?? time }
        return event.count === 1
      case 'notice':
        if (event.notice.type === 'own-address') this.duplicate = { address: event.notice.source, at, time }
        return event.notice.type !== 'discarding-lower-priority'
      case 'fault-cleared':
      case 'advertisement-questioned':
        return true
      case 'addresses-taken': {
        const addresses = event.addresses.map(({ address, interface: device }) => `${address} on ${device}`)
        this.taken = { addresses, restored: event.restored, count: (this.taken?.count ?? 0) + 1, at, time }
        return true
      }
      default:
        return false
    }
  }

  #transition(event: TransitionEvent, at: number, time: number): void {
    const { from, to, reason } = event
    this.#transitions.push({
      at,
      status: describeTransition(event, time, reason === 'fault' ? this.#fault : undefined),
    })
    if (this.#transitions.length > TRANSITIONS_KEPT) this.#transitions.shift()
    if (from === 'active') this.released++
    this.#state = to
    this.#rivals.clear()
  }

  #refuse(event: Extract<InstanceEvent, { type: 'advertisement-refused' }>, at: number, time: number): boolean {
    const { source, reason, message } = event
    if (this.#state === 'active') this.#rival(source, undefined, message, at, time)
    const known = this.#refusals.get(source)
    if (known === undefined) forgetOldest(this.#refusals)
    const same = known !== undefined && known.reason === reason
    const [count, since] = same ? [known.count + 1, known.since] : [1, time]
    this.#refusals.set(source, { source, reason, message, count, since, lastAt: at })
    return count === 2
  }

  #rival(address: string, priority: number | undefined, refusal: string | undefined, at: number, time: number): void {
    const known = this.#rivals.get(address)
    if (known === undefined) forgetOldest(this.#rivals)
    const recent = [...(known?.recent ?? []), at].slice(-RECENT)
    this.#rivals.set(address, { address, priority, refusal, since: known?.since ?? time, recent })
  }
}

/** Makes room: forged senders must not grow the table. */
function forgetOldest(senders: Map<string, unknown>): void {
  if (senders.size < SENDERS_KEPT) return
  const [oldest] = senders.keys()
  if (oldest !== undefined) senders.delete(oldest)
}
