/**
 * The metrics of a node, as a table. Names and labels are those of the existing exporters of keepalived where they have
 * them, so that their dashboards and alerts go on working; what they do not have is called `vrrp_…`.
 */
import type { EngineSnapshot } from '../engine/index.ts'
import type { InstanceSnapshot } from '../instance/index.ts'
import type { InstanceRecord } from './instance-memory.ts'
import type { LvsStatus } from './lvs-status.ts'
import type { NodeStatus, StatusWarning } from './node-status.ts'

/** What metrics are made of, at one instant. */
export interface MetricFacts {
  readonly program: NodeStatus['program']
  readonly snapshot: EngineSnapshot
  readonly recordOf: (instance: string) => InstanceRecord
  readonly warningsOf: (instance: InstanceSnapshot) => readonly StatusWarning[]
  /** From the engine's clock to the wall clock, ms. */
  readonly wallTimeOf: (at: number) => number
  /** Absent: there is none. */
  readonly lvs?: LvsStatus
}

/** One value with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: (facts: MetricFacts) => Iterable<Sample>
}

/** `instance` is Prometheus's own label for the scraped target, hence `iname`. */
const INSTANCE = ['iname', 'intf', 'vrid'] as const
const STATES = { INIT: 0, BACKUP: 1, MASTER: 2, FAULT: 3 } as const

function labelsOf({ name, interface: device, vrid }: InstanceSnapshot): Record<(typeof INSTANCE)[number], string> {
  return { iname: name, intf: device, vrid: String(vrid) }
}

/** A metric with one value for each instance. */
function perInstance(
  type: MetricRow['type'],
  name: string,
  help: string,
  read: (instance: InstanceSnapshot, facts: MetricFacts) => number,
): MetricRow {
  const samples = (facts: MetricFacts) =>
    facts.snapshot.instances.map(each => ({ labels: labelsOf(each), value: read(each, facts) }))
  return { type, name, help, labels: INSTANCE, samples }
}

/** A metric with several values for each instance. */
function severalPerInstance(
  name: string,
  help: string,
  more: readonly string[],
  valuesOf: (instance: InstanceSnapshot, facts: MetricFacts) => Iterable<Sample>,
): MetricRow {
  const samples = function* (facts: MetricFacts): Generator<Sample> {
    for (const each of facts.snapshot.instances) {
      const labels = labelsOf(each)
      for (const sample of valuesOf(each, facts)) yield { ...sample, labels: { ...labels, ...sample.labels } }
    }
  }
  return { type: 'gauge', name, help, labels: [...INSTANCE, ...more], samples }
}

function counted(
  name: string,
  help: string,
  leaf: Exclude<keyof InstanceSnapshot['statistics'], 'discontinuity-datetime'>,
) {
  return perInstance('counter', name, help, ({ statistics }) => statistics[leaf])
}

function warningCounts(warnings: readonly StatusWarning[]): Sample[] {
  const counts = new Map<string, number>()
  for (const { type } of warnings) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, value]) => ({ labels: { type }, value }))
}

