/**
 * virtual_ipaddress and virtual_ipaddress_excluded: family, interface, limits.
 */
import { familyOf, formatIp, type IpFamily, requireIp } from '../net/ip.ts'
import type { AddressLine } from './address-line.ts'
import type { AddressConfiguration } from './configuration.ts'
import type { Located } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'

/** Addresses that an advert can carry: its count is one octet. */
export const ADDRESS_LIMIT = 255

/** What the two lists say. */
export interface CompletedAddresses {
  /** Family of the instance: that of its first address. */
  readonly family: IpFamily
  readonly addresses: readonly AddressConfiguration[]
  readonly excludedAddresses: readonly AddressConfiguration[]
}

/** Applies defaults to the addresses of an instance. */
export function completeAddresses(
  listed: readonly Located<AddressLine>[],
  excluded: readonly Located<AddressLine>[],
  deviceOf: (line: AddressLine, family: IpFamily) => string,
  log: DiagnosticLog,
): CompletedAddresses {
  const first = listed[0] ?? excluded[0]
  const family = (first === undefined ? undefined : familyOf(first.value.address)) ?? 4
  const ofFamily = listed.filter(({ value, position }) => {
    if (familyOf(value.address) === family) return true
    const message = `'${value.address}' is not IPv${family} like the first address and is left out: put it in virtual_ipaddress_excluded`
    log.report('mixed-families', position, message)
    return false
  })
  // A repeated address stays: keepalived advertises it twice, and a peer that counts addresses expects that.
  reportRepeated(ofFamily, log)
  reportRepeated(excluded, log)
  const beyond = ofFamily[ADDRESS_LIMIT]
  if (beyond !== undefined) {
    const message = `an advert carries ${ADDRESS_LIMIT} addresses at most: put the rest in virtual_ipaddress_excluded`
    log.report('too-many-addresses', beyond.position, message)
  }
  const complete = ({ value }: Located<AddressLine>): AddressConfiguration =>
    completeAddress(value, line => deviceOf(line, family))
  return {
    family,
    addresses: ofFamily.slice(0, ADDRESS_LIMIT).map(complete),
    excludedAddresses: excluded.map(complete),
  }
}

/** An address with its defaults, on the device that `deviceOf` finds for it; `brd +` and `brd -` become an address. */
export function completeAddress(line: AddressLine, deviceOf: (line: AddressLine) => string): AddressConfiguration {
  const { address, prefixLength, scope, label, broadcast, peer, preferredLifetime, flags = [] } = line
  const sent = flags.flatMap(flag => {
    if (flag === 'no_track' || flag === 'use_vmac') return []
    return [flag === '-nodad' ? ('dad' as const) : flag]
  })
  return {
    address,
    prefixLength,
    interface: deviceOf(line),
    ...(scope !== undefined && { scope }),
    ...(label !== undefined && { label }),
    ...(broadcast !== undefined && { broadcast: broadcastOf(broadcast, line) }),
    ...(peer !== undefined && { peer }),
    ...(preferredLifetime !== undefined && { preferredLifetime }),
    ...(sent.length > 0 && { flags: sent }),
    ...(flags.includes('no_track') && { tracked: false }),
  }
}

function broadcastOf(broadcast: string, { address, prefixLength }: AddressLine): string {
  if (broadcast !== '+' && broadcast !== '-') return broadcast
  const bytes = requireIp(address, 'address')
  bytes.forEach((octet, i) => {
    const host = 0xff >> Math.min(Math.max(prefixLength - 8 * i, 0), 8)
    bytes[i] = broadcast === '+' ? octet | host : octet & ~host
  })
  return formatIp(bytes, 0, 4)
}

function reportRepeated(list: readonly Located<AddressLine>[], log: DiagnosticLog): void {
  const seen = new Map<string, Located<AddressLine>>()
  for (const line of list) {
    const { address, interface: device } = line.value
    const key = `${address} ${device ?? ''}`
    const earlier = seen.get(key)
    if (earlier === undefined) {
      seen.set(key, line)
      continue
    }
    const related = [{ ...earlier.position, message: 'listed here before' }]
    const message = `'${address}' is listed twice, and adverts carry it twice: remove it on all nodes alike`
    log.report('repeated-address', line.position, message, { related })
  }
}
