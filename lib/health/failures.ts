/**
 * Errors of sockets as reasons: what an operator reads in the log, and what is counted.
 */
import { messageOf } from '../errors.ts'
import type { Target } from './check-specification.ts'
import type { Failure, FailureKind } from './health-event.ts'
import type { LookOutcome } from './look.ts'

/** Error codes of connect(2) and of reading and writing. What is not here is a trouble of this machine. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ENONET: 'unreachable',
  // Of routes that prohibit or swallow, and of packet filters of this machine.
  EACCES: 'unreachable',
  EINVAL: 'unreachable',
  EPERM: 'unreachable',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
}

const WORDS: Partial<Record<FailureKind, string>> = {
  refused: 'refused',
  timeout: 'timed out',
  unreachable: 'impossible: no way there',
  closed: 'reset by the server',
}

/** A look that failed. */
export function failed(kind: FailureKind, text: string): LookOutcome & { readonly success: false } {
  return { success: false, failure: { kind, text } }
}

/** A target as keepalived prints it: `[192.0.2.1]:80`. */
export function nameOf({ address, port }: Pick<Target, 'address' | 'port'>): string {
  return `[${address}]:${port}`
}

/** Why a conversation with a server broke off. @param what `connection to [192.0.2.1]:80` */
export function socketFailure(error: unknown, what: string): Failure {
  const code = codeOf(error)
  const kind = KINDS[code] ?? (/SSL|TLS|CERT|^UNABLE_|^SELF_|^DEPTH_/.test(code) ? 'tls' : 'local')
  // OpenSSL's messages carry the place in its source, and a line break.
  const text =
    WORDS[kind] ??
    messageOf(error)
      .split('\n', 1)[0]
      ?.replace(/^[0-9A-F]+:error:[0-9A-F]+:/, '')
  return { kind, text: WORDS[kind] === undefined ? `${what}: ${text}` : `${what} ${text}` }
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}
