/**
 * The addresses that a line of virtual_server_group stands for. keepalived.conf(5), "Virtual server group(s)".
 */
import { formatIp, requireIp } from '../net/ip.ts'

/** `count` addresses from `first` on, in canonical text, one after the other. @throws RangeError when `first` is no address */
export function* addressRange(first: string, count = 1): Iterable<string> {
  const bytes = Uint8Array.from(requireIp(first, 'first'))
  for (let left = count; left > 0; left--) {
    yield formatIp(bytes)
    let at = bytes.length - 1
    while (at >= 0 && bytes[at] === 0xff) bytes[at--] = 0
    if (at >= 0) bytes[at] = (bytes[at] ?? 0) + 1
  }
}
