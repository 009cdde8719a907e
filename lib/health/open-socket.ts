/**
 * A socket for a target: node's own, or, where it needs what node cannot set, one of the {@link SocketOpener}.
 */
import { closeSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import type { Target } from './check-specification.ts'
import type { SocketOpener, SocketRequest } from './socket-opener.ts'

/**
 * Makes a socket.
 * @param make takes the descriptor over; undefined: it makes its own, and binds it
 * @throws Error when a socket is needed that nobody can open, or that the system refuses
 */
export function openSocket<Made>(
  target: Target,
  type: SocketRequest['type'],
  opener: SocketOpener | undefined,
  make: (fd: number | undefined) => Made,
): Made {
  const { address, mark, interface: interfaceName } = target
  const plain = mark === undefined && (interfaceName === undefined || isLinkLocal(address))
  if (opener === undefined) {
    if (plain && type !== 'icmp') return make(undefined)
    throw new Error('there is no port for sockets with a mark, an interface or ICMP here')
  }
  if (plain && type === 'tcp') return make(undefined)
  const fd = opener.open({
    type,
    family: isIPv6(address) ? 6 : 4,
    ...(mark !== undefined && { mark }),
    ...(interfaceName !== undefined && { interface: interfaceName }),
    ...(type !== 'tcp' && sourceOf(target)),
  })
  try {
    return make(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Link-local addresses mean nothing without their interface: `fe80::1%eth0`. */
export function zoned(address: string, interfaceName: string | undefined): string {
  return interfaceName !== undefined && isLinkLocal(address) ? `${address}%${interfaceName}` : address
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address)
}

function sourceOf({ sourceAddress, sourcePort = 0 }: Target): Pick<SocketRequest, 'source'> {
  return sourceAddress === undefined ? {} : { source: { address: sourceAddress, port: sourcePort } }
}
