/**
 * Compares the addresses of a message with those of the virtual router. RFC 3768 §7.1, RFC 9568 §7.1.
 */
import type { AdvertisementView } from './view.ts'

/**
 * What is wrong with the address list of a whole message; undefined when it is the same in any order and, over IPv6, a
 * link-local address comes first (RFC 9568, erratum 8300).
 * @param expected - canonical text
 */
export function compareAddressList(view: AdvertisementView, expected: ReadonlySet<string>): string | undefined {
  const heard = new Set<string>()
  for (let i = 0; i < view.addressCount; i++) heard.add(view.address(i))
  const missing = [...expected].filter(address => !heard.has(address))
  const unknown = [...heard].filter(address => !expected.has(address))
  if (missing.length > 0 || unknown.length > 0) {
    const differences = [
      ...missing.map(address => `${address} is missing`),
      ...unknown.map(address => `${address} is not ours`),
    ]
    return `the address list differs: ${differences.join(', ')}`
  }
  if (view.addressCount !== expected.size) return 'the address list differs: an address is there twice'
  if (view.family === 6 && !isLinkLocal(view)) return 'the first address is not link-local'
  return undefined
}

/** fe80::/10 */
function isLinkLocal(view: AdvertisementView): boolean {
  const at = view.addressOffset(0)
  return view.bytes[at] === 0xfe && ((view.bytes[at + 1] as number) & 0xc0) === 0x80
}
