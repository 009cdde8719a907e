/**
 * Addresses that IPVS can work with. The kernel refuses some of the others without a word, and takes some.
 */
import { formatIp, isMulticast, parseIp } from '../net/index.ts'
import { type Given, shown } from './given.ts'

/** An address in canonical text; `0.0.0.0` with a reported problem when it is none that packets are sent to. */
export function unicastAddress(given: Given, option: string): string {
  const value = given.get(option)
  const bytes = typeof value === 'string' ? parseIp(value) : undefined
  if (bytes === undefined) {
    given.refuse(option, `${shown(value)} is not an IPv4 or IPv6 address`)
    return '0.0.0.0'
  }
  const address = formatIp(bytes)
  if (bytes.every(byte => byte === 0)) given.refuse(option, `${address} is not the address of anybody`)
  else if (isMulticast(bytes)) given.refuse(option, `${address} is a multicast group: IPVS balances unicast alone`)
  else if (bytes.length === 4 && bytes.every(byte => byte === 255)) {
    given.refuse(option, `${address} is the broadcast address: IPVS balances unicast alone`)
  }
  return address
}
