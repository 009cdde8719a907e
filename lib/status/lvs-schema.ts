/**
 * The part of the status document about virtual servers, as a JSON Schema.
 */
import type { JsonSchema } from './schema-builder.ts'
import { counter, flag, instant, list, oneOf, record, span, text } from './schema-builder.ts'

const check = record(
  { type: text, verdict: oneOf('up', 'down'), proven: flag, since: instant, looks: counter, failures: counter },
  { 'last-failure': text, 'last-duration': span },
)

const realServer = record({
  name: text,
  state: oneOf('up', 'down'),
  weight: counter,
  'effective-weight': counter,
  checks: list(check),
})

const virtualServer = record(
  {
    name: text,
    services: list(text),
    scheduler: text,
    quorum: counter,
    hysteresis: counter,
    'alive-weight': counter,
    'quorum-up': flag,
    'real-servers': list(realServer),
  },
  { 'sorry-server': record({ name: text, active: flag }) },
)

/** The schema of `LvsStatus`. */
export const LVS_SCHEMA: JsonSchema = record({ 'virtual-servers': list(virtualServer) }, { unavailable: text })
