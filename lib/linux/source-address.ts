/**
 * Which address of an interface adverts come from. It decides ties (RFC 9568 §6.4.3), so it must not move: not to a
 * virtual address, and not when another address is put in front of it.
 */
import type { LinkState } from '../instance/ports.ts'
import { familyOf, type IpFamily } from '../net/index.ts'

/** True for an IPv6 link-local address, the only kind that VRRP over IPv6 may come from (RFC 9568 §5.1.2.1). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address)
}

/**
 * The primary address: `current` while the interface still has it, else the first of the family that is not virtual.
 * @param isVirtual whether a virtual router put that address there
 */
export function primaryAddress(
  link: LinkState | undefined,
  family: IpFamily,
  isVirtual: (address: string, interfaceName: string) => boolean,
  current?: string,
): string | undefined {
  if (link === undefined) return undefined
  const usable = link.addresses.filter(
    address => familyOf(address) === family && (family === 4 || isLinkLocal(address)) && !isVirtual(address, link.name),
  )
  return current !== undefined && usable.includes(current) ? current : usable[0]
}
