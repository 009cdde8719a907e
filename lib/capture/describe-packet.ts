/**
 * A captured VRRP packet as a {@link DecodedRecord}.
 */
import { readU16, readU32 } from '../net/big-endian.ts'
import { foldSum, sumWords } from '../net/checksum.ts'
import { IPPROTO_VRRP, type IpEnvelope } from '../net/ip.ts'
import { formatIpv4, formatIpv6 } from '../net/ip-text.ts'
import { inspect } from '../packet/inspect.ts'
import type { Inspection, Problem } from '../packet/inspection.ts'
import type { CapturedPacket } from './captured-packet.ts'
import type { DecodedRecord } from './decoded-record.ts'
import { LINK_TYPE } from './link-header.ts'
import type { VrrpFrame } from './vrrp-frame.ts'

const NO_BYTES = new Uint8Array(0)
const NO_PROBLEMS: readonly Problem[] = []
const AH_SIZE = 24

/** A record that is being made. */
export type WritableRecord = { -readonly [K in keyof DecodedRecord]: DecodedRecord[K] }

/**
 * Describes a packet that {@link VrrpFrame.locate} found to be VRRP. Never throws, whatever the bytes.
 *
 * @example
 * ```ts
 * const frame = new VrrpFrame()
 * walkCapture('capture.pcap', packet => { if (frame.locate(packet)) console.log(describePacket(packet, frame).vrid) })
 * ```
 */
export function describePacket(packet: CapturedPacket, frame: VrrpFrame): DecodedRecord {
  return describeMessage(packet, frame, describeCarrier(packet, frame))
}

/** The part of a record that is about the packet around the message; {@link describeMessage} adds the rest. */
export function describeCarrier(packet: CapturedPacket, frame: VrrpFrame): WritableRecord {
  const record: WritableRecord = { number: packet.number, problems: NO_PROBLEMS }
  const time = isoTime(packet)
  if (time !== undefined) record.time = time
  const name = interfaceName(packet)
  if (name !== undefined) record.interface = name
  if (frame.complete) describeIp(packet, frame, record)
  describeVlans(packet, frame, record)
  return record
}

/** Adds what the message says, and all problems, to the description of its carrier. */
export function describeMessage(packet: CapturedPacket, frame: VrrpFrame, record: WritableRecord): DecodedRecord {
  const problems: Problem[] = []
  record.problems = problems
  if (!frame.complete) problems.push(headerProblem(frame, 0, 'the IP header is cut off or malformed'))
  else if (frame.messageAt < 0) {
    problems.push(headerProblem(frame, 0, 'the packet holds no start of a message: a later fragment, or cut off'))
  } else describeContent(packet, frame, record, problems)
  return record
}

function describeIp(packet: CapturedPacket, frame: VrrpFrame, record: WritableRecord): void {
  const { bytes } = packet
  const { ipAt } = frame
  record.source = frame.family === 4 ? formatIpv4(bytes, ipAt + 12) : formatIpv6(bytes, ipAt + 8)
  record.destination = frame.family === 4 ? formatIpv4(bytes, ipAt + 16) : formatIpv6(bytes, ipAt + 24)
  record.ttl = frame.hopLimit
}

function describeVlans(packet: CapturedPacket, frame: VrrpFrame, record: WritableRecord): void {
  const { link } = frame
  if (link.vlanTags === 0) return
  record.vlan = link.vlanId(packet.bytes, link.vlanTags - 1)
  if (link.vlanTags === 1) return
  record.vlans = Array.from({ length: link.vlanTags }, (_, tag) => link.vlanId(packet.bytes, tag))
}

function describeContent(packet: CapturedPacket, frame: VrrpFrame, record: WritableRecord, problems: Problem[]): void {
  const captured = frame.messageEnd - frame.messageAt
  const cut = captured < frame.messageLength
  const found = inspectMessage(packet, frame, record)
  copyFields(found, record)
  if (found.checksum !== undefined) {
    const { value, form, ok } = found.checksum
    record.checksum = { value, ...(form === undefined ? {} : { form }), ...(ok || !cut ? { ok } : {}) }
  }
  record.length = frame.messageLength
  problems.push(...headerProblems(packet, frame))
  problems.push(...found.problems)
  if (cut && !problems.some(({ code }) => code === 'ERR_VRRP_TRUNCATED')) {
    const message = `${captured} of ${frame.messageLength} bytes were captured`
    problems.push({ code: 'ERR_VRRP_TRUNCATED', offset: captured, message })
  }
}

