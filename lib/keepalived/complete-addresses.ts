/**
 * virtual_ipaddress and virtual_ipaddress_excluded: family, interface, limits.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
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
  interfaceName: string,
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
  const seen = new Map<string, Located<AddressLine>>()
  const addresses = withoutRepeated(ofFamily, seen, log)
  const excludedAddresses = withoutRepeated(excluded, seen, log)
  const beyond = addresses[ADDRESS_LIMIT]
  if (beyond !== undefined) {
    const message = `an advert carries ${ADDRESS_LIMIT} addresses at most: put the rest in virtual_ipaddress_excluded`
    log.report('too-many-addresses', beyond.position, message)
  }
  const complete = ({ value }: Located<AddressLine>): AddressConfiguration => ({ interface: interfaceName, ...value })
  return {
    family,
    addresses: addresses.slice(0, ADDRESS_LIMIT).map(complete),
    excludedAddresses: excludedAddresses.map(complete),
  }
}

function withoutRepeated(
  list: readonly Located<AddressLine>[],
  seen: Map<string, Located<AddressLine>>,
  log: DiagnosticLog,
): readonly Located<AddressLine>[] {
  return list.filter(line => {
    const { address, interface: device } = line.value
    const key = `${address} ${device ?? ''}`
    const earlier = seen.get(key)
    if (earlier === undefined) {
      seen.set(key, line)
      return true
    }
    const related = [{ ...earlier.position, message: 'listed here before' }]
    log.report('repeated-address', line.position, `'${address}' is listed twice: the second time counts for nothing`, {
      related,
    })
    return false
  })
}
