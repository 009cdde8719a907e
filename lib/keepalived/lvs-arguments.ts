/**
 * Arguments that occur in LVS blocks only: forwarding, persistence, codes of HTTP, digests, octets.
 */
import { familyOf, parseIp } from '../net/ip.ts'
import { type Milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { StatusRange } from './check-configuration.ts'
import type { Argument } from './declaration.ts'
import { quoteWord } from './lexer.ts'
import type { ForwardingConfiguration } from './lvs-configuration.ts'
import { OptionWords } from './option-words.ts'

/** Seconds that a bare persistence_timeout means: ipvsadm(8), `-p`. */
export const DEFAULT_PERSISTENCE = secondsToMilliseconds(360)

/** 31 days: ipvsadm(8). Above it the kernel multiplies past 32 bits. */
const MOST_PERSISTENCE = 31 * 86400

/** `NAT`, `DR`, `TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]`. */
export function forwarding(): Argument<ForwardingConfiguration> {
  return {
    syntax: 'NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]',
    arity: [1, 6],
    parse: ({ words: [first, ...rest], reject, log }) => {
      if (first === undefined) return undefined
      if (first.text === 'TUN') return parseTunnel(new OptionWords([first, ...rest], 'tunnel', log))
      const [extra] = rest
      if (extra !== undefined) return reject(extra, `${quoteWord(extra)} belongs to TUN only`)
      if (first.text === 'NAT') return { type: 'nat' }
      if (first.text === 'DR') return { type: 'dr' }
      return reject(first, `${quoteWord(first)} is none of NAT, DR, TUN`)
    },
  }
}

function parseTunnel(words: OptionWords): ForwardingConfiguration | undefined {
  const start = words.next()
  const tunnel = words.take('type') === undefined ? 'ipip' : words.take('ipip', 'gue', 'gre')
  const port = words.take('port') === undefined ? undefined : words.integer('port', 1, 65535)
  const checksum = words.take('nocsum', 'csum', 'remcsum')
  const extra = words.next()
  const at = extra ?? start
  if (at === undefined || words.failed) return undefined
  if (extra !== undefined) return words.fail(extra, `unknown option ${quoteWord(extra)} of TUN`, 'unknown-option')
  if (tunnel === undefined) return words.fail(at, "'type' must be one of ipip, gue, gre")
  if (tunnel !== 'gue' && port !== undefined) return words.fail(at, "'port' belongs to 'type gue' only")
  if (tunnel === 'gue') {
    if (port === undefined) return words.fail(at, "'type gue' needs its 'port'", 'missing-argument')
    return { type: 'tunnel', tunnel, port, checksum: checksum ?? 'nocsum' }
  }
  if (tunnel === 'gre') {
    if (checksum === 'remcsum') return words.fail(at, "'type gre' knows no remcsum")
    return { type: 'tunnel', tunnel, checksum: checksum ?? 'nocsum' }
  }
  if (checksum !== undefined) return words.fail(at, `'${checksum}' belongs to 'type gue' and 'type gre' only`)
  return { type: 'tunnel', tunnel: 'ipip' }
}

/** `[SECONDS]`, 360 without. */
export function persistenceTimeout(): Argument<Milliseconds> {
  return {
    syntax: `[SECONDS 1..${MOST_PERSISTENCE}]`,
    arity: [0, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return DEFAULT_PERSISTENCE
      const value = /^\+?\d{1,10}$/.test(word.text) ? Number(word.text) : 0
      if (value >= 1 && value <= MOST_PERSISTENCE) return secondsToMilliseconds(value)
      return reject(word, `${quoteWord(word)} is no whole number of seconds of 1..${MOST_PERSISTENCE} (31 days)`)
    },
  }
}

/** What counts as one client: `255.255.255.0`, or the length of an IPv6 prefix. */
export interface Granularity {
  readonly family: 4 | 6
  readonly prefixLength: number
}

/** A netmask, or the length of an IPv6 prefix. */
export function granularity(): Argument<Granularity> {
  return {
    syntax: 'NETMASK | 1..128',
    arity: [1, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return undefined
      if (familyOf(word.text) === 4) {
        const bits = [...(parseIp(word.text) ?? [])].map(octet => octet.toString(2).padStart(8, '0')).join('')
        if (!/^1+0*$/.test(bits)) return reject(word, `${quoteWord(word)} is no netmask`)
        return { family: 4, prefixLength: bits.replaceAll('0', '').length }
      }
      const length = /^\d{1,3}$/.test(word.text) ? Number(word.text) : 0
      if (length >= 1 && length <= 128) return { family: 6, prefixLength: length }
      return reject(word, `${quoteWord(word)} is neither an IPv4 netmask nor a length of an IPv6 prefix`)
    },
  }
}

/** `N`, `A-B`, any number of them. */
export function statusRanges(): Argument<readonly StatusRange[]> {
  return {
    syntax: 'N | A-B …, of 100..599',
    arity: [1, Number.POSITIVE_INFINITY],
    parse: ({ words, reject }) => {
      const ranges: StatusRange[] = []
      for (const word of words) {
        const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(word.text)
        const first = Number(match?.[1])
        const last = Number(match?.[2] ?? match?.[1])
        if (match === null || last < first) {
          return reject(word, `${quoteWord(word)} is neither a status code nor a range of them`)
        }
        ranges.push({ first, last })
      }
      return ranges
    },
  }
}

/** 32 hexadecimal digits, in lower case. */
export function md5(): Argument<string> {
  return {
    syntax: 'MD5',
    arity: [1, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return undefined
      if (/^[0-9a-f]{32}$/i.test(word.text)) return word.text.toLowerCase()
      return reject(word, `${quoteWord(word)} is no MD5 digest: 32 hexadecimal digits are needed (vrrp-cli genhash)`)
    },
  }
}

/**
 * Octets in hexadecimal. Blanks separate, an octet never goes over one, a single digit before one is an octet of its own:
 * `Ab12f 3` is ab 12 0f 03.
 */
export function octets(least: 0 | 1, wildcards: boolean): Argument<string> {
  const digit = wildcards ? '0-9a-fx' : '0-9a-f'
  return {
    syntax: `${least === 0 ? '[' : ''}HEX${wildcards ? ', x for any digit' : ''}${least === 0 ? ']' : ''}`,
    arity: [least, Number.POSITIVE_INFINITY],
    parse: ({ words, reject }) => {
      const wrong = words.find(({ text }) => !new RegExp(`^[${digit}]+$`, 'i').test(text))
      if (wrong !== undefined) return reject(wrong, `${quoteWord(wrong)} is not hexadecimal`)
      return words
        .flatMap(({ text }) => text.toLowerCase().match(/.{1,2}/g) ?? [])
        .map(octet => octet.padStart(2, '0'))
        .join('')
    },
  }
}
