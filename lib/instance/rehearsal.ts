/**
 * A moment before a backup takes over: the code of a takeover has not run for seconds, if ever, and is cold; the way
 * from the advert to the first announcement would take twice as long. So it is walked once without consequences, in
 * time that the clock would spend waiting.
 */
import { type MachineState, step, type VirtualRouter } from '../machine/index.ts'
import type { Equipment } from './equipment.ts'

/** Rehearses the takeover that is about to come, if one is. */
export function rehearse(router: VirtualRouter, machine: MachineState, equipment: Equipment): void {
  if (machine.state !== 'backup') return
  // The machine is pure: what it answers can be dropped.
  step(router, machine, { type: 'timer' }, machine.activeDownAt)
  equipment.announcements.prepare()
  // A backup holds none of its addresses. To ask the kernel for that goes the way of the requests that will put them on.
  void equipment.held.removeLeftOver()
}
