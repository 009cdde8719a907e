/**
 * The status document as a JSON Schema (draft 2020-12), for consumers in other languages.
 */
import { newStatistics } from '../instance/statistics.ts'
import { NODE_STATUS_VERSION, TRANSITIONS_KEPT, WARNING_TYPES } from './node-status.ts'

/** The part of JSON Schema that is used. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'
  readonly const?: string | number
  readonly enum?: readonly string[]
  readonly format?: 'date-time'
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

const text: JsonSchema = { type: 'string' }
const flag: JsonSchema = { type: 'boolean' }
const instant: JsonSchema = { type: 'string', format: 'date-time' }
const counter: JsonSchema = { type: 'integer', minimum: 0 }
const whole: JsonSchema = { type: 'integer' }
const span: JsonSchema = { type: 'number', minimum: 0 }
const octet: JsonSchema = { type: 'integer', minimum: 0, maximum: 255 }
const state = oneOf('initialize', 'backup', 'master')
const checksumForm = oneOf('message', 'pseudo-header')

function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values }
}

function list(items: JsonSchema, maxItems?: number): JsonSchema {
  return { type: 'array', items, ...(maxItems !== undefined && { maxItems }) }
}

/** All of `required` are there; `optional` may be absent; what else is there is of a later minor version. */
function record(required: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }
}

const other = record({ address: text, priority: octet })

const tracker = record(
  {
    kind: oneOf('script', 'interface', 'file', 'process', 'program'),
    name: text,
    weight: whole,
    reverse: flag,
    verdict: oneOf('ok', 'failing', 'unknown'),
    'priority-change': whole,
  },
  { value: whole },
)

const peer = record({
  address: text,
  priority: octet,
  'advertise-interval-centi-sec': span,
  'checksum-form': checksumForm,
  'last-heard': instant,
})

const transition = record(
  { time: instant, from: state, to: state, reason: text, text, priority: octet },
  { peer: other },
)

const statistics = record({
  'discontinuity-datetime': instant,
  ...Object.fromEntries(Object.keys(newStatistics()).map(name => [name, counter])),
})

const instance = record(
  {
    name: text,
    interface: text,
    family: oneOf('ipv4', 'ipv6'),
    vrid: octet,
    version: oneOf('vrrp-v2', 'vrrp-v3'),
    state,
    'keepalived-state': oneOf('INIT', 'BACKUP', 'MASTER', 'FAULT'),
    faults: list(record({ type: text, text })),
    priority: octet,
    'effective-priority': octet,
    'is-owner': flag,
    preempt: record({ enabled: flag, 'hold-time': span }),
    'accept-mode': flag,
    'advertise-interval-centi-sec': span,
    'checksum-form': checksumForm,
    'virtual-addresses': list(record({ address: text, 'prefix-length': counter, interface: text })),
    'master-down-interval': span,
    'skew-time': span,
    'last-event': text,
    'new-master-reason': oneOf('not-master', 'priority', 'preempted', 'no-response'),
    trackers: list(tracker),
    peers: list(peer, 16),
    statistics,
    transitions: list(transition, TRANSITIONS_KEPT),
  },
  {
    'state-since': instant,
    'sync-group': text,
    'primary-address': text,
    master: record({ address: text, priority: octet, self: flag }),
    'last-adv-source': text,
    'up-datetime': instant,
  },
)

const diagnostic = record({
  severity: text,
  code: text,
  file: text,
  line: counter,
  column: counter,
  message: text,
})

/** The schema of `NodeStatus`. */
export const NODE_STATUS_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'NodeStatus',
  description: 'The status of a VRRP node, as vrrp-cli status --json prints it',
  ...record({
    version: { const: NODE_STATUS_VERSION },
    time: instant,
    program: record({ name: text, version: text, pid: counter, started: instant }),
    configuration: record({ diagnostics: list(diagnostic) }, { file: text }),
    instances: list(instance),
    'sync-groups': list(record({ name: text, members: list(text), state })),
    statistics: record({
      'checksum-errors': counter,
      'version-errors': counter,
      'vrid-errors': counter,
      'ip-ttl-errors': counter,
    }),
    warnings: list(record({ type: oneOf(...WARNING_TYPES), instance: text, text }, { peer: text, since: instant })),
  }),
}
