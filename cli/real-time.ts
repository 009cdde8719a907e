/**
 * Settings of V8 for a process that keeps deadlines.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from collecting a heap that nobody is short of. Eight seconds after its last full collection, and again half
 * a second later, V8 compacts the heap of an idle program to save memory; a timer that falls due meanwhile was
 * measured 3 to 80 ms late.
 */
export function keepDeadlines(): void {
  setFlagsFromString('--no-memory-reducer')
}
