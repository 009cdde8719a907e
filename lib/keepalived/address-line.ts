/**
 * A line of virtual_ipaddress and virtual_ipaddress_excluded: an address with the options of ip-address(8).
 */
import { canonicalIp, familyOf } from '../net/ip.ts'
import { quote } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import { suggest } from './suggest.ts'

/** Where an address is valid, as ip-address(8) says it. */
export type AddressScope = 'global' | 'site' | 'link' | 'host' | 'nowhere' | number

/** An address as it was written; what is absent takes its default from the instance. */
export interface AddressLine {
  /** Canonical text. */
  readonly address: string
  readonly prefixLength: number
  /** `dev`: default is the interface of the instance. */
  readonly interface?: string
  readonly scope?: AddressScope
  readonly label?: string
  /** An address, `+` (host bits set) or `-` (host bits cleared). */
  readonly broadcast?: string
  readonly peer?: string
  /** `preferred_lft`, seconds or `forever`. */
  readonly preferredLifetime?: number | 'forever'
  readonly flags?: readonly AddressLineFlag[]
  /** `track_group`, of static addresses. */
  readonly trackGroup?: string
}

/** Options without a value. */
export type AddressLineFlag = (typeof FLAGS)[number]

const FLAGS = ['home', '-nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track', 'use_vmac'] as const
const WITH_VALUE = ['dev', 'scope', 'label', 'brd', 'broadcast', 'peer', 'preferred_lft', 'track_group'] as const
const SCOPES = ['global', 'site', 'link', 'host', 'nowhere'] as const

/** The syntax, for the table of keywords. */
export const ADDRESS_SYNTAX =
  'ADDRESS[/LEN] [dev INTERFACE] [scope SCOPE] [label LABEL] [brd ADDRESS|+|-] [peer ADDRESS] [preferred_lft SECONDS|forever] [no_track] …'

/** Reads one line; what is wrong is reported, and a line without a usable address comes to nothing. */
export function parseAddressLine(first: Word, rest: readonly Word[], log: DiagnosticLog): AddressLine | undefined {
  const prefix = parsePrefix(first.text)
  if (prefix === undefined) {
    log.report(
      'invalid-address',
      first.position,
      `${quoteWord(first)} is not an address with an optional /prefix: it is left out`,
    )
    return undefined
  }
  let line: AddressLine = prefix
  for (let i = 0; i < rest.length; i++) {
    const option = rest[i]
    if (option === undefined) break
    const flag = FLAGS.find(name => name === option.text)
    const named = WITH_VALUE.find(name => name === option.text)
    if (flag !== undefined) {
      line = { ...line, flags: [...(line.flags ?? []), flag] }
    } else if (named !== undefined) {
      const value = rest[++i]
      if (value === undefined) {
        log.report('missing-argument', option.position, `'${option.text}' of the address needs a value`)
        break
      }
      const part = parseOption(named, value.text, line)
      if (typeof part === 'string')
        log.report('invalid-value', value.position, `'${option.text}': ${part}: it is ignored`)
      else line = { ...line, ...part }
    } else if (parsePrefix(option.text) !== undefined) {
      const message = `only one address is read on a line: put ${quote(option.text)} on the next one`
      log.report('ignored-words', option.position, message)
      break
    } else {
      const message = `unknown option ${quote(option.text)} of the address: it is ignored`
      log.report('unknown-option', option.position, message, {
        suggestion: suggest(option.text, [...FLAGS, ...WITH_VALUE]),
      })
    }
  }
  return line
}

/** `192.0.2.1`, `192.0.2.1/24`, `2001:db8::1/64`; undefined when it is none. */
export function parsePrefix(text: string): { readonly address: string; readonly prefixLength: number } | undefined {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const family = familyOf(address)
  if (family === undefined) return undefined
  const most = family === 4 ? 32 : 128
  if (slash === -1) return { address: canonicalIp(address), prefixLength: most }
  const length = text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined
  return { address: canonicalIp(address), prefixLength: Number(length) }
}

/** The fields that an option sets, or what is wrong with its value. */
function parseOption(
  option: (typeof WITH_VALUE)[number],
  value: string,
  line: AddressLine,
): Partial<AddressLine> | string {
  switch (option) {
    case 'dev':
      return { interface: value }
    case 'label':
      // The kernel has 16 octets for it, the last one zero.
      return value.length < 16 ? { label: value } : `${quote(value)} is longer than 15 characters`
    case 'scope': {
      const scope = SCOPES.find(name => name === value) ?? (/^\d{1,3}$/.test(value) ? Number(value) : 256)
      return typeof scope === 'number' && scope > 255
        ? `${quote(value)} is none of ${SCOPES.join(', ')} nor 0..255`
        : { scope }
    }
    case 'brd':
    case 'broadcast':
      if (familyOf(line.address) !== 4) return `${quote(line.address)} has no broadcast address`
      if (value === '+' || value === '-') return { broadcast: value }
      return familyOf(value) === 4
        ? { broadcast: canonicalIp(value) }
        : `${quote(value)} is neither an IPv4 address nor + or -`
    case 'peer': {
      const peer = parsePrefix(value)
      if (peer === undefined || familyOf(peer.address) !== familyOf(line.address)) {
        return `${quote(value)} is not an address of the same family`
      }
      // ip-address(8): with a peer, the prefix is the peer's.
      return { peer: peer.address, ...(value.includes('/') ? { prefixLength: peer.prefixLength } : {}) }
    }
    case 'preferred_lft':
      if (value === 'forever') return { preferredLifetime: value }
      return /^\d{1,10}$/.test(value) && Number(value) < 0xffffffff
        ? { preferredLifetime: Number(value) }
        : `${quote(value)} is neither seconds nor forever`
    case 'track_group':
      return { trackGroup: value }
  }
}
