/**
 * A line of interface_up_down_delays: `INTERFACE DOWN [UP]`, seconds.
 */
import { secondsToMilliseconds } from '../time/units.ts'
import type { InterfaceDelayConfiguration } from './configuration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'

/** keepalived's limit, seconds. */
const MOST = 255

/** Reads one line; undefined after a report. Without a second number both are the first. */
export function parseInterfaceDelayLine(
  first: Word,
  [downWord, upWord, extra]: readonly Word[],
  log: DiagnosticLog,
): InterfaceDelayConfiguration | undefined {
  if (downWord === undefined) {
    log.report('missing-argument', first.position, `${quoteWord(first)} needs a delay in seconds: it is left out`)
    return undefined
  }
  if (extra !== undefined)
    log.report('ignored-words', extra.position, `${quoteWord(extra)} behind the delays is ignored`)
  const [down, up] = [downWord, upWord ?? downWord].map(word => {
    const value = /^\d+(\.\d+)?$/.test(word.text) ? Number(word.text) : Number.NaN
    if (value <= MOST) return secondsToMilliseconds(value)
    log.report(
      'invalid-value',
      word.position,
      `${quoteWord(word)} is not a number of seconds of 0..${MOST}: the line is left out`,
    )
    return undefined
  })
  return down === undefined || up === undefined ? undefined : { interface: first.text, down, up }
}