/** Every metric. */
export const METRICS: readonly MetricRow[] = [
  {
    type: 'gauge',
    name: 'keepalived_up',
    help: 'The router runs',
    labels: [],
    samples: () => [{ labels: {}, value: 1 }],
  },
  severalPerInstance(
    'keepalived_vrrp_state',
    'State of an instance, for each of its addresses: 0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT',
    ['ip_address'],
    ({ addresses, keepalivedState }) =>
      addresses.map(({ address }) => ({ labels: { ip_address: address }, value: STATES[keepalivedState] })),
  ),
  counted('keepalived_advertisements_received_total', 'Adverts accepted', 'advertisement-rcvd'),
  counted('keepalived_advertisements_sent_total', 'Adverts sent', 'advertisement-sent'),
  counted('keepalived_become_master_total', 'Times it became master', 'master-transitions'),
  perInstance(
    'counter',
    'keepalived_release_master_total',
    'Times it stopped being master',
    ({ name }, facts) => facts.recordOf(name).released,
  ),
  counted('keepalived_packet_length_errors_total', 'Adverts of a wrong length', 'packet-length-errors'),
  counted('keepalived_advertisements_interval_errors_total', 'Adverts of another interval', 'interval-errors'),
  counted('keepalived_ip_ttl_errors_total', 'Adverts with a wrong TTL or hop limit', 'ip-ttl-errors'),
  counted('keepalived_invalid_type_received_total', 'VRRP messages that are no adverts', 'invalid-type-pkts-rcvd'),
  counted('keepalived_address_list_errors_total', 'Adverts with other addresses', 'address-list-errors'),
  counted('keepalived_authentication_invalid_total', 'Adverts of an unknown authentication type', 'invalid-auth-type'),
  counted('keepalived_authentication_mismatch_total', 'Adverts of another authentication type', 'auth-type-mismatch'),
  counted('keepalived_authentication_failure_total', 'Adverts with a wrong password or digest', 'auth-failures'),
  counted('keepalived_priority_zero_received_total', 'Resignations heard', 'priority-zero-pkts-rcvd'),
  counted('keepalived_priority_zero_sent_total', 'Resignations sent', 'priority-zero-pkts-sent'),
  {
    type: 'gauge',
    name: 'keepalived_script_status',
    help: 'Verdict of a tracked script: 1 ok, 0 failing',
    labels: ['name'],
    samples: ({ snapshot }) => {
      const scripts = snapshot.instances.flatMap(({ trackers }) => trackers.filter(({ kind }) => kind === 'script'))
      const verdicts = new Map(scripts.map(({ name, verdict }) => [name, verdict]))
      return [...verdicts]
        .filter(([, verdict]) => verdict !== 'unknown')
        .map(([name, verdict]) => ({ labels: { name }, value: verdict === 'ok' ? 1 : 0 }))
    },
  },
  counted('vrrp_checksum_errors_total', 'Adverts with a wrong checksum', 'checksum-errors'),
  counted('vrrp_version_errors_total', 'Adverts of another version', 'version-errors'),
  counted('vrrp_source_errors_total', 'Unicast adverts from no peer', 'source-errors'),
  counted('vrrp_late_timers_total', 'Timers more than an advert interval late', 'late-timers'),
  counted('vrrp_replayed_total', 'Authenticated adverts that came again', 'replayed-pkts-rcvd'),
  counted('vrrp_hmac_missing_total', 'Adverts without the authentication trailer', 'hmac-missing-errors'),
  counted('vrrp_hmac_malformed_total', 'Adverts with a malformed trailer', 'hmac-malformed-errors'),
  counted('vrrp_hmac_unknown_key_total', 'Adverts signed with a key that is not known', 'hmac-unknown-key-errors'),
  counted('vrrp_hmac_invalid_total', 'Adverts with a wrong HMAC', 'hmac-invalid-errors'),
  counted('vrrp_hmac_stale_total', 'Adverts whose time is outside the window', 'hmac-stale-errors'),
  {
    type: 'counter',
    name: 'vrrp_vrid_errors_total',
    help: 'Adverts for virtual routers that this node does not have',
    labels: [],
    samples: ({ snapshot }) => [{ labels: {}, value: snapshot.statistics['vrid-errors'] }],
  },
  perInstance('gauge', 'vrrp_priority', 'Priority as configured', ({ priority }) => priority),
  perInstance(
    'gauge',
    'vrrp_effective_priority',
    'Priority as advertised',
    ({ effectivePriority }) => effectivePriority,
  ),
  severalPerInstance(
    'vrrp_last_transition_timestamp_seconds',
    'When the state last changed, seconds since the epoch',
    [],
    ({ name }, { recordOf }) => {
      const last = recordOf(name).transitions.at(-1)
      return last === undefined ? [] : [{ labels: {}, value: Date.parse(last.status.time) / 1000 }]
    },
  ),
  severalPerInstance(
    'vrrp_tracker_failing',
    'A tracked thing fails: 1, or does not: 0',
    ['kind', 'name'],
    ({ trackers }) =>
      trackers
        .filter(({ verdict }) => verdict !== 'unknown')
        .map(({ kind, name, verdict }) => ({ labels: { kind, name }, value: verdict === 'failing' ? 1 : 0 })),
  ),
  severalPerInstance('vrrp_peer_priority', 'Priority that a router last advertised', ['peer'], ({ peers }) =>
    peers.map(({ address, priority }) => ({ labels: { peer: address }, value: priority })),
  ),
  severalPerInstance(
    'vrrp_peer_last_heard_timestamp_seconds',
    'When a router was last heard, seconds since the epoch',
    ['peer'],
    ({ peers }, { wallTimeOf }) =>
      peers.map(({ address, lastHeardAt }) => ({ labels: { peer: address }, value: wallTimeOf(lastHeardAt) / 1000 })),
  ),
  severalPerInstance(
    'vrrp_warnings',
    'Warnings of vrrp-cli status by type, such as split-brain',
    ['type'],
    (instance, facts) => warningCounts(facts.warningsOf(instance)),
  ),
  {
    type: 'gauge',
    name: 'vrrp_build_info',
    help: 'Always 1; the version is in the label',
    labels: ['version'],
    samples: ({ program }) => [{ labels: { version: program.version }, value: 1 }],
  },
]
