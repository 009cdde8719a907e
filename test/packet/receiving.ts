/**
 * One virtual router, what it should hear, and how a message fares with it.
 */
import type { IpEnvelope } from '../../lib/net/index.ts'
import {
  type Acceptance,
  type Advertisement,
  encode,
  Receiver,
  type ReceiverConfiguration,
} from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** Where adverts over IPv4 come from. */
export const IP: IpEnvelope = {
  family: 4,
  source: '192.0.2.2',
  destination: '224.0.0.18',
  hopLimit: 255,
  protocol: 112,
}
/** Where adverts over IPv6 come from. */
export const IP6: IpEnvelope = { family: 6, source: 'fe80::2', destination: 'ff02::12', hopLimit: 255, protocol: 112 }
/** A receiver of version 2. */
export const V2: ReceiverConfiguration = {
  version: 2,
  family: 4,
  vrid: 51,
  interval: milliseconds(1000),
  addresses: ['192.0.2.100', '192.0.2.101'],
  destination: { type: 'multicast' },
}
/** The same of version 3. */
export const V3: ReceiverConfiguration = { ...V2, version: 3 }
/** What {@link V2} hears without complaint. */
export const ADVERT_V2 = {
  version: 2,
  family: 4,
  vrid: 51,
  priority: 100,
  interval: milliseconds(1000),
  authentication: { type: 'none' },
  addresses: V2.addresses,
} as const
/** What {@link V3} hears without complaint. */
export const ADVERT_V3 = {
  version: 3,
  family: 4,
  vrid: 51,
  priority: 100,
  interval: milliseconds(1000),
  addresses: V2.addresses,
} as const

/** Encodes and hears; the reason, or the codes of the warnings. */
export function hear(
  configuration: ReceiverConfiguration,
  advertisement: Advertisement,
  ip: IpEnvelope = advertisement.family === 4 ? IP : IP6,
): string | readonly string[] {
  return outcome(new Receiver(configuration).accept(encode(advertisement, ip), ip))
}

/** The reason, or the codes of the warnings. */
export function outcome(acceptance: Acceptance): string | readonly string[] {
  return acceptance.accepted ? acceptance.warnings.map(({ code }) => code) : acceptance.reason
}

/** A copy with some bytes changed, its checksum as it was. */
export function patched(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = bytes.slice()
  for (const [offset, value] of Object.entries(changes)) copy[Number(offset)] = value
  return copy
}
