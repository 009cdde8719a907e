/**
 * `garp_extra_if [all] SECONDS`: announcements on the interfaces that adverts do not leave from.
 */
import { type Milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { Argument } from './declaration.ts'
import { quoteWord } from './lexer.ts'

/** The announcements of garp_extra_if. */
export interface ExtraGarp {
  /** 0: none. */
  readonly period: Milliseconds
  /** On real interfaces too. */
  readonly everywhere?: true
}

const DAY = 86_400

/** @param least - seconds: 0 in an instance, where it switches off what global_defs says */
export function extraGarp(least: 0 | 1): Argument<ExtraGarp> {
  return {
    syntax: `[all] SECONDS ${least}..${DAY}, whole`,
    arity: [1, 2],
    parse: ({ words, reject }) => {
      const times = words.filter(({ text }) => text !== 'all')
      const [time = words[0]] = times
      if (time === undefined) return undefined
      const seconds = /^\d+$/.test(time.text) ? Number(time.text) : Number.NaN
      if (times.length !== 1 || !(seconds >= least && seconds <= DAY)) {
        return reject(time, `${quoteWord(time)} is not a whole number of seconds of ${least}..${DAY}`)
      }
      return {
        period: secondsToMilliseconds(seconds),
        ...(times.length < words.length && { everywhere: true as const }),
      }
    },
  }
}
