/**
 * A line of track_script, track_interface, track_file, track_process: `NAME [weight N [reverse|noreverse]]`.
 */

import { lineList } from './block-arguments.ts'
import type { Argument, Located } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'

/** A reference to a tracked thing; what is absent comes from its own definition. */
export interface TrackLine {
  readonly name: string
  readonly weight?: number
  readonly reverse?: boolean
}

/** `{ NAME [weight N [reverse]] … }` with weights of -`limit`..`limit`. */
export function trackList(what: string, limit: number): Argument<readonly Located<TrackLine>[]> {
  return lineList(`${what} [weight -${limit}..${limit} [reverse|noreverse]]`, (first, rest, log) =>
    parseTrackLine(first, rest, limit, log),
  )
}

function parseTrackLine(first: Word, rest: readonly Word[], limit: number, log: DiagnosticLog): TrackLine {
  let line: TrackLine = { name: first.text }
  for (let i = 0; i < rest.length; i++) {
    const option = rest[i]
    if (option === undefined) break
    if (option.text === 'reverse' || option.text === 'noreverse') {
      line = { ...line, reverse: option.text === 'reverse' }
    } else if (option.text === 'weight') {
      const value = rest[++i]
      const weight = value === undefined ? undefined : parseWeight(value, limit)
      if (weight !== undefined) line = { ...line, weight }
      else {
        const given = value === undefined ? 'nothing' : quoteWord(value)
        const message = `the weight of '${first.text}' must be a whole number of -${limit}..${limit}, not ${given}: it is ignored`
        log.report('invalid-value', (value ?? option).position, message)
      }
    } else {
      log.report(
        'unknown-option',
        option.position,
        `unknown option ${quoteWord(option)} behind '${first.text}': it is ignored`,
      )
    }
  }
  return line
}

/** A weight, or undefined when it is none. */
export function parseWeight(word: Word, limit: number): number | undefined {
  if (!/^[+-]?\d{1,10}$/.test(word.text)) return undefined
  const weight = Number(word.text)
  return Math.abs(weight) <= limit ? weight : undefined
}

/** A weight with its direction. */
export interface WeightValue {
  readonly weight: number
  readonly reverse: boolean
}

/** `N [reverse|noreverse]` as the argument of the keyword `weight`. */
export function weightArgument(limit: number): Argument<WeightValue> {
  return {
    syntax: `INTEGER -${limit}..${limit} [reverse|noreverse]`,
    arity: [1, 2],
    parse: ({ words: [first, second], reject }) => {
      if (first === undefined) return undefined
      const weight = parseWeight(first, limit)
      if (weight === undefined) return reject(first, `${quoteWord(first)} is not a whole number of -${limit}..${limit}`)
      if (second !== undefined && second.text !== 'reverse' && second.text !== 'noreverse') {
        return reject(second, `${quoteWord(second)} is neither reverse nor noreverse`)
      }
      return { weight, reverse: second?.text === 'reverse' }
    },
  }
}
