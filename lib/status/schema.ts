/**
 * The status document as a JSON Schema (draft 2020-12), for consumers in other languages.
 */
import { newStatistics } from '../instance/statistics.ts'
import { LVS_SCHEMA } from './lvs-schema.ts'
import { NODE_STATUS_VERSION, TRANSITIONS_KEPT, WARNING_TYPES } from './node-status.ts'
import {
  counter,
  flag,
  instant,
  type JsonSchema,
  list,
  octet,
  oneOf,
  record,
  span,
  text,
  whole,
} from './schema-builder.ts'

const state = oneOf('initialize', 'backup', 'master')
const checksumForm = oneOf('message', 'pseudo-header')

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
  ...record(
    {
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
    },
    { lvs: LVS_SCHEMA },
  ),
}
