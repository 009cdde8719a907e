/**
 * The machine of one virtual router with the state it is in. In the steady state, when only a deadline moves, it keeps that
 * deadline apart and makes no new state: what is made 25,000 times a second is garbage that stops the world one day.
 */
import {
  downInterval,
  initialState,
  isLate,
  isRepetition,
  type MachineEvent,
  type MachineState,
  nextAdvertisement,
  nextDeadline,
  type RouterState,
  type Step,
  step,
  type VirtualRouter,
} from '../machine/index.ts'
import type { Milliseconds } from '../time/index.ts'

/** An advert that passed all checks. */
type Advertisement = Pick<Extract<MachineEvent, { type: 'advertisement' }>, 'priority' | 'interval' | 'source'>

/** What a router has to say as the member of a sync group. */
export interface Membership {
  readonly state: RouterState
  readonly wantsActive: boolean
  /** It is backup and hears an active router. */
  readonly obeys: boolean
}

/** A machine under way. */
export class Course {
  #router: VirtualRouter
  #state: MachineState
  /** The deadline, once it has moved on from that of the state; NaN as long as it has not. */
  #moved = Number.NaN

  constructor(router: VirtualRouter) {
    this.#router = router
    this.#state = initialState(router)
  }

  get router(): VirtualRouter {
    return this.#router
  }
  set router(router: VirtualRouter) {
    this.state // what was repeated was repeated under the old parameters
    this.#router = router
  }

  /** The name of the state. */
  get at(): RouterState {
    return this.#state.state
  }

  /** The effective priority. */
  get priority(): number {
    return this.#state.priority
  }

  /** The state as it is now. */
  get state(): MachineState {
    if (Number.isNaN(this.#moved)) return this.#state
    const deadline = this.#moved as Milliseconds
    if (this.#state.state === 'active') this.#state = { ...this.#state, advertiseAt: deadline }
    else if (this.#state.state === 'backup') this.#state = { ...this.#state, activeDownAt: deadline }
    this.#moved = Number.NaN
    return this.#state
  }
  set state(state: MachineState) {
    this.#state = state
    this.#moved = Number.NaN
  }

  get membership(): Membership {
    const { state } = this
    if (state.state !== 'backup') return { state: state.state, wantsActive: false, obeys: false }
    return { state: 'backup', wantsActive: state.wish !== undefined, obeys: state.activeRouter !== undefined }
  }

  /** When a timer event is due; undefined when no time will change anything. */
  get deadline(): Milliseconds | undefined {
    return Number.isNaN(this.#moved) ? nextDeadline(this.#state) : (this.#moved as Milliseconds)
  }

  /** What an event leads to. The state is taken over with {@link Course.state}. */
  step(event: MachineEvent, now: Milliseconds): Step {
    return step(this.#router, this.state, event, now)
  }

  /**
   * The timer of an active router: moves on to the next deadline if an advert is due, and not late.
   * @returns whether one is to be sent, of the priority of the state; false, and nothing done, when there is more to it
   */
  advertisesAgain(now: Milliseconds): boolean {
    if (this.#state.state !== 'active') return false
    const due = this.deadline
    if (due === undefined || now < due || isLate(due, this.#router.interval, now)) return false
    this.#moved = nextAdvertisement(due, this.#router.interval, now)
    return true
  }

  /**
   * An advert of the router that a backup obeys: moves on to the next deadline if it only says again what is known.
   * @returns false, and does nothing, when it says more
   */
  hearsAgain(advertisement: Advertisement, now: Milliseconds): boolean {
    const state = this.#state
    if (state.state !== 'backup' || !isRepetition(this.#router, state, advertisement)) return false
    const due = this.deadline
    if (due === undefined || isLate(due, state.activeInterval, now)) return false
    this.#moved = now + downInterval(this.#router, state.priority, state.activeInterval)
    return true
  }
}
