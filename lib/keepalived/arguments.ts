/**
 * Types of arguments of one line: numbers, times, words, addresses.
 */
import { canonicalIp, familyOf, type IpFamily } from '../net/ip.ts'
import { type Milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { Argument } from './declaration.ts'
import { quote } from './diagnostic.ts'
import { quoteWord } from './lexer.ts'
import { utf8Octets } from './utf8-length.ts'

/** No argument: being there is enough. */
export function flag(): Argument<true> {
  return { syntax: '', arity: [0, 0], parse: () => true }
}

/** `on|true|yes`, `off|false|no`; alone it means yes. */
export function boolean(): Argument<boolean> {
  return {
    syntax: '[on|off|true|false|yes|no]',
    arity: [0, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return true
      const value = BOOLEANS.get(word.text)
      return value ?? reject(word, `${quoteWord(word)} is neither on, true, yes nor off, false, no`)
    },
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['true', true],
  ['yes', true],
  ['off', false],
  ['false', false],
  ['no', false],
])

/** A whole number in a range, both ends included. */
export function integer(least: number, most: number): Argument<number> {
  return {
    syntax: `INTEGER ${least}..${most}`,
    arity: [1, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return undefined
      if (!/^[+-]?\d+$/.test(word.text)) return reject(word, `${quoteWord(word)} is not a whole number`)
      const value = Number(word.text)
      return value >= least && value <= most ? value : reject(word, `${value} is outside ${least}..${most}`)
    },
  }
}

/** The kernel keeps 15 bytes of the name of a process. */
export function processName(): Argument<string> {
  return {
    syntax: 'NAME',
    arity: [1, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return undefined
      if (/^[^/\p{Cc}]+$/u.test(word.text) && utf8Octets(word.text).length <= LONGEST_PROCESS) return word.text
      return reject(word, `the name of a process has at most ${LONGEST_PROCESS} bytes, and no '/'`)
    },
  }
}

const LONGEST_PROCESS = 15

/** The longest name of a table of nf_tables, in bytes. */
const LONGEST_TABLE = 255

/** `[TABLE]`; alone it means keepalived's own choice. */
export function nfTableName(): Argument<string> {
  return {
    syntax: '[TABLE]',
    arity: [0, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return 'keepalived'
      if (utf8Octets(word.text).length <= LONGEST_TABLE) return word.text
      return reject(word, `the name of a table has at most ${LONGEST_TABLE} bytes`)
    },
  }
}

/** How a time may be written. */
export interface SecondsOptions {
  /** Take whole seconds only. */
  readonly whole?: boolean
  /** keepalived 1.x took 0 and 2.x refuses it: a warning, and the default. */
  readonly zeroIsOutdated?: boolean
}

/** A time, written in seconds, decimals allowed to the microsecond. */
export function seconds(least: number, most: number, options: SecondsOptions = {}): Argument<Milliseconds> {
  return {
    syntax: `SECONDS ${least}..${most}${options.whole === true ? ', whole' : ''}`,
    arity: [1, 1],
    parse: ({ words: [word], statement, reject, log }) => {
      if (word === undefined) return undefined
      const pattern = options.whole === true ? /^\+?\d+$/ : /^\+?(\d+\.?\d*|\.\d+)$/
      if (!pattern.test(word.text)) {
        return reject(word, `${quoteWord(word)} is not a ${options.whole === true ? 'whole ' : ''}number of seconds`)
      }
      const value = Number(word.text)
      if (value === 0 && options.zeroIsOutdated === true) {
        const { text } = statement.keyword
        log.report(
          'outdated-value',
          word.position,
          `'${text} 0' is refused by keepalived 2.x: leave the line out, it means the same`,
        )
        return secondsToMilliseconds(0)
      }
      if (value >= least && value <= most) return secondsToMilliseconds(value)
      return reject(word, `${quoteWord(word)} seconds are outside ${least}..${most}`)
    },
  }
}

/** One word, quoted or bare. */
export function word(syntax = 'NAME'): Argument<string> {
  return { syntax, arity: [1, 1], parse: ({ words: [first] }) => first?.text }
}

/** Words up to the end of the line, at least `least`. */
export function words(syntax: string, least = 0, most = Number.POSITIVE_INFINITY): Argument<readonly string[]> {
  return { syntax, arity: [least, most], parse: input => input.words.map(each => each.text) }
}

/** Numbers of processors. */
export function processors(): Argument<readonly number[]> {
  return {
    syntax: 'CPU …',
    arity: [1, Number.POSITIVE_INFINITY],
    parse: ({ words, reject }) => {
      const wrong = words.find(({ text }) => !/^\d{1,4}$/.test(text) || Number(text) > LAST_PROCESSOR)
      if (wrong === undefined) return words.map(({ text }) => Number(text))
      return reject(wrong, `${quoteWord(wrong)} is not the number of a processor, 0..${LAST_PROCESSOR}`)
    },
  }
}

/** Linux counts no more of them. */
const LAST_PROCESSOR = 8191

/** One of some words. */
export function oneOf<const T extends string>(...choices: readonly T[]): Argument<T> {
  return {
    syntax: choices.join('|'),
    arity: [1, 1],
    parse: ({ words: [first], reject }) => {
      if (first === undefined) return undefined
      const found = choices.find(choice => choice === first.text)
      return found ?? reject(first, `${quoteWord(first)} is none of ${choices.join(', ')}`)
    },
  }
}

/** An IP address, of one family if that is given, in canonical text. */
export function ipAddress(family?: IpFamily): Argument<string> {
  return {
    syntax: family === undefined ? 'ADDRESS' : `IPv${family} ADDRESS`,
    arity: [1, 1],
    parse: ({ words: [first], reject }) => {
      if (first === undefined) return undefined
      const found = familyOf(first.text)
      if (found !== undefined && (family === undefined || found === family)) return canonicalIp(first.text)
      return reject(first, `${quoteWord(first)} is not an IP${family === undefined ? '' : `v${family}`} address`)
    },
  }
}

/** A multicast group of a family. */
export function multicastGroup(family: IpFamily): Argument<string> {
  const address = ipAddress(family)
  return {
    ...address,
    syntax: `IPv${family} MULTICAST GROUP`,
    parse: input => {
      const value = address.parse(input)
      const [first] = input.words
      if (value === undefined || first === undefined) return undefined
      const multicast = family === 4 ? /^2(2[4-9]|3\d)\./.test(value) : value.startsWith('ff')
      return multicast ? value : input.reject(first, `${quote(value)} is not a multicast group`)
    },
  }
}
