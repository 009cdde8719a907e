/**
 * From a configuration to what its node tracks, with the scripts that must not be executed left out of both.
 */
import type { NodeSpecification } from '../engine/index.ts'
import type { Configuration } from '../keepalived/index.ts'
import type { LogLevel } from './keepalived-log.ts'
import { ScriptPolicy } from './script-policy.ts'
import { type TrackingPlan, trackingPlan } from './tracking-plan.ts'

/** What a node tracks, ready to begin. */
export interface Tracking {
  /** What the engine is to run: without the trackers that will never have a verdict. */
  readonly specification: NodeSpecification
  readonly plan: TrackingPlan
  readonly policy: ScriptPolicy
}

/** Looks at the scripts of a node, logs what is wrong with them, and plans the rest. */
export function prepareTracking(
  configuration: Configuration,
  specification: NodeSpecification,
  log: (level: LogLevel, line: string) => void,
): Tracking {
  const policy = new ScriptPolicy(configuration.global)
  const disabled = policy.review(trackingPlan(configuration, specification), log)
  const remaining = withoutScripts(specification, disabled)
  return { specification: remaining, plan: trackingPlan(configuration, remaining), policy }
}

function withoutScripts(specification: NodeSpecification, names: ReadonlySet<string>): NodeSpecification {
  if (names.size === 0) return specification
  const instances = specification.instances.map(instance => ({
    ...instance,
    trackers: instance.trackers.filter(({ kind, name }) => kind !== 'script' || !names.has(name)),
  }))
  return { ...specification, instances }
}
