/**
 * The words of a line of options, taken one after the other: `via 192.0.2.1 dev eth0`. What is wrong is reported once,
 * and the line is then given up: half a route is worse than none.
 */
import { canonicalIp, familyOf, type IpFamily } from '../net/ip.ts'
import { parsePrefix } from './address-line.ts'
import { quote } from './diagnostic.ts'
import type { DiagnosticCode } from './diagnostic-codes.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import type { RoutingName } from './routing-names.ts'

/** An address with its length, and its family. */
export interface Prefix {
  readonly address: string
  readonly prefixLength: number
  readonly family: IpFamily
}

/** A reader of one line. */
export class OptionWords {
  readonly #words: readonly Word[]
  readonly #what: string
  readonly #log: DiagnosticLog
  #at = 0
  #failed = false

  /** @param what - the kind of line, for messages: `route` */
  constructor(words: readonly Word[], what: string, log: DiagnosticLog) {
    this.#words = words
    this.#what = what
    this.#log = log
  }

  /** Something was reported: the line comes to nothing. */
  get failed(): boolean {
    return this.#failed
  }

  /** The next word, without taking it. */
  peek(): Word | undefined {
    return this.#failed ? undefined : this.#words[this.#at]
  }

  /** Takes the next word. */
  next(): Word | undefined {
    const word = this.peek()
    if (word !== undefined) this.#at++
    return word
  }

  /** Takes the next word if it is one of these. */
  take<const T extends string>(...choices: readonly T[]): T | undefined {
    const found = choices.find(choice => choice === this.peek()?.text)
    if (found !== undefined) this.#at++
    return found
  }

  /** The value behind an option, as it is. */
  text(option: string): string | undefined {
    return this.#value(option)?.text
  }

  /** A whole number of `least`..`most`, decimal or 0x. */
  integer(option: string, least: number, most: number): number | undefined {
    const word = this.#value(option)
    if (word === undefined) return undefined
    const value = /^(\d+|0x[0-9a-f]+)$/i.test(word.text) ? Number(word.text) : Number.NaN
    if (value >= least && value <= most) return value
    return this.fail(word, `'${option}' must be a whole number of ${least}..${most}, not ${quoteWord(word)}`)
  }

  /** `FIRST-LAST`, or one number. */
  range(option: string, most: number): readonly [number, number] | undefined {
    const word = this.#value(option)
    if (word === undefined) return undefined
    const [first, last = first] = word.text.split('-').map(part => (/^\d+$/.test(part) ? Number(part) : Number.NaN))
    if (first !== undefined && last !== undefined && first <= last && last <= most) return [first, last]
    return this.fail(word, `'${option}' must be a range within 0..${most}, not ${quoteWord(word)}`)
  }

  /** An address in canonical text. */
  address(option: string): string | undefined {
    const word = this.#value(option)
    if (word === undefined) return undefined
    if (familyOf(word.text) !== undefined) return canonicalIp(word.text)
    return this.fail(word, `'${option}' needs an address, not ${quoteWord(word)}`)
  }

  /** An address with an optional length, or `default`, `any`, `all` in `family`. */
  prefix(option: string, family: IpFamily): Prefix | undefined {
    const word = this.#value(option)
    if (word === undefined) return undefined
    if (/^(default|any|all)$/.test(word.text)) {
      return { address: family === 4 ? '0.0.0.0' : '::', prefixLength: 0, family }
    }
    const prefix = parsePrefix(word.text)
    const found = prefix === undefined ? undefined : familyOf(prefix.address)
    if (prefix !== undefined && found !== undefined) return { ...prefix, family: found }
    return this.fail(word, `${quoteWord(word)} is not an address with an optional /prefix`)
  }

  /** A number that may have a name in iproute2's files. The name is looked up later. */
  name(option: string, most: number): RoutingName | undefined {
    const word = this.#value(option)
    if (word === undefined) return undefined
    if (!/^(\d+|0x[0-9a-f]+)$/i.test(word.text)) return word
    const value = Number(word.text)
    return value <= most ? value : this.fail(word, `'${option}' must be at most ${most}, not ${quoteWord(word)}`)
  }

  /** Reports, and gives the line up. */
  fail(word: Word, problem: string, code: DiagnosticCode = 'invalid-value'): undefined {
    if (!this.#failed) this.#log.report(code, word.position, `${problem}: the ${this.#what} is left out`)
    this.#failed = true
    return undefined
  }

  /** Reports an option that keepalived has and vrrp-ts does not act on, without which the line makes no sense. */
  unsupported(word: Word): undefined {
    return this.fail(word, `${quote(word.text)} of a ${this.#what} is not supported yet`, 'not-supported')
  }

  #value(option: string): Word | undefined {
    const word = this.next()
    if (word !== undefined || this.#failed) return word
    const last = this.#words.at(-1)
    return last === undefined ? undefined : this.fail(last, `'${option}' needs a value`, 'missing-argument')
  }
}
