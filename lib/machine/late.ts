/**
 * Late wake-ups: this machine was paused or starved, and what it missed meanwhile says nothing about the other routers.
 * keepalived: timer_expired_backup.
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { Step } from './transition.ts'

/** Schedulers of busy machines are late by this much without anything being wrong. */
const TOLERANCE = milliseconds(20)

/** Whether a deadline was missed by more than an advert interval, and by more than 20 ms. */
export function isLate(due: Milliseconds, interval: Milliseconds, now: Milliseconds): boolean {
  return now - due > (interval > TOLERANCE ? interval : TOLERANCE)
}

/** Whether a late timer is taken for a sign that another router is active by now. Never by a router that would preempt it anyway. */
export function distrustsLateTimers(router: VirtualRouter): boolean {
  return router.timerExpiredBackup === true && !router.preempt && !isOwner(router)
}

/** The same step with the news that its timer was late, before the transition and after everything else. */
export function tellLate({ state, actions }: Step, late: number, heldOff: boolean): Step {
  const notice = { type: 'notice', notice: { type: 'late-timer', late: milliseconds(late), heldOff } } as const
  const last = actions.at(-1)
  if (last?.type !== 'transition') return { state, actions: [...actions, notice] }
  return { state, actions: [...actions.slice(0, -1), notice, last] }
}
