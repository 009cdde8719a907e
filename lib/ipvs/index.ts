/**
 * IPVS, the kernel's load balancer: its table as values, and a client of its netlink interface.
 * @module
 */
export { type DestinationCommand, describeCommand, type IpvsCommand, type ServiceCommand } from './command.ts'
export {
  type CompleteSyncDaemon,
  checkSyncDaemon,
  checkTimeouts,
  completeSyncDaemon,
  completeTimeouts,
} from './complete-daemon.ts'
export { checkDestination, completeDestination } from './complete-destination.ts'
export { checkService, completeService } from './complete-service.ts'
export { checkTable, completeTable } from './complete-table.ts'
export { type Connection, parseConnection, parseConnections } from './connection.ts'
export { decodeDestination } from './decode-destination.ts'
export { decodeService } from './decode-service.ts'
export { decodeDaemon, decodeInfo, decodeTimeouts, type IpvsInfo } from './decode-state.ts'
export {
  type Destination,
  type DestinationKey,
  type DestinationOptions,
  type DestinationSettings,
  type DestinationState,
  type Forward,
  formatDestinationKey,
  formatForward,
  type Tunnel,
  type TunnelChecksum,
  type UnknownForward,
} from './destination.ts'
export { type DiffOptions, diff } from './diff.ts'
export { encodeCommand, encodeQuestion, type IpvsQuestion } from './encode-command.ts'
export { formatConnection, formatConnectionHead } from './format-connections.ts'
export { formatSyncDaemon, formatTimeouts } from './format-ipvs-state.ts'
export { formatDestinationOptions, formatIpvsadm, formatServiceOptions } from './format-ipvsadm.ts'
export {
  formatListing,
  formatListingHead,
  type ListedService,
  type ListingForm,
  type ListingOptions,
} from './format-listing.ts'
export { describeProblem, type Problem } from './given.ts'
export { type CallOptions, IpvsClient, type IpvsClientOptions } from './ipvs-client.ts'
export { IpvsError } from './ipvs-error.ts'
export { type IpvsadmArguments, statementOf } from './ipvsadm-arguments.ts'
export { type NameLookup, NO_NAMES } from './ipvsadm-endpoint.ts'
export type { TextProblem } from './ipvsadm-line.ts'
export { orderDestinations, orderServices } from './ipvsadm-order.ts'
export { runIpvsadmScript, type ScriptResult } from './ipvsadm-script.ts'
export type { IpvsadmStatement, TextPlace } from './ipvsadm-statement.ts'
export type { IpvsKernel } from './kernel.ts'
export { type ParsedIpvsadm, parseIpvsadm } from './parse-ipvsadm.ts'
export type { ReconcileOptions, ReconcileReport } from './reconcile.ts'
export {
  type MhFlag,
  type OtherScheduler,
  PLAIN_SCHEDULERS,
  type PlainFlag,
  type PlainScheduler,
  type Scheduling,
  type SchedulingOptions,
  type ShFlag,
  schedulerFlagNames,
  scheduling,
} from './scheduling.ts'
export {
  DEFAULT_PERSISTENCE,
  MAX_TIMEOUT,
  type Persistence,
  type Service,
  type ServiceOptions,
  type ServiceSettingOptions,
  type ServiceSettings,
  type ServiceState,
} from './service.ts'
export {
  type AddressKey,
  type ForeignProtocol,
  formatEndpoint,
  formatServiceKey,
  type MarkKey,
  type ServiceKey,
  type ServiceProtocol,
  serviceFamily,
  serviceKeyOf,
} from './service-key.ts'
export { type JsonCounter, STATISTIC_NAMES, type StatisticName, Statistics } from './statistics.ts'
export type { SyncDaemon, SyncDaemonOptions, SyncDaemonState } from './sync-daemon.ts'
export type { CurrentEntry, DesiredService, DesiredTable, IpvsTable, TableEntry, TableEntryState } from './table.ts'
export {
  type DrainingDestination,
  formatPlan,
  type PlanStep,
  planCommands,
  type TablePlan,
} from './table-plan.ts'
export type { Timeouts } from './timeouts.ts'
export type { Rates, TableObservation, WatchOptions } from './watch.ts'
