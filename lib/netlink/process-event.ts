/**
 * The kernel's process events: the connector (connector.h, cn_proc.h of the uapi). A subscription
 * request, and the events that follow. Words are in the order of the machine, which is little-endian here.
 */
import { blob, struct, u16, u32 } from 'buffer-layout'
import { NLMSG_DONE } from './constants.ts'
import type { NetlinkMessage } from './message.ts'

/** Netlink family: the connector. */
export const NETLINK_CONNECTOR = 11
/** Group of the process events, and their index in the connector. */
export const CN_IDX_PROC = 1
const CN_VAL_PROC = 1

const PROC_CN_MCAST_LISTEN = 1

interface ConnectorHeader {
  readonly index: number
  readonly value: number
  readonly sequence: number
  readonly acknowledged: number
  readonly length: number
  readonly flags: number
}
// struct cn_msg
const CONNECTOR = struct<ConnectorHeader>([
  u32('index'),
  u32('value'),
  u32('sequence'),
  u32('acknowledged'),
  u16('length'),
  u16('flags'),
])

interface EventHeader {
  readonly what: number
  readonly cpu: number
  readonly time: Uint8Array
  readonly first: number
  readonly second: number
}
// struct proc_event as far as all kinds have it; `first` and `second` are process and thread group, or the error
const EVENT = struct<EventHeader>([u32('what'), u32('cpu'), blob(8, 'time'), u32('first'), u32('second')])
const CHILD = struct<{ readonly process: number; readonly group: number }>([u32('process'), u32('group')])

const PROC_EVENT_NONE = 0
const PROC_EVENT_FORK = 0x1
const PROC_EVENT_EXEC = 0x2
const PROC_EVENT_COMM = 0x200
const PROC_EVENT_EXIT = 0x80000000

/** What a process event says, threads left out. */
export type ProcessEventMessage =
  | { readonly type: 'fork'; readonly pid: number; readonly parent: number }
  /** Another program, or another name. */
  | { readonly type: 'exec'; readonly pid: number }
  | { readonly type: 'exit'; readonly pid: number }
  /** The answer to the subscription; errno 0 is yes. */
  | { readonly type: 'subscribed'; readonly errno: number }

/** The request for process events. */
export function encodeProcessSubscription(): NetlinkMessage {
  const body = Buffer.alloc(CONNECTOR.span + 4)
  const header = { index: CN_IDX_PROC, value: CN_VAL_PROC, sequence: 0, acknowledged: 0, length: 4, flags: 0 }
  CONNECTOR.encode(header, body)
  body.writeUInt32LE(PROC_CN_MCAST_LISTEN, CONNECTOR.span)
  return { type: NLMSG_DONE, flags: 0, sequence: 0, body }
}

/** An event; undefined for one that is about a thread, or of another kind, or cut off. */
export function decodeProcessEvent(body: Uint8Array): ProcessEventMessage | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const data = CONNECTOR.span + EVENT.span
  if (bytes.length < data || CONNECTOR.decode(bytes).index !== CN_IDX_PROC) return undefined
  const { what, first, second } = EVENT.decode(bytes, CONNECTOR.span)
  switch (what) {
    case PROC_EVENT_NONE:
      return { type: 'subscribed', errno: first }
    case PROC_EVENT_FORK: {
      if (bytes.length < data + CHILD.span) return undefined
      const { process, group } = CHILD.decode(bytes, data)
      return process === group ? { type: 'fork', pid: group, parent: second } : undefined
    }
    case PROC_EVENT_EXEC:
    case PROC_EVENT_COMM:
      return first === second ? { type: 'exec', pid: second } : undefined
    case PROC_EVENT_EXIT:
      return first === second ? { type: 'exit', pid: second } : undefined
    default:
      return undefined
  }
}