function inspectMessage(packet: CapturedPacket, frame: VrrpFrame, record: WritableRecord): Inspection {
  const { bytes } = packet
  const envelope: IpEnvelope = {
    family: frame.family,
    source: record.source ?? '',
    destination: record.destination ?? '',
    hopLimit: frame.hopLimit,
    protocol: IPPROTO_VRRP,
  }
  if (frame.authenticationAt >= 0) {
    const at = frame.authenticationAt
    record.ah = { spi: readU32(bytes, at + 4), sequence: readU32(bytes, at + 8) }
  }
  return inspect(
    frame.messageAt < frame.messageEnd ? bytes.subarray(frame.messageAt, frame.messageEnd) : NO_BYTES,
    envelope,
  )
}

function copyFields(found: Inspection, record: WritableRecord): void {
  if (found.version !== undefined) record.version = found.version
  if (found.type !== undefined) record.type = found.type
  if (found.vrid !== undefined) record.vrid = found.vrid
  if (found.priority !== undefined) record.priority = found.priority
  if (found.authType !== undefined) record.authType = found.authType
  if (found.authData?.some(byte => byte !== 0)) {
    record.authData = Buffer.from(found.authData).toString('latin1').replace(/\0+$/, '')
  }
  if (found.intervalMs !== undefined) {
    record.intervalMs = found.intervalMs
    record.addresses = found.addresses
  }
}

/** What is wrong in front of the message. */
export function headerProblems(packet: CapturedPacket, frame: VrrpFrame): readonly Problem[] {
  const problems: Problem[] = []
  const { bytes } = packet
  const { ipAt } = frame
  if (frame.family === 4) {
    const length = ((bytes[ipAt] ?? 0) & 15) * 4
    if (foldSum(sumWords(bytes, ipAt, length)) !== 0xffff) {
      problems.push(headerProblem(frame, 10, 'the checksum of the IP header is wrong'))
    }
    if ((readU16(bytes, ipAt + 6) & 0x2000) !== 0) {
      problems.push(headerProblem(frame, 6, 'the first fragment of a larger packet'))
    }
  }
  if (frame.hopLimit !== 255) {
    const offset = ipAt + (frame.family === 4 ? 8 : 7) - frame.messageAt
    problems.push({ code: 'ip-ttl-error', offset, message: `TTL is ${frame.hopLimit}, not 255` })
  }
  if (frame.authenticationAt >= 0 && frame.messageAt - frame.authenticationAt !== AH_SIZE) {
    const offset = frame.authenticationAt - frame.messageAt
    problems.push({
      code: 'ERR_AH_MALFORMED',
      offset,
      message: `the authentication headers have ${-offset} bytes, not ${AH_SIZE}`,
    })
  }
  return problems
}

function headerProblem(frame: VrrpFrame, field: number, message: string): Problem {
  const start = frame.messageAt < 0 ? frame.ipAt : frame.messageAt
  return { code: 'ERR_FRAME_MALFORMED', offset: frame.ipAt + field - start, message }
}

function interfaceName(packet: CapturedPacket): string | undefined {
  if (packet.interfaceName !== undefined || packet.linkType !== LINK_TYPE.linuxCooked2) return packet.interfaceName
  return `#${readU32(packet.bytes, packet.start + 4)}`
}

let lastSecond = Number.NaN
let lastText = ''

/** Microseconds are cut, not rounded, as everywhere else. */
function isoTime(packet: CapturedPacket): string | undefined {
  const carry = Math.floor(packet.nanoseconds / 1e9)
  const second = packet.seconds + carry
  if (second === 0 && packet.nanoseconds === 0) return undefined
  if (second !== lastSecond) {
    const date = new Date(second * 1000)
    if (Number.isNaN(date.getTime())) return undefined
    lastText = date.toISOString().slice(0, -4)
    lastSecond = second
  }
  const microseconds = Math.floor((packet.nanoseconds - carry * 1e9) / 1000)
  return `${lastText}${String(microseconds).padStart(6, '0')}Z`
}
