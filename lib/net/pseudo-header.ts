/**
 * The pseudo-header under a transport checksum. RFC 8200 §8.1 (IPv6), RFC 793 §3.1 (IPv4, as VRRPv3 borrows it: RFC 5798 §5.2.8).
 */
import { readU16 } from './big-endian.ts'
import { sumWords } from './checksum.ts'
import { addressLength, type IpFamily, requireIp } from './ip.ts'

/**
 * Sum of a pseudo-header from addresses in bytes, without its length field: add the length of the message.
 * @param protocol - IP protocol number, 112 for VRRP
 */
export function sumPseudoHeader(
  bytes: Uint8Array,
  sourceOffset: number,
  destinationOffset: number,
  addressLength: 4 | 16,
  protocol: number,
): number {
  if (addressLength === 4) {
    return (
      readU16(bytes, sourceOffset) +
      readU16(bytes, sourceOffset + 2) +
      readU16(bytes, destinationOffset) +
      readU16(bytes, destinationOffset + 2) +
      protocol
    )
  }
  return sumWords(bytes, sourceOffset, 16, sumWords(bytes, destinationOffset, 16, protocol))
}

// Adverts come from one sender to one group nearly always: remembering the last of each spares parsing text per packet.
let lastSource = ''
let lastDestination = ''
let lastFamily: IpFamily | undefined
let lastSum = 0

/**
 * Sum of a pseudo-header from addresses in text, without its length field: add the length of the message.
 * @param protocol - IP protocol number, 112 for VRRP
 * @param family - of both addresses
 * @throws RangeError naming `source` or `destination` when one is no address of the family.
 */
export function pseudoHeaderSum(source: string, destination: string, protocol: number, family: IpFamily): number {
  if (source !== lastSource || destination !== lastDestination || family !== lastFamily) {
    lastSum = addressSum(source, family, 'source') + addressSum(destination, family, 'destination')
    lastSource = source
    lastDestination = destination
    lastFamily = family
  }
  return lastSum + protocol
}

function addressSum(text: string, family: IpFamily, option: string): number {
  const bytes = requireIp(text, option)
  if (bytes.length !== addressLength(family))
    throw new RangeError(`${option}: '${text}' is not an IPv${family} address`)
  return sumWords(bytes, 0, bytes.length)
}
