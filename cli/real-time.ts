/**
 * Settings of V8 for a process that keeps deadlines.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from collecting a heap that nobody is short of. Eight seconds after the start of an idle program, and again
 * half a second later, V8 compacts its heap step by step to save memory; a timer that falls due meanwhile was
 * measured 3 to 80 ms late. Without incremental marking that does not happen; the rare collection of a full heap is
 * then one pause of a few milliseconds.
 */
export function keepDeadlines(): void {
  setFlagsFromString('--no-incremental-marking')
}
