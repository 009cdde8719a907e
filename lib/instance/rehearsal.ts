/**
 * A moment before a backup takes over: the code of a takeover has not run for seconds, if ever, and is cold; the way
 * from the advert to the first announcement would take twice as long. So it is walked once without consequences, in
 * time that the clock would spend waiting.
 */
import type { Course } from './course.ts'
import type { Equipment } from './equipment.ts'

/** Rehearses the takeover that is about to come, if one is. */
export function rehearse(course: Course, equipment: Equipment): void {
  const { state } = course
  if (state.state !== 'backup') return
  // The machine is pure: what it answers can be dropped.
  course.step({ type: 'timer' }, state.activeDownAt)
  equipment.announcements.prepare()
  equipment.held.rehearse()
}
