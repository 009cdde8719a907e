/**
 * NLMSG_ERROR: the kernel's answer to a request, with its own words where it has some (extended acknowledgement). netlink(7).
 */
import { decodeAttributes, readText, readU32 } from './attribute.ts'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE } from './constants.ts'
import { align, type NetlinkMessage } from './message.ts'

/** A request that was refused. */
export interface Refusal {
  /** Positive. */
  readonly errno: number
  /** The kernel's words: `ipv4: Address not found`. */
  readonly message?: string
  /** Where in the request the trouble is, bytes from its start. */
  readonly offset?: number
}

const NLMSGERR_ATTR_MSG = 1
const NLMSGERR_ATTR_OFFS = 2
const HEADER_LENGTH = 16

/** The refusal in an NLMSG_ERROR or NLMSG_DONE message, or undefined when it says that all is well. */
export function decodeAcknowledgement({ type, flags, body }: NetlinkMessage): Refusal | undefined {
  if (body.length < 4) return undefined
  const errno = -new DataView(body.buffer, body.byteOffset).getInt32(0, true)
  if (errno <= 0) return undefined
  if ((flags & NLM_F_ACK_TLVS) === 0) return { errno }
  // Behind the number of an NLMSG_ERROR comes the refused request: its header alone when it is capped.
  let start = 4
  if (type !== NLMSG_DONE) {
    const requestLength = readU32(body.subarray(4)) ?? HEADER_LENGTH
    start += (flags & NLM_F_CAPPED) !== 0 ? HEADER_LENGTH : align(requestLength)
  }
  const attributes = decodeAttributes(body.subarray(start))
  const message = readText(attributes.get(NLMSGERR_ATTR_MSG))
  const offset = readU32(attributes.get(NLMSGERR_ATTR_OFFS))
  return { errno, ...(message !== undefined && { message }), ...(offset !== undefined && { offset }) }
}
