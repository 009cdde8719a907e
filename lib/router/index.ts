/**
 * From a keepalived.conf to a running router.
 * @module
 */

export { describeFault } from '../instance/index.ts'
export { configurationFiles } from './configuration-files.ts'
export { type ConfiguredNode, configureNode } from './configure-node.ts'
export { KeepalivedLog, type KeepalivedLogOptions, type LogLevel } from './keepalived-log.ts'
export { Notifications } from './notifications.ts'
export { notifySettingsOf } from './notify-settings-of.ts'
export { prepareTracking, type Tracking } from './prepare-tracking.ts'
export { Router, type RouterOptions } from './router.ts'
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
export { StatusService, type StatusServiceOptions } from './status-service.ts'
export { Trackers, type TrackersOptions } from './trackers.ts'
export { type PlannedScript, type TrackingPlan, trackingPlan } from './tracking-plan.ts'
