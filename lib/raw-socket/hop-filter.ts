/**
 * A filter by destination and hop limit, for sockets that do not tell them. RFC 8200 §3 for the offsets.
 */
import {
  type FilterStep,
  FROM_IP_HEADER,
  JUMP_IF_EQUAL,
  LOAD_BYTE,
  LOAD_WORD,
  RETURN,
  type SocketFilter,
  socketFilter,
  WHOLE_PACKET,
} from '../linux/socket-filter.ts'
import { readU32 } from '../net/index.ts'

const HOP_LIMIT = FROM_IP_HEADER + 7
const DESTINATION = FROM_IP_HEADER + 24

/**
 * Lets IPv6 packets to one address through.
 * @param destination 16 bytes
 * @param near those with a hop limit of 255, which come from the same link; else those with any other
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` without koffi: a filter is handed over by its address in memory
 */
export function hopFilter(destination: Uint8Array, near: boolean): SocketFilter {
  const words = [0, 4, 8, 12].flatMap((at): readonly FilterStep[] => [
    [LOAD_WORD, DESTINATION + at],
    [JUMP_IF_EQUAL, readU32(destination, at), undefined, 'drop'],
  ])
  return socketFilter([
    [LOAD_BYTE, HOP_LIMIT],
    near ? [JUMP_IF_EQUAL, 255, undefined, 'drop'] : [JUMP_IF_EQUAL, 255, 'drop'],
    ...words,
    [RETURN, WHOLE_PACKET],
    'drop',
    [RETURN, 0],
  ])
}
