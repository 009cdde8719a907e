/**
 * Accept_Mode: whether the router answers for the virtual addresses itself (ping, TCP), or only forwards.
 * RFC 9568 §6.1, §6.4.2, §6.4.3.
 */
import { isOwner, type VirtualRouter } from './router.ts'
import type { RouterState } from './state.ts'

/**
 * Whether packets addressed to a virtual address are to be accepted in this state. Not about IPv6 neighbor
 * solicitations and advertisements, which always pass (RFC 9568 §6.1).
 */
export function acceptsPackets(router: Pick<VirtualRouter, 'acceptMode' | 'priority'>, state: RouterState): boolean {
  // RFC 9568 §6.4.2 (Backup: MUST NOT accept), §6.4.3 (Active: if owner, or if Accept_Mode is True).
  return state === 'active' && (isOwner(router) || router.acceptMode)
}
