/**
 * What a running router tells of itself: the status document, the socket that serves it, warnings.
 * @module
 */
export { formatSpan, formatStatus } from './format-status.ts'
export type {
  InstanceRecord,
  Refusal,
  RememberedTransition,
  Rival,
} from './instance-memory.ts'
export { type ListenAddress, parseListenAddress } from './listen-address.ts'
export { LVS_METRICS } from './lvs-metrics.ts'
export type { CheckStatus, LvsStatus, RealServerStatus, VirtualServerStatus } from './lvs-status.ts'
export { METRICS, type MetricFacts, type MetricRow, type Sample } from './metric-table.ts'
export { MetricsServer, type MetricsServerOptions } from './metrics-server.ts'
export { NodeHistory } from './node-history.ts'
export {
  type ConfigurationDiagnostic,
  type InstanceStatus,
  NODE_STATUS_VERSION,
  type NodeStatus,
  type PeerStatus,
  type StatusState,
  type StatusWarning,
  type SyncGroupStatus,
  TRANSITIONS_KEPT,
  type TrackerStatus,
  type TransitionStatus,
  WARNING_TYPES,
} from './node-status.ts'
export { DEFAULT_STATUS_SOCKET, type StatusRequest } from './protocol.ts'
export { NODE_STATUS_SCHEMA } from './schema.ts'
export type { JsonSchema } from './schema-builder.ts'
export { readStatus, watchStatus } from './status-client.ts'
export { StatusReporter, type StatusSubject } from './status-reporter.ts'
export { StatusServer, type StatusServerOptions } from './status-server.ts'
export { SESSION_TIMING, type SessionTiming } from './status-session.ts'
export { FLAPPING_TRANSITIONS, FLAPPING_WITHIN, type WarnedInstance, warningsOf } from './warnings.ts'
