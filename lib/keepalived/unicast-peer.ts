/**
 * A line of unicast_peer: `ADDRESS [min_ttl N] [max_ttl N]`.
 */
import { canonicalIp, familyOf } from '../net/ip.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'

/** A peer that adverts are sent to. */
export interface UnicastPeer {
  /** Canonical text. */
  readonly address: string
  /** Least TTL of what it sends, 0-255. */
  readonly minTtl?: number
  /** Greatest TTL of what it sends, 0-255. */
  readonly maxTtl?: number
}

/** Reads one line; a peer that is no address is reported and left out. */
export function parsePeerLine(first: Word, rest: readonly Word[], log: DiagnosticLog): UnicastPeer | undefined {
  if (familyOf(first.text) === undefined) {
    const message = `the peer ${quoteWord(first)} is not a numeric address: it is left out`
    log.report('invalid-address', first.position, message)
    return undefined
  }
  let peer: UnicastPeer = { address: canonicalIp(first.text) }
  for (let i = 0; i < rest.length; i += 2) {
    const option = rest[i]
    const value = rest[i + 1]
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
    peer = { ...peer, [option.text === 'min_ttl' ? 'minTtl' : 'maxTtl']: Number(value.text) }
  }
  return peer
}
