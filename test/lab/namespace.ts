/**
 * Entering the network namespace of a host with this very thread: a socket stays in the namespace where it was made.
 */
import { closeSync, openSync } from 'node:fs'
import koffi from 'koffi'
import type { Host } from './host.ts'

const CLONE_NEWNET = 0x40000000
const setns = koffi.load(null).func('int setns(int fd, int type)')

/** Enters the namespace of `host` with the calling thread. Returns the way back. */
export function enterNamespace(host: Pick<Host, 'namespace'>): () => void {
  const home = openSync('/proc/thread-self/ns/net', 'r')
  const there = openSync(`/run/netns/${host.namespace}`, 'r')
  enter(there)
  closeSync(there)
  return () => {
    enter(home)
    closeSync(home)
  }
}

/** Runs `body` with the calling thread in the namespace of `host`, and comes back. */
export function insideNamespace<T>(host: Host, body: () => T): T {
  const leave = enterNamespace(host)
  try {
    return body()
  } finally {
    leave()
  }
}

function enter(fd: number): void {
  if (setns(fd, CLONE_NEWNET) !== 0) throw new Error(`setns: error ${koffi.errno()}`)
}

/** Turns the event loop until the condition holds. @throws Error after 5 seconds */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('five seconds were not enough')
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}
