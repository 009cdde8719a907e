/**
 * The option `virtualMac` of a {@link VrrpInstance}, and what it makes of the addresses. RFC 9568 §7.3; keepalived's use_vmac.
 */
import { formatMac, type IpFamily, parseMac, requireIp, virtualMac } from '../net/index.ts'
import type { VirtualAddress } from './ports.ts'
import type { VirtualMacSpecification } from './specification.ts'

/** How a virtual router has its own MAC address. */
export interface VirtualMacOptions {
  /** Name of the interface that is made, 1-15 characters. Default `vrrp.VRID` (keepalived's; give another one if two share it). */
  readonly name?: string
  /** Default 00:00:5e:00:01:VRID, for IPv6 00:00:5e:00:02:VRID (RFC 9568 §7.3). */
  readonly mac?: string
  /** Send adverts from the real interface all the same. Default false; adverts to `peers` always leave from there. */
  readonly transmitFromBase?: boolean
}

/**
 * The virtual interface above `parent`, which gets the addresses that would go there.
 * @throws TypeError, RangeError naming the option
 */
export function specifyVirtualMac(
  given: boolean | VirtualMacOptions,
  { interface: parent, vrid, family }: { readonly interface: string; readonly vrid: number; readonly family: IpFamily },
  addresses: readonly VirtualAddress[],
): { readonly virtualMac?: VirtualMacSpecification; readonly deviceOf: (address: VirtualAddress) => string } {
  if (given === false) return { deviceOf: address => address.interface }
  const {
    name = `vrrp.${vrid}`,
    mac = virtualMac(vrid, family),
    transmitFromBase = false,
  } = given === true ? {} : given
  if (typeof name !== 'string' || !/^[^/\s:]{1,15}$/.test(name) || name === '.' || name === '..') {
    throw new RangeError(`virtualMac.name: a name of an interface has 1 to 15 characters, not '${name}'`)
  }
  const above = addresses.filter(address => address.interface === parent)
  const has = (length: number) => above.some(({ address }) => requireIp(address, 'addresses').length === length)
  const one = {
    name,
    parent,
    mac: formatMac(parseMac(mac, 'virtualMac.mac')),
    ipv4: family === 4 || has(4),
    ipv6: family === 6 || has(16),
  }
  return {
    virtualMac: { interfaces: [one], ...(transmitFromBase && { transmitFromBase }) },
    deviceOf: address => (address.interface === parent ? name : address.interface),
  }
}
