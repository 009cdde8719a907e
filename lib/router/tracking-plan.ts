/**
 * What a node has to track, as plain data: of everything that its configuration declares, what an instance names.
 */
import type { NodeSpecification } from '../engine/index.ts'
import type { TrackerSpecification } from '../instance/index.ts'
import type { Configuration } from '../keepalived/index.ts'
import type { CommandDescription } from '../process/index.ts'
import {
  argumentsOf,
  type FileSpecification,
  type ProcessSpecification,
  type ScriptSpecification,
} from '../track/index.ts'

/** A script with what it executes. */
export interface PlannedScript {
  readonly specification: ScriptSpecification
  readonly command: CommandDescription
  /** Instances that wait for its first result. */
  readonly holds: readonly string[]
}

/** Everything that is to be tracked. */
export interface TrackingPlan {
  readonly scripts: readonly PlannedScript[]
  readonly interfaces: readonly string[]
  readonly files: readonly FileSpecification[]
  readonly processes: readonly ProcessSpecification[]
}

/** Plans the tracking of a node. */
export function trackingPlan(
  { scripts, trackFiles, trackProcesses }: Configuration,
  { instances }: NodeSpecification,
): TrackingPlan {
  const trackers = instances.flatMap(instance => instance.trackers)
  const names = (kind: TrackerSpecification['kind']) =>
    new Set(trackers.filter(tracker => tracker.kind === kind).map(({ name }) => name))
  const [scriptNames, fileNames, processNames] = [names('script'), names('file'), names('process')]
  return {
    scripts: scripts
      .filter(({ name }) => scriptNames.has(name))
      .map(({ name, interval, timeout, rise, fall, initFail, command }) => ({
        specification: { name, interval, timeout, rise, fall, initFail },
        command: { ...command, arguments: argumentsOf(command.text, command.arguments) },
        holds: initFail
          ? []
          : instances.filter(instance => instance.trackers.some(isHold(name))).map(each => each.name),
      })),
    interfaces: [...names('interface')],
    files: trackFiles
      .filter(({ name }) => fileNames.has(name))
      .map(({ name, path, initial }) => ({ name, path, ...(initial !== undefined && { initial }) })),
    processes: trackProcesses
      .filter(({ name }) => processNames.has(name))
      .map(({ name, command, parameters, fullCommand, quorum, quorumMax, forkDelay, terminateDelay }) => ({
        name,
        pattern: { command, fullCommand, ...(parameters !== undefined && { parameters }) },
        quorum,
        quorumMax: quorumMax ?? Number.MAX_SAFE_INTEGER,
        forkDelay,
        terminateDelay,
      })),
  }
}

function isHold(script: string): (tracker: TrackerSpecification) => boolean {
  return ({ kind, name, weight }) => kind === 'script' && name === script && weight === 0
}
