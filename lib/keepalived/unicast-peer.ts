/**
 * A line of unicast_peer: `ADDRESS [min_ttl N] [max_ttl N]`, where keepalived wants a numeric address and we take a host
 * name too.
 */
import { canonicalIp, familyOf } from '../net/ip.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'

interface TtlLimits {
  /** Least TTL of what it sends, 0-255. */
  readonly minTtl?: number
  /** Greatest TTL of what it sends, 0-255. */
  readonly maxTtl?: number
}

/** A peer that adverts are sent to. */
export interface UnicastPeer extends TtlLimits {
  /** Canonical text. */
  readonly address: string
}

/** A peer by its host name: whoever runs the instance finds the address. */
export interface NamedPeer extends TtlLimits {
  /** Of RFC 1123 §2.1, in lower case. */
  readonly name: string
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** With a letter in the last label: what has none is an address that was mistyped. */
const HOST_NAME = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)*(?=[a-z0-9-]*[a-z])${LABEL}$`)

/** Reads one line; a peer that is neither an address nor a name is reported and left out. */
export function parsePeerLine(
  first: Word,
  rest: readonly Word[],
  log: DiagnosticLog,
): UnicastPeer | NamedPeer | undefined {
  const name = first.text.toLowerCase()
  if (familyOf(first.text) !== undefined) return { address: canonicalIp(first.text), ...parseLimits(rest, log) }
  if (HOST_NAME.test(name)) {
    const message = `the peer ${quoteWord(first)} is a host name, which keepalived does not take: its addresses are looked up`
    log.report('named-peer', first.position, message)
    return { name, ...parseLimits(rest, log) }
  }
  const message = `the peer ${quoteWord(first)} is neither an address nor a host name: it is left out`
  log.report('invalid-address', first.position, message)
  return undefined
}

function parseLimits(words: readonly Word[], log: DiagnosticLog): TtlLimits {
  let limits: TtlLimits = {}
  for (let i = 0; i < words.length; i += 2) {
    const option = words[i]
    const value = words[i + 1]
    if (option === undefined) break
    if (option.text !== 'min_ttl' && option.text !== 'max_ttl') {
      log.report(
        'unknown-option',
        option.position,
        `unknown option ${quoteWord(option)} of the peer: the rest of the line is ignored`,
      )
      break
    }
    if (value === undefined || !/^\d{1,3}$/.test(value.text) || Number(value.text) > 255) {
      log.report(
        'invalid-value',
        option.position,
        `'${option.text}' of the peer needs a number of 0..255: it is ignored`,
      )
      continue
    }
    limits = { ...limits, [option.text === 'min_ttl' ? 'minTtl' : 'maxTtl']: Number(value.text) }
  }
  return limits
}
