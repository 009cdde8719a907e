/**
 * Sockets of health checks with what node cannot set: a firewall mark, an interface, ICMP, all ICMP errors (socket(7),
 * ip(7), icmp(7)). The descriptor goes to node, which reads and writes it like its own.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { SocketOpener, SocketRequest } from '../health/socket-opener.ts'
import { requireIp } from '../net/index.ts'
import { ERRNO, systemError } from '../netlink/system-error.ts'
import {
  AF_INET,
  AF_INET6,
  IP_RECVERR,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  SO_MARK,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'

/** Who may open ICMP sockets, as two group ids; IPv6 goes by it too. */
const PING_GROUPS = '/proc/sys/net/ipv4/ping_group_range'
const PRIVILEGED_HINT = 'a firewall mark needs root or the capability CAP_NET_ADMIN'

/** Opens sockets through koffi. */
export class LinuxSocketOpener implements SocketOpener {
  /** @throws SystemError, VrrpError `ERR_TRANSPORT_UNAVAILABLE` where there is no koffi */
  open(request: SocketRequest): number {
    try {
      return openRequested(request)
    } catch (error) {
      if (request.type !== 'icmp' || errnoOf(error) !== ERRNO.EACCES || !admitOwnGroup()) throw error
      return openRequested(request)
    }
  }
}

function openRequested({ type, family, mark, interface: name, source }: SocketRequest): number {
  const domain = family === 4 ? AF_INET : AF_INET6
  const protocol = type !== 'icmp' ? 0 : family === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6
  const kind = type === 'tcp' ? SOCK_STREAM : SOCK_DGRAM
  const { fd } = openDescriptor(`${type} check`, [domain, kind, protocol], socket => {
    if (mark !== undefined) setMark(socket, mark)
    if (name !== undefined) socket.bindToDevice(name)
    if (type !== 'tcp') hearErrors(socket, family)
    if (source !== undefined) socket.bind(socketAddress(source.address, source.port, family))
  })
  return fd
}

function setMark(socket: RawDescriptor, mark: number): void {
  const value = Buffer.alloc(4)
  value.writeUInt32LE(mark)
  try {
    socket.set(SOL_SOCKET, SO_MARK, value, 'SO_MARK')
  } catch (error) {
    if (errnoOf(error) !== ERRNO.EPERM) throw error
    throw systemError('setsockopt SO_MARK', ERRNO.EPERM, { code: 'ERR_CAPABILITY', hint: PRIVILEGED_HINT })
  }
}

/** Otherwise a socket for datagrams hears of closed ports only, not of hosts that are out of reach. */
function hearErrors(socket: RawDescriptor, family: 4 | 6): void {
  if (family === 4) socket.set(IPPROTO_IP, IP_RECVERR, 1, 'IP_RECVERR')
  else socket.set(IPPROTO_IPV6, IPV6_RECVERR, 1, 'IPV6_RECVERR')
}

/** struct sockaddr_in: family, port, address, padding; sockaddr_in6: family, port, flow, address, scope. */
function socketAddress(address: string, port: number, family: 4 | 6): Uint8Array {
  const bytes = Buffer.alloc(family === 4 ? 16 : 28)
  bytes.writeUInt16LE(family === 4 ? AF_INET : AF_INET6)
  bytes.writeUInt16BE(port, 2)
  bytes.set(requireIp(address, 'source.address'), family === 4 ? 4 : 8)
  return bytes
}

function errnoOf(error: unknown): unknown {
  return (error as { readonly errno?: unknown }).errno
}

/** The kernel's default admits nobody, not even root. Like keepalived: widen the range to our group, if we may. */
function admitOwnGroup(): boolean {
  const group = process.getgid?.() ?? 0
  try {
    const [from = 1, to = 0] = readFileSync(PING_GROUPS, 'latin1').trim().split(/\s+/).map(Number)
    const range = from > to ? [group, group] : [Math.min(from, group), Math.max(to, group)]
    writeFileSync(PING_GROUPS, range.join(' '))
    return true
  } catch {
    return false
  }
}
