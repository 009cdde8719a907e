/**
 * UDP_CHECK, DNS_CHECK and PING_CHECK: one datagram, and what comes back.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { DnsCheck, PingCheck, UdpCheck } from './check-specification.ts'
import type { ConversationPorts } from './conversation.ts'
import { ask } from './datagram.ts'
import { decodeResponseCode, encodeQuestion } from './dns-message.ts'
import { failed, nameOf } from './failures.ts'
import type { Look, LookListener, LookOutcome } from './look.ts'

/** Of a UDP_CHECK without payload. */
const PAYLOAD_SIZE = 16
/** keepalived's default of max_reply_length. */
const MAXIMUM_REPLY = 255
/** Types of ICMP messages (RFC 792, RFC 4443 §4). */
const ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const
const ECHO_HEADER = 8

/** UDP_CHECK. Without a reply that is required, silence is success: then only ICMP errors tell of trouble. */
export function lookAtService(check: UdpCheck, ports: ConversationPorts, done: LookListener): Look {
  const { target, reply } = check
  const name = nameOf(target)
  return ask(
    target,
    'udp',
    ports,
    {
      bytes: check.payload ?? randomBytes(PAYLOAD_SIZE),
      answer: bytes => (reply === undefined ? { success: true } : judgeReply(bytes, reply, name)),
      silence: () => (reply === undefined ? { success: true } : noAnswer(target)),
    },
    done,
  )
}

function judgeReply(bytes: Uint8Array, reply: NonNullable<UdpCheck['reply']>, name: string): LookOutcome {
  const { data, mask, minimumLength = 0, maximumLength = MAXIMUM_REPLY } = reply
  const { length } = bytes
  if (length < minimumLength || length > maximumLength)
    return failed('reply', `reply of ${length} bytes from ${name}, not ${minimumLength} to ${maximumLength}`)
  for (let i = 0; i < length && i < (data?.length ?? 0); i++) {
    const difference = (bytes[i] ?? 0) ^ (data?.[i] ?? 0)
    if ((difference & (mask?.[i] ?? 0xff)) !== 0) return failed('reply', `reply of ${name} differs at byte ${i}`)
  }
  return { success: true }
}

/** DNS_CHECK: an answer without error, whatever it says. */
export function lookAtNameServer(check: DnsCheck, ports: ConversationPorts, done: LookListener): Look {
  const { target, recordType = 'SOA', name = '.' } = check
  const bytes = encodeQuestion(randomInt(0x10000), name, recordType)
  return ask(
    target,
    'udp',
    ports,
    {
      bytes,
      answer(answer) {
        const code = decodeResponseCode(answer, bytes)
        if (code === undefined || code === 'NOERROR') return code && { success: true }
        return failed('status', `DNS ${code} for ${name} ${recordType} from ${nameOf(target)}`)
      },
      silence: () => noAnswer(target),
    },
    done,
  )
}

/** PING_CHECK. The kernel puts in the identifier, and hands over answers to this socket alone. */
export function lookAtHost({ target }: PingCheck, ports: ConversationPorts, done: LookListener): Look {
  const { request, reply } = ECHO[isIPv6(target.address) ? 6 : 4]
  const bytes = Buffer.concat([Buffer.alloc(ECHO_HEADER), randomBytes(PAYLOAD_SIZE)])
  bytes[0] = request
  return ask(
    target,
    'icmp',
    ports,
    {
      bytes,
      answer: answer =>
        answer[0] === reply && bytes.subarray(ECHO_HEADER).equals(answer.subarray(ECHO_HEADER))
          ? { success: true }
          : undefined,
      silence: () => failed('timeout', `no echo from [${target.address}] in ${target.timeout / 1000} s`),
    },
    done,
  )
}

function noAnswer(target: UdpCheck['target']): LookOutcome {
  return failed('timeout', `no answer of ${nameOf(target)} in ${target.timeout / 1000} s`)
}
