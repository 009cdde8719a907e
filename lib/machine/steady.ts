/**
 * The steady state, which is nearly all of a router's life: the same advert goes out again, or comes in again, and nothing
 * changes but a deadline. What {@link step} answers then, without the objects: for shells that serve thousands a second.
 */
import type { Milliseconds } from '../time/units.ts'
import { activeDownInterval } from './intervals.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { BackupState } from './state.ts'

/**
 * When the advert after the one of `due` is sent. Counted from the deadline, not from now, so that late wake-ups do not add
 * up; adverts that were missed altogether are not sent in a burst. RFC 9568 §6.4.3 (Adver_Timer fires).
 */
export function nextAdvertisement(due: Milliseconds, interval: Milliseconds, now: Milliseconds): Milliseconds {
  const missed = Math.floor((now - due) / interval)
  const next = due + (missed + 1) * interval
  // A quotient that rounded down must not leave a deadline in the past.
  return (next <= now ? next + interval : next) as Milliseconds
}

/**
 * Whether an advert of an obeyed router only says again what its last one said. Then the Active_Down_Timer is set to
 * {@link downInterval} from now, and that is all, unless it was missed already (see late.ts). RFC 9568 §6.4.2.
 */
export function isRepetition(
  router: VirtualRouter,
  state: BackupState,
  { priority, interval, source }: { readonly priority: number; readonly interval: number; readonly source: string },
): boolean {
  const known = state.activeRouter
  return (
    known !== undefined &&
    known.priority === priority &&
    known.address === source &&
    priority !== 0 &&
    state.waitingFor === 'advertisement' &&
    state.wish === undefined &&
    state.preemptAt === undefined &&
    (router.version === 3 ? interval : router.interval) === state.activeInterval &&
    (priority >= state.priority || !preempts(router))
  )
}

/** How long a backup waits for the next advert. RFC 9568 §6.1 (Active_Down_Interval). */
export function downInterval(router: VirtualRouter, priority: number, activeInterval: Milliseconds): Milliseconds {
  return activeDownInterval(router.version, priority, activeInterval, router.downTimerAdverts)
}

/** RFC 9568 §6.1 (Preempt_Mode): an owner always preempts. */
export function preempts(router: VirtualRouter): boolean {
  return router.preempt || isOwner(router)
}
