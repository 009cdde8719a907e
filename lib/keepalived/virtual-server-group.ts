/**
 * A line of virtual_server_group: addresses, a range of them, or a firewall mark. keepalived.conf(5), "Virtual server group(s)".
 */
import { familyOf, formatIp, type IpFamily, parseIp } from '../net/ip.ts'
import { parsePrefix } from './address-line.ts'
import { lineList } from './block-arguments.ts'
import type { Argument, Located } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import { OptionWords } from './option-words.ts'

/** What a line names. */
export type VirtualServerGroupLine =
  | { readonly type: 'mark'; readonly mark: number; readonly family?: IpFamily }
  | {
      readonly type: 'addresses'
      /** Canonical text. */
      readonly first: string
      /** Addresses in the range. */
      readonly count: number
      /** 0: all ports. */
      readonly port: number
    }

/** A group as it is written. */
export interface VirtualServerGroupBlock {
  readonly name: Word
  readonly lines: readonly Located<VirtualServerGroupLine>[]
}

/** `NAME { line … }`, any number of times. */
export function virtualServerGroups(): Argument<readonly VirtualServerGroupBlock[]> {
  const list = lineList('ADDRESS[-LAST|/LEN] [PORT] | fwmark N [inet|inet6]', parseVirtualServerGroupLine)
  return {
    syntax: `NAME ${list.syntax}`,
    arity: [1, 1],
    body: 'list',
    parse: input => {
      const [name] = input.words
      return name === undefined ? undefined : [{ name, lines: list.parse(input) ?? [] }]
    },
    merge: values => values.flat(),
  }
}

/** So many addresses a line may name: each one is a service of its own in the kernel. */
export const RANGE_LIMIT = 4096

/** Reads one line; undefined after a report. */
export function parseVirtualServerGroupLine(
  first: Word,
  rest: readonly Word[],
  log: DiagnosticLog,
): VirtualServerGroupLine | undefined {
  const words = new OptionWords(rest, 'line', log)
  if (first.text === 'fwmark') {
    const mark = words.integer('fwmark', 1, 0xffffffff)
    const family = words.take('inet', 'inet6')
    if (mark === undefined) return undefined
    return finish(words, { type: 'mark', mark, ...(family !== undefined && { family: family === 'inet' ? 4 : 6 }) })
  }
  const range = parseRange(first.text)
  if (range === undefined) {
    const message = `${quoteWord(first)} is no address, no range (192.0.2.1-9) and not 'fwmark N': the line is left out`
    log.report('invalid-address', first.position, message)
    return undefined
  }
  if (range.count > RANGE_LIMIT) {
    const message = `${quoteWord(first)} are more than ${RANGE_LIMIT} addresses, each a service of its own: the line is left out; use 'fwmark N'`
    log.report('range-too-large', first.position, message)
    return undefined
  }
  const port = words.peek() === undefined ? 0 : words.integer('port', 0, 65535)
  if (port === undefined) return undefined
  return finish(words, { type: 'addresses', first: formatIp(range.first), count: range.count, port })
}

function finish(words: OptionWords, line: VirtualServerGroupLine): VirtualServerGroupLine | undefined {
  const extra = words.next()
  if (extra !== undefined) words.fail(extra, `unknown option ${quoteWord(extra)}`, 'unknown-option')
  return words.failed ? undefined : line
}

interface Range {
  readonly first: Uint8Array
  readonly count: number
}

/** `A`, `A/LENGTH`, `A-B`, or `A-LAST`: the last part of an address counts up to LAST, hexadecimal in IPv6. */
function parseRange(text: string): Range | undefined {
  const dash = text.indexOf('-')
  const prefix = parsePrefix(dash === -1 ? text : text.slice(0, dash))
  const first = prefix && parseIp(prefix.address)
  if (prefix === undefined || first === undefined) return undefined
  if (dash === -1) return { first, count: 2 ** (first.length * 8 - prefix.prefixLength) }
  const last = lastOf(first, text.slice(dash + 1))
  if (last === undefined) return undefined
  const count = Number(numberOf(last) - numberOf(first)) + 1
  return count >= 1 ? { first, count } : undefined
}

/** The end of a range: an address of the same family, or its last part. */
function lastOf(first: Uint8Array, text: string): Uint8Array | undefined {
  const six = first.length === 16
  if (familyOf(text) !== undefined) {
    const last = parseIp(text)
    return last?.length === first.length ? last : undefined
  }
  if (!(six ? /^[0-9a-f]{1,4}$/i : /^\d{1,3}$/).test(text)) return undefined
  const part = Number.parseInt(text, six ? 16 : 10)
  if (!six && part > 255) return undefined
  const last = Uint8Array.from(first)
  last.set(six ? [part >> 8, part & 0xff] : [part], first.length - (six ? 2 : 1))
  return last
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)
}
