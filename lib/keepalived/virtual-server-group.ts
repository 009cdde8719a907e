/**
 * A line of virtual_server_group: addresses, a range of them, or a firewall mark. keepalived.conf(5), "virtual server group".
 */
import { familyOf } from '../net/ip.ts'
import { parsePrefix } from './address-line.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import { OptionWords } from './option-words.ts'

/** What a line names. */
export type VirtualServerGroupLine =
  | { readonly type: 'mark'; readonly mark: number }
  | {
      readonly type: 'addresses'
      /** Canonical text. */
      readonly first: string
      /** Addresses in the range. */
      readonly count: number
      /** Absent: all ports. */
      readonly port?: number
    }

/** Reads one line; undefined after a report. */
export function parseVirtualServerGroupLine(
  first: Word,
  rest: readonly Word[],
  log: DiagnosticLog,
): VirtualServerGroupLine | undefined {
  const words = new OptionWords(rest, 'line', log)
  if (first.text === 'fwmark') {
    const mark = words.integer('fwmark', 1, 0xffffffff)
    words.take('inet', 'inet6')
    return finish(words, mark === undefined ? undefined : { type: 'mark', mark })
  }
  const range = parseRange(first.text)
  if (range === undefined) {
    const message = `${quoteWord(first)} is no address, no range (192.0.2.1-9) and not 'fwmark N': the line is left out`
    log.report('invalid-address', first.position, message)
    return undefined
  }
  const port = words.peek() === undefined ? undefined : words.integer('port', 0, 65535)
  return finish(words, { type: 'addresses', ...range, ...(port !== undefined && port > 0 && { port }) })
}

function finish(words: OptionWords, line: VirtualServerGroupLine | undefined): VirtualServerGroupLine | undefined {
  const extra = words.next()
  if (extra !== undefined) words.fail(extra, `unknown option ${quoteWord(extra)}`, 'unknown-option')
  return words.failed ? undefined : line
}

/** `A`, `A/LENGTH`, `A-LAST`: the last part of an address counts up to LAST, hexadecimal in IPv6. */
function parseRange(text: string): { readonly first: string; readonly count: number } | undefined {
  const dash = text.lastIndexOf('-')
  if (dash === -1) {
    const prefix = parsePrefix(text)
    if (prefix === undefined) return undefined
    const bits = (familyOf(prefix.address) === 4 ? 32 : 128) - prefix.prefixLength
    return { first: prefix.address, count: 2 ** bits }
  }
  const prefix = parsePrefix(text.slice(0, dash))
  if (prefix === undefined) return undefined
  const six = familyOf(prefix.address) === 6
  const radix = six ? 16 : 10
  const last = text.slice(dash + 1)
  if (!(six ? /^[0-9a-f]{1,4}$/i : /^\d{1,3}$/).test(last)) return undefined
  const from = Number.parseInt(/[0-9a-f]*$/i.exec(prefix.address)?.[0] || '0', radix)
  const to = Number.parseInt(last, radix)
  return to < from || (!six && to > 255) ? undefined : { first: prefix.address, count: to - from + 1 }
}
