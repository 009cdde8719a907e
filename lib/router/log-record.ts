/**
 * A line of the log as one JSON object, with what it is about in fields of their own.
 */
import type { EngineEvent } from '../engine/index.ts'
import type { LogLevel } from './keepalived-log.ts'

/**
 * `{"time":…,"level":…,"instance":…,"event":…,"reason":…,"message":…}`: `time` in ISO 8601, UTC; `message` is the line
 * of the text log; `event` the type of an `InstanceEvent` or of a `Notice`. What does not apply is absent.
 */
export function formatLogRecord(time: Date, level: LogLevel, message: string, event?: EngineEvent): string {
  return JSON.stringify({ time: time.toISOString(), level, ...(event && fieldsOf(event)), message })
}

function fieldsOf(event: EngineEvent): Readonly<Record<string, unknown>> {
  const { instance, type } = event
  switch (event.type) {
    case 'transition': {
      const { from, to, reason, priority, peer } = event
      return { instance, event: type, from, to, reason, priority, ...(peer && { peer }) }
    }
    case 'notice': {
      const { type: notice, ...rest } = event.notice
      return { instance, event: notice, ...rest }
    }
    case 'advertisement-sent':
      return { instance, event: type, priority: event.priority }
    case 'advertisement-refused':
      return { instance, event: type, source: event.source, reason: event.reason }
    case 'fault':
    case 'fault-cleared':
      return { instance, event: type, fault: event.fault }
    default:
      return { instance, event: type }
  }
}
