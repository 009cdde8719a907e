/**
 * What a gratuitous ARP or an unsolicited neighbour advertisement says to the hosts that hear it. RFC 5227 §3, RFC 4861 §7.2.6.
 */
import {
  decodeArp,
  decodeEthernet,
  decodeIpv6,
  decodeNeighborAdvertisement,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
} from '../net/index.ts'

/** An address and the Ethernet address it is at from now on. */
export interface AnnouncedAddress {
  /** Canonical text. */
  readonly address: string
  readonly mac: string
}

/**
 * Reads an Ethernet frame as a neighbour cache would.
 * Undefined when it announces nothing. @throws DecodeError when it is malformed.
 */
export function announcedAddress(frame: Uint8Array): AnnouncedAddress | undefined {
  const { etherType, payloadOffset } = decodeEthernet(frame)
  if (etherType === ETHERTYPE_ARP) {
    const { senderAddress, targetAddress, senderMac } = decodeArp(frame, payloadOffset)
    return senderAddress === targetAddress ? { address: senderAddress, mac: senderMac } : undefined
  }
  if (etherType !== ETHERTYPE_IPV6) return undefined
  const ip = decodeIpv6(frame, payloadOffset)
  const { target, override, targetMac } = decodeNeighborAdvertisement(
    frame,
    ip,
    ip.payloadOffset,
    ip.payloadOffset + ip.payloadLength,
  )
  return override && targetMac !== undefined ? { address: target, mac: targetMac } : undefined
}
