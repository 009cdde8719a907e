/**
 * The keywords of bfd_instance. Known, not acted on.
 */
import { flag, integer, ipAddress, words } from './arguments.ts'
import { keyword } from './declaration.ts'
import { weightArgument } from './track-line.ts'

/** `bfd_instance NAME { … }` */
export const BFD_INSTANCE = {
  neighbor_ip: keyword(ipAddress(), 'Address of the other end.'),
  source_ip: keyword(ipAddress(), 'Our own address.'),
  min_rx: keyword(words('MILLISECONDS', 1, 1), 'Least interval that we can receive.', { default: '10 ms' }),
  min_tx: keyword(words('MILLISECONDS', 1, 1), 'Least interval that we send with.', { default: '10 ms' }),
  idle_tx: keyword(words('MILLISECONDS', 1, 1), 'Interval while the session is down.', { default: '1000 ms' }),
  multiplier: keyword(integer(1, 255), 'Missed packets until the session is down.', { default: '5' }),
  passive: keyword(flag(), 'Wait for the other end to begin.'),
  ttl: keyword(integer(1, 255), 'TTL of what is sent.'),
  hoplimit: keyword(integer(1, 255), 'The same for IPv6.'),
  max_hops: keyword(integer(-1, 255), 'Hops that a packet may have taken.'),
  multihop: keyword(flag(), 'The other end is not on the link (RFC 5883).'),
  weight: keyword(weightArgument(253), 'Change of priority.'),
  vrrp: keyword(flag(), 'Tell VRRP of the session.'),
  checker: keyword(flag(), 'Tell the checkers of the session.'),
}
