/**
 * The IpvsKernel port: generic netlink and /proc of a network namespace.
 */
import { createReadStream, openSync } from 'node:fs'
import type { IpvsKernel } from '../ipvs/kernel.ts'
import { NETLINK_GENERIC, systemError } from '../netlink/index.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import { inNetworkNamespace } from './network-namespace.ts'

/** The IPVS of this machine's kernel. */
export class LinuxIpvsKernel implements IpvsKernel {
  readonly #namespace: string | undefined

  /** @param namespace name or path of a network namespace; default: the thread's own */
  constructor(namespace?: string) {
    this.#namespace = namespace
  }

  openSocket(): LinuxNetlinkSocket {
    const namespace = this.#namespace
    return new LinuxNetlinkSocket({ protocol: NETLINK_GENERIC, ...(namespace !== undefined && { namespace }) })
  }

  async *readConnections(): AsyncGenerator<string> {
    const path = '/proc/thread-self/net/ip_vs_conn'
    let fd: number
    try {
      // Open files stay in their namespace, so the pool's threads may read it.
      fd = inNetworkNamespace(this.#namespace, () => openSync(path, 'r'))
    } catch (error) {
      const { code, errno } = error as NodeJS.ErrnoException
      if (typeof errno !== 'number' || code === undefined || errno > 0) throw error
      throw systemError(`open ${path}`, -errno, { hint: 'the kernel has no IPVS, or its module is not loaded' })
    }
    const stream = createReadStream('', { fd, encoding: 'latin1' })
    for await (const text of stream) yield text
  }
}
