/**
 * Arguments of lvs_sync_daemon, lvs_timeouts and lvs_flush_on_stop in global_defs.
 */
import { isMulticast, parseIp } from '../net/ip.ts'
import { secondsToMilliseconds } from '../time/units.ts'
import type { Argument } from './declaration.ts'
import { quoteWord, type Word } from './lexer.ts'
import type { LvsTimeouts, SyncDaemonConfiguration } from './lvs-configuration.ts'
import { OptionWords } from './option-words.ts'

/** The words of lvs_sync_daemon. */
export type SyncDaemonLine = Omit<SyncDaemonConfiguration, 'origin' | 'id'> & { readonly id?: number }

/** Above it the kernel's milliseconds leave 31 bits: 2^31 / 1000. */
const MOST_SECONDS = 2147483

/** `INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]`. */
export function syncDaemon(): Argument<SyncDaemonLine> {
  return {
    syntax: 'INTERFACE [[inst] INSTANCE] [id 0..255] [maxlen N] [port N] [ttl N] [group ADDRESS]',
    arity: [1, 13],
    parse: ({ words: [first, ...rest], log }) => {
      if (first === undefined) return undefined
      const words = new OptionWords(rest, 'line', log)
      let line: SyncDaemonLine = { interface: first.text }
      for (let word = words.next(); word !== undefined; word = words.next()) {
        const option = parseOption(word, words, line)
        if (option === undefined) return undefined
        line = { ...line, ...option }
      }
      return words.failed ? undefined : line
    },
  }
}

function parseOption(word: Word, words: OptionWords, line: SyncDaemonLine): Partial<SyncDaemonLine> | undefined {
  const number = <K extends 'id' | 'maxLength' | 'port' | 'ttl'>(key: K, least: number, most: number) => {
    const value = words.integer(word.text, least, most)
    return value === undefined ? undefined : { [key]: value }
  }
  switch (word.text) {
    case 'inst': {
      const instance = words.text('inst')
      return instance === undefined ? undefined : { instance }
    }
    case 'id':
      return number('id', 0, 255)
    case 'maxlen':
      return number('maxLength', 1, 65507)
    case 'port':
      return number('port', 1, 65535)
    case 'ttl':
      return number('ttl', 1, 255)
    case 'group': {
      const group = words.address('group')
      if (group === undefined) return undefined
      return isMulticast(parseIp(group) ?? new Uint8Array(4))
        ? { group }
        : words.fail(word, `'group' needs a multicast address, not ${group}`)
    }
    default:
      // The name of the instance may stand by itself, if it comes first.
      if (Object.keys(line).length === 1) return { instance: word.text }
      return words.fail(word, `unknown option ${quoteWord(word)}`, 'unknown-option')
  }
}

/** `[tcp N] [tcpfin N] [udp N]`, at least one. */
export function lvsTimeouts(): Argument<LvsTimeouts> {
  return {
    syntax: '[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]',
    arity: [2, 6],
    parse: ({ words: given, log }) => {
      const words = new OptionWords(given, 'line', log)
      let timeouts: LvsTimeouts = {}
      for (let option = words.peek(); option !== undefined; option = words.peek()) {
        const name = words.take('tcp', 'tcpfin', 'udp')
        if (name === undefined) return words.fail(option, `unknown option ${quoteWord(option)}`, 'unknown-option')
        const value = words.integer(name, 1, MOST_SECONDS)
        if (value === undefined) return undefined
        timeouts = { ...timeouts, [name === 'tcpfin' ? 'tcpFin' : name]: secondsToMilliseconds(value) }
      }
      return words.failed ? undefined : timeouts
    },
  }
}

/** Nothing, or `VS`. */
export function flushOnStop(): Argument<readonly 'VS'[]> {
  return {
    syntax: '[VS]',
    arity: [0, 1],
    parse: ({ words: [word], reject }) => {
      if (word === undefined) return []
      return word.text === 'VS' ? ['VS'] : reject(word, `${quoteWord(word)} is not VS`)
    },
  }
}
