/**
 * The little of DNS that DNS_CHECK needs: one question, and the header of the answer. RFC 1035 §4.1.
 */
import type { DnsRecordType } from './check-specification.ts'

/** Bytes of the header: id, flags, four counts. RFC 1035 §4.1.1. */
const HEADER_SIZE = 12
const CLASS_IN = 1
const QUERY_RECURSIVE = 0x0100
const MAXIMUM_NAME = 255
const MAXIMUM_LABEL = 63

const TYPE_NUMBERS: Readonly<Record<DnsRecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
}

/** Response codes by number. RFC 1035 §4.1.1, RFC 2136 §2.2. */
const RESPONSE_CODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
]

/**
 * A domain name as labels. A trailing dot is the same as none. RFC 1035 §3.1.
 * @throws RangeError for an empty or too long label, or a name above 255 bytes
 */
export function encodeName(name: string): Uint8Array {
  const relative = name.endsWith('.') ? name.slice(0, -1) : name
  const labels = relative === '' ? [] : relative.split('.').map(label => Buffer.from(label, 'utf8'))
  for (const label of labels) {
    if (label.length === 0 || label.length > MAXIMUM_LABEL)
      throw new RangeError(`'${name}' has a label of ${label.length} bytes; 1 to ${MAXIMUM_LABEL} are possible`)
  }
  const bytes = Buffer.concat([...labels.flatMap(label => [Buffer.of(label.length), label]), Buffer.of(0)])
  if (bytes.length > MAXIMUM_NAME) throw new RangeError(`'${name}' is longer than ${MAXIMUM_NAME} bytes`)
  return bytes
}

/** A recursive question. @param id 0-65535 @throws RangeError as {@link encodeName} */
export function encodeQuestion(id: number, name: string, type: DnsRecordType): Uint8Array {
  const labels = encodeName(name)
  const bytes = Buffer.alloc(HEADER_SIZE + labels.length + 4)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt16BE(QUERY_RECURSIVE, 2)
  bytes.writeUInt16BE(1, 4)
  bytes.set(labels, HEADER_SIZE)
  bytes.writeUInt16BE(TYPE_NUMBERS[type], HEADER_SIZE + labels.length)
  bytes.writeUInt16BE(CLASS_IN, HEADER_SIZE + labels.length + 2)
  return bytes
}

/**
 * The response code of an answer, as a word; undefined for bytes that do not answer this question: another id, no
 * response, too short, or an answer to something else.
 */
export function decodeResponseCode(bytes: Uint8Array, question: Uint8Array): string | undefined {
  if (bytes.length < HEADER_SIZE) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const asked = new DataView(question.buffer, question.byteOffset, question.length)
  const flags = view.getUint16(2)
  if (view.getUint16(0) !== asked.getUint16(0) || (flags & 0x8000) === 0) return undefined
  // A server may leave the question out when it refuses; what it repeats has to be ours.
  if (view.getUint16(4) > 0 && !repeats(bytes, question)) return undefined
  const code = flags & 0x0f
  return RESPONSE_CODES[code] ?? `code ${code}`
}

/** Names are compared without regard to case. */
function repeats(bytes: Uint8Array, question: Uint8Array): boolean {
  if (bytes.length < question.length) return false
  for (let i = HEADER_SIZE; i < question.length; i++) if (lower(bytes[i]) !== lower(question[i])) return false
  return true
}

function lower(byte = 0): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}
