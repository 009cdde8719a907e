/**
 * Settings of V8 for a process that keeps deadlines, and stays for years.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * To be called when the program and its threads are loaded, not before: node's own code, and ours, was compiled ahead for
 * other settings, and V8 takes it for these alone. A thread that is started after this takes 22 ms longer to begin.
 *
 * Eight seconds after the start of an idle program, and again half a second later, V8 compacts its heap step by step to
 * save memory; a timer that falls due meanwhile was measured 3 to 80 ms late. Without incremental marking that does not
 * happen; the rare collection of a full heap is then one pause of a few milliseconds.
 *
 * V8 doubles the room for what dies young up to 48 MB and keeps it. A daemon that has little to do needs no such room:
 * without growth 25 MB of memory are saved, for nothing that was measurable. Starting a thread undoes this setting.
 *
 * V8 forgets code that did not run for long. A takeover comes once in a month, and is rehearsed so that it runs fast.
 */
export function becomeDaemon(): void {
  setFlagsFromString('--no-incremental-marking')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-flush-bytecode')
}
