/**
 * The log lines of trackers, in keepalived 2.x's wording.
 */
import { constants } from 'node:os'
import type { ScriptResult, TrackEvent } from '../track/index.ts'
import type { LogLevel } from './keepalived-log.ts'

/** Characters of a script's output that go into a line. */
const OUTPUT_LENGTH = 300

/**
 * The line for an event.
 * @param first - it is the first verdict of its tracker: that a thing is well from the start is no news, a script apart
 */
export function trackerLine(event: TrackEvent, first: boolean): readonly [LogLevel, string] | undefined {
  const { name } = event
  if (event.type === 'status') return ['info', `Script \`${name}\` now returning ${event.status}`]
  if (event.type === 'unreadable') return ['warning', `Track file ${name}: ${event.message}`]
  const ok = event.verdict === 'ok'
  if (event.kind === 'script') {
    if (ok) return ['info', `VRRP_Script(${name}) succeeded`]
    return ['warning', `VRRP_Script(${name}) ${describeFailure(event.result)}${describeOutput(event.output)}`]
  }
  if (ok && first) return undefined
  switch (event.kind) {
    case 'interface':
      return ok ? ['info', `Netlink reports ${name} up`] : ['warning', `Netlink reports ${name} down`]
    case 'file':
      return ['info', `Track file ${name} is now ${event.value}`]
    case 'process': {
      const running = `[${event.count} running]`
      return ok
        ? ['info', `Quorum gained for tracked process ${name} ${running}`]
        : ['warning', `Quorum lost for tracked process ${name} ${running}`]
    }
  }
}

function describeFailure(result: ScriptResult | undefined): string {
  switch (result?.type) {
    case 'exited':
      return `failed (exited with status ${result.status})`
    case 'killed':
      return `failed (due to signal ${signalNumber(result.signal)})`
    case 'timed-out':
      return 'timed_out'
    case 'not-started':
      return `failed (not started: ${result.message})`
    case undefined:
      return 'failed (init_fail: it has not succeeded yet)'
  }
}

function signalNumber(name: string): number | string {
  return (constants.signals as Readonly<Record<string, number>>)[name] ?? name
}

/** The end of what it printed: that is where the reason stands. */
function describeOutput(lines: readonly string[]): string {
  const text = lines.join(' | ')
  if (text === '') return ''
  return ` [${text.length > OUTPUT_LENGTH ? `…${text.slice(-OUTPUT_LENGTH)}` : text}]`
}
