/**
 * What is said of an address to the kernel. An instance keeps its addresses, as the same objects, for as long as its
 * configuration stays, and a takeover has no time: each is worked out once, and kept with the object. rtnetlink(7).
 */
import type { VirtualAddress } from '../instance/ports.ts'
import { canonicalIp } from '../net/index.ts'
import { ADDRESS_SCOPES, type AddressMessage, encodeAddress, requireFamily } from '../netlink/index.ts'

const CANONICAL = new WeakMap<VirtualAddress, VirtualAddress>()
const KEYS = new WeakMap<VirtualAddress, string>()
const BODIES = new WeakMap<VirtualAddress, { readonly index: number; readonly bytes: Uint8Array }>()

/** The address in its canonical form: the same object for the same object. */
export function canonical(address: VirtualAddress): VirtualAddress {
  let known = CANONICAL.get(address)
  if (known === undefined) {
    known = { ...address, address: canonicalIp(address.address) }
    CANONICAL.set(address, known)
    CANONICAL.set(known, known)
  }
  return known
}

/** What tells addresses of a machine apart: two that the kernel takes for one have the same key. */
export function addressKey(address: VirtualAddress): string {
  let key = KEYS.get(address)
  if (key === undefined) {
    key = `${canonicalIp(address.address)}/${address.prefixLength} ${address.interface}`
    KEYS.set(address, key)
  }
  return key
}

/**
 * The body of a request to add or delete it.
 * @param address - in its canonical form
 * @param index - of its interface
 * @throws RangeError naming the field that is no address
 */
export function addressBody(address: VirtualAddress, index: number): Uint8Array {
  const known = BODIES.get(address)
  if (known?.index === index) return known.bytes
  const bytes = encodeAddress(messageOf(address, index))
  BODIES.set(address, { index, bytes })
  return bytes
}

function messageOf(virtual: VirtualAddress, index: number): AddressMessage {
  const { address, scope = 'global', prefixLength, label, broadcast, peer, preferredLifetime, flags } = virtual
  return {
    family: requireFamily(address, 'address'),
    index,
    address,
    prefixLength,
    scope: typeof scope === 'number' ? scope : ADDRESS_SCOPES[scope],
    ...(label !== undefined && { label }),
    ...(broadcast !== undefined && { broadcast }),
    ...(peer !== undefined && { peer }),
    ...(preferredLifetime !== undefined && { preferredLifetime }),
    ...(flags !== undefined && { flags }),
  }
}
