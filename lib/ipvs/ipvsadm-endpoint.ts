/**
 * `host[:port]` as ipvsadm(8) writes it: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`, names of hosts and services.
 */
import { canonicalIp, familyOf } from '../net/index.ts'
import type { ServiceProtocol } from './service-key.ts'

/** Where names are looked up. The text itself says nothing of what they mean. */
export interface NameLookup {
  /** The address of a host; undefined when it has none. */
  host(name: string): string | undefined
  /** The port of a service; undefined when it has none. */
  port(name: string, protocol: ServiceProtocol): number | undefined
}

/** Knows no name. */
export const NO_NAMES: NameLookup = { host: () => undefined, port: () => undefined }

/** An address and perhaps a port. */
export interface Endpoint {
  /** Canonical text. */
  readonly address: string
  /** 0-65535 */
  readonly port?: number
}

/** Reads `host[:port]`. @returns the reason, as text, when it is none */
export function readEndpoint(text: string, protocol: ServiceProtocol, names: NameLookup): Endpoint | string {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text)
  if (bracketed !== null) {
    const [, inner = '', port] = bracketed
    if (familyOf(inner) !== 6) return `'${inner}' is not an IPv6 address`
    return withPort(canonicalIp(inner), port, protocol, names)
  }
  // Without brackets an IPv6 address has no port: its last part looks like one.
  if (familyOf(text) === 6) return { address: canonicalIp(text) }
  const colon = text.lastIndexOf(':')
  const host = colon < 0 ? text : text.slice(0, colon)
  if (host === '' || (colon < 0 && /^\d+$/.test(host))) return `'${text}' is not an address: host[:port]`
  const address = readIpv4(host) ?? names.host(host)
  if (address === undefined) return `'${host}' is neither an IP address nor the name of a host that is known here`
  return withPort(address, colon < 0 ? undefined : text.slice(colon + 1), protocol, names)
}

function withPort(
  address: string,
  text: string | undefined,
  protocol: ServiceProtocol,
  names: NameLookup,
): Endpoint | string {
  if (text === undefined) return { address }
  const port = readNumber(text) ?? names.port(text, protocol)
  if (port === undefined) return `'${text}' is neither a port nor the name of a ${protocol} service`
  return port >= 0 && port <= 65535 ? { address, port } : `${port} is not a port: 0-65535`
}

/** An integer as strtol(3) reads it in base 10; undefined when it is none. */
export function readNumber(text: string): number | undefined {
  // Beyond 15 digits a number would lose some; no value of ipvsadm has so many.
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) + 0 : undefined
}

/**
 * An IPv4 address as inet_aton(3) reads it: one to four parts, the last of which fills what is left, each decimal,
 * octal (`010`) or hexadecimal (`0x10`). Canonical text, or undefined when it is none.
 */
export function readIpv4(text: string): string | undefined {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every(part => /^(0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.test(part) && part.length < 13)) {
    return undefined
  }
  const numbers = parts.map(part => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)))
  const last = numbers.pop() ?? 0
  if (numbers.some(number => number > 255) || last >= 256 ** (4 - numbers.length)) return undefined
  const value = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), last)
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
}
