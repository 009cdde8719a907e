/**
 * From a keepalived.conf to a running router.
 * @module
 */

export { describeFault } from '../instance/describe-fault.ts'
export { configurationFiles } from './configuration-files.ts'
export { type ConfiguredNode, type ConfigureOptions, configureNode } from './configure-node.ts'
export { type DumpSource, formatData } from './dump-data.ts'
export { writeDump } from './dump-file.ts'
export { formatJson } from './dump-json.ts'
export { formatStatistics } from './dump-statistics.ts'
export { engineSchedulingOf } from './engine-scheduling-of.ts'
export type { EngineThread, EngineThreadOptions } from './engine-thread.ts'
export { explainCluster } from './explain.ts'
export { KeepalivedLog, type KeepalivedLogOptions, type LogLevel, type LogWrite } from './keepalived-log.ts'
export { formatLogRecord } from './log-record.ts'
export { type LvsPlan, type LvsProblem, lvsPlanOf, type PlannedVirtualServer } from './lvs-plan.ts'
export type { LvsClient, LvsPorts } from './lvs-ports.ts'
export { Notifications } from './notifications.ts'
export { notifySettingsOf } from './notify-settings-of.ts'
export { prepareTracking, type Tracking } from './prepare-tracking.ts'
export { type ReloadableRouter, type ReloadOptions, reload } from './reload.ts'
export { ReplayKeeper, type ReplayKeeperOptions } from './replay-keeper.ts'
export { Router, type RouterConfiguration, type RouterOptions } from './router.ts'
export { ScriptPolicy } from './script-policy.ts'
export {
  type ConfiguredCluster,
  type ReadClusterOptions,
  readCluster,
  type SimulatedConfigurations,
  type SimulateOptions,
  simulateConfigurations,
} from './simulate-configurations.ts'
export { type SpecificationOptions, type SpecificationResult, specificationOf } from './specification-of.ts'
export { startEngineThread } from './start-engine-thread.ts'
export { StatusService, type StatusServiceOptions } from './status-service.ts'
export type { SyncDaemonClient } from './sync-daemon-keeper.ts'
export type { TableClient } from './table-keeper.ts'
export { Trackers, type TrackersOptions } from './trackers.ts'
export { type PlannedScript, type TrackingPlan, trackingPlan } from './tracking-plan.ts'
export { type LvsSnapshot, VirtualServers, type VirtualServersOptions } from './virtual-servers.ts'
export { startWatchdog } from './watchdog.ts'
