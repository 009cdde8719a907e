/**
 * TCP_CHECK: a connection can be made.
 */
import type { TcpCheck } from './check-specification.ts'
import { type ConversationPorts, converse, type Speaker } from './conversation.ts'
import type { Look, LookListener } from './look.ts'

const SUCCESS = { success: true } as const
/** Nothing is said, and nothing heard. */
const CONTENT: Speaker = { connected: () => SUCCESS, received: () => SUCCESS, ended: () => SUCCESS }

/** Connects. */
export function lookAtPort({ target }: TcpCheck, ports: ConversationPorts, done: LookListener): Look {
  return converse(target, ports, CONTENT, done)
}
