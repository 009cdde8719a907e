/**
 * The frames that tell a segment where an address lives now. RFC 9568 §6.4.2, RFC 5227 §2.3, RFC 5944 §4.6 (gratuitous
 * ARP), RFC 4861 §7.2.6 (unsolicited Neighbor Advertisement).
 */
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../net/arp.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV6, encodeEthernet } from '../net/ethernet.ts'
import { familyOf, type IpFamily } from '../net/ip.ts'
import { encodeIpv6 } from '../net/ipv6.ts'
import { BROADCAST_MAC, parseMac } from '../net/mac.ts'
import { encodeNeighborAdvertisement, IPPROTO_ICMPV6 } from '../net/ndp.ts'

/**
 * How a gratuitous ARP looks; sender and target address are the announced one in all of them.
 * `request`: a request for the broadcast Ethernet address, as keepalived sends it.
 * `announcement`: a request for Ethernet address zero, RFC 5227 §2.3.
 * `reply`: a reply with our own Ethernet address as the target's too, RFC 5944 §4.6; what RFC 9568 §6.4.2 describes.
 */
export type GratuitousArpForm = 'request' | 'announcement' | 'reply'

/** What a gratuitous ARP announces. */
export interface GratuitousArpOptions {
  /** The Ethernet address to announce, and to send from: the interface's, or `virtualMac(vrid, 4)`. */
  readonly mac: string
  /** The IPv4 address to announce. */
  readonly address: string
  /** Default `request`. */
  readonly form?: GratuitousArpForm
}

/** What an unsolicited Neighbor Advertisement announces. */
export interface UnsolicitedNeighborAdvertisementOptions {
  /** The Ethernet address to announce, and to send from: the interface's, or `virtualMac(vrid, 6)`. */
  readonly mac: string
  /** The IPv6 address to announce. */
  readonly address: string
  /** Source address of the packet. Default: the announced address, as keepalived has it. */
  readonly source?: string
  /** The Router flag. Default true (RFC 9568 §6.4.2); keepalived sets it where the interface forwards. */
  readonly router?: boolean
}

const ALL_NODES = 'ff02::1'
/** RFC 2464 §7: 33:33 and the last four bytes of the group. */
const ALL_NODES_MAC = '33:33:00:00:00:01'
const ZERO_MAC = '00:00:00:00:00:00'

/**
 * A gratuitous ARP, broadcast: 42 bytes, without the padding that Ethernet hardware adds.
 *
 * @throws RangeError naming the option that is no address
 * @example
 * ```ts
 * announcer.send(gratuitousArp({ mac: virtualMac(51, 4), address: '192.0.2.1' }), 'eth0')
 * ```
 */
export function gratuitousArp({ mac, address, form = 'request' }: GratuitousArpOptions): Uint8Array {
  requireFamily(address, 4, 'address')
  parseMac(mac)
  const arp = encodeArp({
    operation: form === 'reply' ? ARP_REPLY : ARP_REQUEST,
    senderMac: mac,
    senderAddress: address,
    targetMac: form === 'request' ? BROADCAST_MAC : form === 'announcement' ? ZERO_MAC : mac,
    targetAddress: address,
  })
  return encodeEthernet({ destination: BROADCAST_MAC, source: mac, etherType: ETHERTYPE_ARP }, arp)
}

/**
 * An unsolicited Neighbor Advertisement to all nodes (86 bytes): Override set, Solicited clear, hop limit 255, with the
 * target link-layer address option.
 *
 * @throws RangeError naming the option that is no address
 */
export function unsolicitedNeighborAdvertisement(options: UnsolicitedNeighborAdvertisementOptions): Uint8Array {
  const { mac, address, source = address, router = true } = options
  requireFamily(address, 6, 'address')
  requireFamily(source, 6, 'source')
  parseMac(mac)
  const ip = { source, destination: ALL_NODES, protocol: IPPROTO_ICMPV6, hopLimit: 255 }
  const flags = { router, solicited: false, override: true }
  const message = encodeNeighborAdvertisement({ target: address, targetMac: mac, ...flags }, ip)
  return encodeEthernet({ destination: ALL_NODES_MAC, source: mac, etherType: ETHERTYPE_IPV6 }, encodeIpv6(ip, message))
}

function requireFamily(address: string, family: IpFamily, option: string): void {
  if (familyOf(address) !== family) throw new RangeError(`${option}: '${address}' is not an IPv${family} address`)
}
