/**
 * What the options of a channel must be.
 */
import type { ChannelOptions } from '../instance/ports.ts'
import { familyOf, isMulticast, parseMac, requireIp } from '../net/index.ts'

/** Checks the options of a channel. @throws RangeError naming the option */
export function requireChannel(options: ChannelOptions): ChannelOptions {
  const { destination, family, vrid, source, ttl = 255 } = options
  if (options.interface === '') throw new RangeError('interface: empty')
  if (options.virtualMac !== undefined) parseMac(options.virtualMac.mac, 'virtualMac')
  if (!Number.isInteger(vrid) || vrid < 1 || vrid > 255) throw new RangeError(`vrid: ${vrid} is not within 1-255`)
  const require = (address: string, option: string) => {
    if (familyOf(address) !== family) throw new RangeError(`${option}: '${address}' is not an IPv${family} address`)
  }
  if (source !== undefined) require(source, 'source')
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 255) throw new RangeError(`ttl: ${ttl} is not within 0-255`)
  if (destination.type === 'multicast') {
    require(destination.group, 'group')
    if (ttl !== 255) throw new RangeError(`ttl: multicast adverts have 255 (RFC 9568 §5.1.1.3), not ${ttl}`)
    if (!isMulticast(requireIp(destination.group, 'group'))) {
      throw new RangeError(`group: '${destination.group}' is not a multicast address`)
    }
  } else {
    for (const peer of destination.peers) require(peer, 'peers')
  }
  return options
}
