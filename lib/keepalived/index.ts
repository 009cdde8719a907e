/**
 * keepalived.conf: from text to a typed configuration with diagnostics. Pure: files come through a {@link SourceReader}.
 * @module
 */

export type { AddressScope } from './address-line.ts'
export { addressRange } from './address-range.ts'
export type {
  CheckConfiguration,
  CheckConnection,
  CheckTiming,
  HttpCheckConfiguration,
  RegexConfiguration,
  StatusRange,
  UrlConfiguration,
} from './check-configuration.ts'
export { checkCluster, matchInstances } from './cluster.ts'
export type { ClusterNode, NodeInstance, VirtualRouterSet } from './cluster-node.ts'
export type {
  AddressConfiguration,
  AnnouncementConfiguration,
  Configuration,
  InstanceConfiguration,
  InterfaceDelayConfiguration,
  IpvlanConfiguration,
  NotifyConfiguration,
  ScriptConfiguration,
  SyncGroupConfiguration,
  TrackerConfiguration,
  TrackFileConfiguration,
  TrackProcessConfiguration,
} from './configuration.ts'
export type { KeywordStatus } from './declaration.ts'
export {
  type Diagnostic,
  formatDiagnostic,
  formatPosition,
  type RelatedPosition,
  type SourcePosition,
} from './diagnostic.ts'
export { DIAGNOSTIC_CODES, type DiagnosticCode, type Severity } from './diagnostic-codes.ts'
export type {
  EngineSchedulingConfiguration,
  FifoConfiguration,
  GlobalConfiguration,
  LifeScriptConfiguration,
  MailConfiguration,
  PacketFilterConfiguration,
} from './global-configuration.ts'
export type { HmacKeyConfiguration, HmacTrailerConfiguration } from './hmac-configuration.ts'
export { formatKeywords, type KeywordRow, keywordRows } from './keyword-table.ts'
export {
  type ForwardingConfiguration,
  type LvsConfiguration,
  type LvsTimeouts,
  type PersistenceConfiguration,
  type RealServerConfiguration,
  SCHEDULERS,
  type Scheduler,
  type SchedulerFlag,
  type SorryServerConfiguration,
  type SyncDaemonConfiguration,
  type TlsConfiguration,
  type TunnelChecksum,
  type VirtualServerConfiguration,
  type VirtualServerTarget,
} from './lvs-configuration.ts'
export { type ReadOptions, type ReadResult, readConfiguration } from './read-configuration.ts'
export type { ScriptCommand } from './script-command.ts'
export { memoryReader, type SourceReader, type SourceText } from './source-reader.ts'
export { type Origin, positionOf, type Sourced } from './sourced.ts'
export type { NamedPeer as NamedPeerConfiguration, UnicastPeer as UnicastPeerConfiguration } from './unicast-peer.ts'
