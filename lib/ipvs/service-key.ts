/**
 * What names a virtual service: protocol, address and port, or a firewall mark. ipvsadm(8), `-t`, `-u`, `--sctp-service`, `-f`.
 */
import { familyOf, type IpFamily } from '../net/index.ts'

/** The transport protocols that IPVS balances. */
export type ServiceProtocol = 'tcp' | 'udp' | 'sctp'

/**
 * A protocol that IPVS does not balance, by its number: the kernel keeps such a service when somebody adds it. It can
 * be read and deleted, not added.
 */
export type ForeignProtocol = `ip-${number}`

/** A service by where its packets go to. */
export interface AddressKey {
  readonly protocol: ServiceProtocol | ForeignProtocol
  /** Canonical text, IPv4 or IPv6. */
  readonly address: string
  /** 0-65535; 0: all ports, of a persistent service. */
  readonly port: number
  readonly fwmark?: never
}

/** A service by the mark that the firewall gives to its packets. */
export interface MarkKey {
  /** 1-4294967295 */
  readonly fwmark: number
  /** The same mark of the other family is another service. */
  readonly family: IpFamily
  readonly protocol?: never
  readonly address?: never
  readonly port?: never
}

/** What names a virtual service. */
export type ServiceKey = AddressKey | MarkKey

/** The family of a service's packets. @throws RangeError when its address is none */
export function serviceFamily(key: ServiceKey): IpFamily {
  if (key.fwmark !== undefined) return key.family
  const family = familyOf(key.address)
  if (family === undefined) throw new RangeError(`address: '${key.address}' is not an IPv4 or IPv6 address`)
  return family
}

/** `192.0.2.1:80`, `[2001:db8::1]:80` */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** `tcp 192.0.2.1:80`, `fwmark 7`, `fwmark 7 IPv6`: equal for equal services and for no others, when addresses are canonical. */
export function formatServiceKey(key: ServiceKey): string {
  if (key.fwmark !== undefined) return key.family === 6 ? `fwmark ${key.fwmark} IPv6` : `fwmark ${key.fwmark}`
  return `${key.protocol} ${formatEndpoint(key.address, key.port)}`
}

/** The key alone of whatever has one: a service as it was read, or is wanted. */
export function serviceKeyOf(service: ServiceKey): ServiceKey {
  if (service.fwmark !== undefined) return { fwmark: service.fwmark, family: service.family }
  return { protocol: service.protocol, address: service.address, port: service.port }
}
