/**
 * Work in another network namespace. network_namespaces(7), setns(2).
 *
 * A socket belongs for ever to the namespace that its thread was in when it was made, and so does an open file of
 * /proc/net; so a thread visits the namespace just to open them. That is safe in Node when the visit is synchronous:
 * nothing else of the thread's JavaScript can run meanwhile, and the threads of the pool have namespaces of their own.
 */
import { closeSync, openSync } from 'node:fs'
import { check, systemError } from '../netlink/index.ts'
import { CLONE_NEWNET } from './constants.ts'
import { syscalls } from './syscalls.ts'

/**
 * Calls `work` with the thread in a network namespace.
 * @param namespace name, as ip-netns(8) has it, or path (`/proc/1234/ns/net`); undefined: the thread's own
 * @param work must be synchronous and must not start threads: they would stay there
 * @throws SystemError when there is no such namespace, or the process may not enter it (CAP_SYS_ADMIN)
 */
export function inNetworkNamespace<T>(namespace: string | undefined, work: () => T): T {
  if (namespace === undefined) return work()
  const own = openNamespace('/proc/thread-self/ns/net')
  try {
    const target = openNamespace(namespace.includes('/') ? namespace : `/var/run/netns/${namespace}`)
    try {
      check(`enter network namespace ${namespace}`, syscalls().setns(target, CLONE_NEWNET))
    } finally {
      closeSync(target)
    }
    try {
      return work()
    } finally {
      check(`leave network namespace ${namespace}`, syscalls().setns(own, CLONE_NEWNET))
    }
  } finally {
    closeSync(own)
  }
}

function openNamespace(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException
    const hint = 'it must be a name that ip netns list shows, or a path like /proc/PID/ns/net'
    throw systemError(`open network namespace ${path}`, -(errno ?? -2), { hint })
  }
}
