/**
 * Reads whatever is there of a VRRP message, and lists all that is wrong with it: for tools. RFC 3768 §5.3, RFC 9568 §5.2, §7.1.
 */
import type { VrrpErrorCode } from '../errors.ts'
import { readU16, readU32 } from '../net/big-endian.ts'
import { fieldOffset } from '../net/field-offset.ts'
import { IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope } from '../net/ip.ts'
import { pseudoHeaderSum } from '../net/pseudo-header.ts'
import type { Inspection, Problem } from './inspection.ts'
import {
  ADDRESS_COUNT,
  AH_HEADER,
  AUTH_DATA_LENGTH,
  AUTH_TYPE_V2,
  CHECKSUM,
  HEADER_LENGTH,
  INTERVAL_V2,
  INTERVAL_V3,
  PRIORITY,
  TYPE_ADVERTISEMENT,
  VERSION_AND_TYPE,
  VRID,
} from './layout.ts'
import { readTrailer } from './trailer.ts'
import { AdvertisementView } from './view.ts'

/** A {@link Problem} of the bytes themselves. */
export interface DecodeProblem extends Problem {
  readonly code: VrrpErrorCode
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const AH_NEXT = fieldOffset(AH_HEADER, 'nextHeader')
const AH_LENGTH = fieldOffset(AH_HEADER, 'payloadLength')
const AH_SPI = fieldOffset(AH_HEADER, 'spi')
const AH_SEQUENCE = fieldOffset(AH_HEADER, 'sequence')

/**
 * Everything that can be read, and every problem in the order of RFC 9568 §7.1. There is none exactly when `decode` succeeds.
 * Never throws, whatever the bytes; parameters as `decode`.
 * @throws RangeError when an address of `ip` is none of its family (version 3).
 */
export function inspect(message: Uint8Array, ip: IpEnvelope): Inspection {
  const problems: DecodeProblem[] = []
  const found: Writable<Inspection> = { addresses: [], length: 0, problems }
  let start = 0
  if (ip.protocol === IPPROTO_AH) {
    inspectAh(message, found, problems)
    start = Math.min(AH_HEADER.span, message.length)
    // A cut AH header is one problem: what it would be followed by is not there to be wrong.
    if (message.length < AH_HEADER.span) return found
  }
  const length = message.length - start
  found.length = length
  const view = new AdvertisementView()
  if (view.reset(message, start, length, ip.family)) inspectWhole(view, ip, found, problems)
  else inspectStump(message.subarray(start), found, problems)
  return found
}

/** The first problem that {@link inspect} lists. */
export function firstProblem(message: Uint8Array, ip: IpEnvelope): DecodeProblem | undefined {
  // `inspect` lists nothing but problems of the bytes.
  return inspect(message, ip).problems[0] as DecodeProblem | undefined
}

/** The IP authentication header in front of the message, RFC 4302 §2. Offsets are negative: the message begins behind it. */
function inspectAh(message: Uint8Array, found: Writable<Inspection>, problems: DecodeProblem[]): void {
  const add = (field: number, text: string) =>
    problems.push({ code: 'ERR_AH_MALFORMED', offset: field - AH_HEADER.span, message: text })
  if (message.length < AH_HEADER.span) {
    add(message.length, `the authentication header needs ${AH_HEADER.span} bytes, ${message.length} are there`)
    return
  }
  found.ah = { spi: readU32(message, AH_SPI), sequence: readU32(message, AH_SEQUENCE) }
  const next = message[AH_NEXT]
  if (next !== IPPROTO_VRRP)
    add(AH_NEXT, `the authentication header is followed by protocol ${next}, not ${IPPROTO_VRRP}`)
  const words = message[AH_LENGTH]
  const expected = AH_HEADER.span / 4 - 2
  if (words !== expected) add(AH_LENGTH, `the authentication header says length ${words}, not ${expected}`)
}

/** Less than a header: the fields whose bytes are there. */
function inspectStump(bytes: Uint8Array, found: Writable<Inspection>, problems: DecodeProblem[]): void {
  const { length } = bytes
  if (length > VERSION_AND_TYPE) {
    found.version = (bytes[VERSION_AND_TYPE] as number) >>> 4
    found.type = (bytes[VERSION_AND_TYPE] as number) & 15
  }
  if (length > VRID) found.vrid = bytes[VRID] as number
  if (length > PRIORITY) found.priority = bytes[PRIORITY] as number
  if (length > ADDRESS_COUNT) found.addressCount = bytes[ADDRESS_COUNT] as number
  if (found.version === 2 && length > AUTH_TYPE_V2) found.authType = bytes[AUTH_TYPE_V2] as number
  if (found.version === 2 && length > INTERVAL_V2) found.intervalMs = (bytes[INTERVAL_V2] as number) * 1000
  if (found.version === 3 && length > INTERVAL_V3 + 1) found.intervalMs = (readU16(bytes, INTERVAL_V3) & 0x0fff) * 10
  problems.push({
    code: 'ERR_VRRP_TRUNCATED',
    offset: length,
    message: `the header needs ${HEADER_LENGTH} bytes, ${length} are there`,
  })
}

/** A whole header, and what follows it. */
function inspectWhole(
  view: AdvertisementView,
  ip: IpEnvelope,
  found: Writable<Inspection>,
  problems: DecodeProblem[],
): void {
  const add = (code: VrrpErrorCode, offset: number, message: string) => problems.push({ code, offset, message })
  const { version, type, vrid, addressCount } = view
  found.version = version
  found.type = type
  found.vrid = vrid
  found.priority = view.priority
  found.addressCount = addressCount
  const known = version === 3 || (version === 2 && ip.family === 4)
  if (!known) {
    const over = version === 2 ? ' over IPv6' : ''
    add('ERR_VRRP_VERSION', VERSION_AND_TYPE, `version ${version}${over} is not known`)
  }
  if (type !== TYPE_ADVERTISEMENT) add('ERR_VRRP_TYPE', VERSION_AND_TYPE, `type ${type} is not 1 (advertisement)`)
  if (addressCount === 0) add('ERR_VRRP_ADDRESS_COUNT', ADDRESS_COUNT, 'the address count is 0')
  if (known) inspectBody(view, ip, found, problems)
  if (vrid === 0) add('ERR_VRRP_VRID', VRID, 'the virtual router id is 0')
  if (!known) return
  if (view.authType > 2)
    add('ERR_VRRP_AUTH_TYPE', AUTH_TYPE_V2, `authentication type ${view.authType} is none of 0, 1, 2`)
  if (view.interval === 0) {
    add('ERR_VRRP_INTERVAL', version === 2 ? INTERVAL_V2 : INTERVAL_V3, 'the advertisement interval is 0')
  }
}

/** What depends on the version's layout: length, addresses, authentication data, trailer, checksum. */
function inspectBody(
  view: AdvertisementView,
  ip: IpEnvelope,
  found: Writable<Inspection>,
  problems: DecodeProblem[],
): void {
  const expected = view.messageLength
  found.intervalMs = view.interval
  const addresses: string[] = []
  for (let index = 0, present = view.addressesPresent; index < present; index++) addresses.push(view.address(index))
  found.addresses = addresses
  if (view.version === 2) {
    found.authType = view.authType
    const at = view.authDataOffset
    if (at !== -1) found.authData = Uint8Array.from(view.bytes.subarray(at, at + AUTH_DATA_LENGTH))
  }
  if (view.hasTrailer) {
    found.length = expected
    found.trailer = readTrailer(view.bytes, view.offset + expected)
  } else if (view.length !== expected) {
    const short = view.length < expected
    problems.push({
      code: short ? 'ERR_VRRP_TRUNCATED' : 'ERR_VRRP_LENGTH',
      offset: short ? view.length : expected,
      message: `${view.addressCount} addresses make ${expected} bytes, ${view.length} are there`,
    })
  }
  const form = view.checksumForm(
    view.version === 2 ? 0 : pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family),
  )
  found.checksum = { value: view.checksum, form, ok: form !== undefined }
  // Of a message that is cut short nothing can be said.
  if (form === undefined && view.length >= expected) {
    problems.push({ code: 'ERR_VRRP_CHECKSUM', offset: CHECKSUM, message: 'the checksum fits no known form' })
  }
}
