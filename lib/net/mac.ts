/**
 * Ethernet addresses, and the virtual ones of VRRP. RFC 9568 §7.3.
 */
import type { IpFamily } from './ip.ts'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** ff:ff:ff:ff:ff:ff */
export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff'

/** Six bytes to `00:00:5e:00:01:33`. */
export function formatMac(bytes: Uint8Array, offset = 0): string {
  let text = HEX[bytes[offset] ?? 0] as string
  for (let i = 1; i < 6; i++) text += `:${HEX[bytes[offset + i] ?? 0]}`
  return text
}

/** `00:00:5e:00:01:33` or `00-00-5E-00-01-33` to bytes. @throws RangeError naming `option`. */
export function parseMac(text: string, option = 'mac'): Uint8Array {
  if (!/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(text)) {
    throw new RangeError(`${option}: '${text}' is not an Ethernet address (six hexadecimal bytes)`)
  }
  return Uint8Array.from(text.split(/[:-]/), part => Number.parseInt(part, 16))
}

/** The virtual router's address: 00-00-5E-00-01-{VRID} for IPv4, 00-00-5E-00-02-{VRID} for IPv6 (RFC 9568 §7.3). */
export function virtualMac(vrid: number, family: IpFamily): string {
  return `00:00:5e:00:0${family === 4 ? 1 : 2}:${vrid.toString(16).padStart(2, '0')}`
}
