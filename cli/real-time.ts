/**
 * Settings of V8 for a process that keeps deadlines, and stays for years.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * When what a start needs was loaded and done, and the engine's thread too has looked back at its own, in milliseconds.
 * Node's own code, and ours, was compiled ahead for V8's ordinary settings, and V8 takes it for these alone: a thread that is
 * started with others takes 22 ms longer to begin.
 */
const SETTLED = 3000
/** When the start is so long ago that V8 no longer sizes its heap for it (it looks back for 5 s, and not always). */
const IDLE = [9000, 15_000]

/** Makes the program that has begun a daemon. @param settled called when it is loaded, before the settings change */
export function becomeDaemon(settled?: () => void): void {
  setTimeout(() => {
    settled?.()
    setFlags()
  }, SETTLED).unref()
  for (const idle of IDLE) setTimeout(giveBack, idle).unref()
}

/**
 * Eight seconds after the start of an idle program, and again half a second later, V8 compacts its heap step by step to
 * save memory; a timer that falls due meanwhile was measured 3 to 80 ms late. Without incremental marking that does not
 * happen; the rare collection of a full heap is then one pause of a few milliseconds.
 *
 * V8 doubles the room for what dies young up to 48 MB and keeps it. A daemon that has little to do needs no such room:
 * without growth 25 MB of memory are saved, for nothing that was measurable. Starting a thread undoes this setting.
 *
 * V8 forgets code that did not run for long. A takeover comes once in a month, and is rehearsed so that it runs fast.
 */
function setFlags(): void {
  setFlagsFromString('--no-incremental-marking')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-flush-bytecode')
}

/** Gives back what the start left, 30 MB with many routers. A pause of this thread, where no advert is waited for. */
async function giveBack(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const memory = await import('../lib/linux/memory.ts')
  memory.releaseMemory()
}
