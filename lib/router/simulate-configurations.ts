/**
 * keepalived.conf files, one for each node, to a simulated cluster.
 */
import { basename } from 'node:path'
import { VrrpError } from '../errors.ts'
import {
  type ClusterNode,
  checkCluster,
  type Diagnostic,
  readConfiguration,
  type SourceReader,
} from '../keepalived/index.ts'
import {
  type NetworkConditions,
  parseScenario,
  parseStep,
  type ScenarioStep,
  Simulation,
  type SimulationNode,
  type SimulationReport,
} from '../simulation/index.ts'
import type { Milliseconds } from '../time/index.ts'
import { configurationFiles } from './configuration-files.ts'
import { specificationOf } from './specification-of.ts'

/** The nodes of a cluster as their files describe them. */
export interface ConfiguredCluster {
  /** Named A, B, C … in the order of the files; file name and router_id are aliases. */
  readonly nodes: readonly SimulationNode[]
  /** About the files, each for itself. Nodes can be simulated when none is an error. */
  readonly diagnostics: readonly Diagnostic[]
  /** About the files as one cluster. They keep nobody from simulating it: the simulation shows what comes of them. */
  readonly clusterDiagnostics: readonly Diagnostic[]
}

/** How files are read. */
export interface ReadClusterOptions {
  /** The id of each file's node, for lines marked `@id`; in the order of the files. */
  readonly configIds?: readonly string[]
  /** Default: files of this machine. */
  readonly reader?: SourceReader
}

/** How a cluster is simulated. */
export interface SimulateOptions extends ReadClusterOptions, Partial<NetworkConditions> {
  /** Steps as on the command line: a time and what to do. */
  readonly steps?: readonly { readonly at: string; readonly text: string }[]
  /** Text of a scenario file. */
  readonly scenario?: string
  readonly duration?: Milliseconds
  readonly seed?: number
  readonly everyAdvertisement?: boolean
}

/** What came of it. */
export interface SimulatedConfigurations extends ConfiguredCluster {
  /** Undefined when a file has an error. */
  readonly report: SimulationReport | undefined
}

/** Reads the files of a cluster's nodes. Problems in them are diagnostics. */
export function readCluster(files: readonly string[], options: ReadClusterOptions = {}): ConfiguredCluster {
  const diagnostics: Diagnostic[] = []
  const cluster: ClusterNode[] = []
  const described = files.map((file, index) => {
    const configId = options.configIds?.[index]
    const read = readConfiguration(
      file,
      options.reader ?? configurationFiles,
      configId === undefined ? {} : { configId },
    )
    const result = specificationOf(read.configuration, { trackers: true, ownInterfaces: false })
    diagnostics.push(...read.diagnostics, ...result.diagnostics)
    cluster.push({ name: file, configuration: read.configuration })
    const { routerId } = read.configuration.global
    const aliases = [
      basename(file),
      basename(file).replace(/\.conf$/, ''),
      ...(routerId === undefined ? [] : [routerId]),
    ]
    return { name: nodeName(index), aliases: [...new Set(aliases)], specification: result.specification }
  })
  // a name that several nodes could mean means none of them
  const all = described.flatMap(({ name, aliases }) => [name, ...aliases])
  const isUnique = (alias: string): boolean => all.indexOf(alias) === all.lastIndexOf(alias)
  return {
    nodes: described.map(node => ({ ...node, aliases: node.aliases.filter(isUnique) })),
    diagnostics,
    clusterDiagnostics: checkCluster(cluster),
  }
}

/**
 * Reads the files and plays the scenario.
 * @throws VrrpError `ERR_SCENARIO` when a step cannot be understood or done, or nothing is left to simulate.
 * @throws RangeError naming a condition that is out of range.
 */
export function simulateConfigurations(
  files: readonly string[],
  options: SimulateOptions = {},
): SimulatedConfigurations {
  const cluster = readCluster(files, options)
  if (cluster.diagnostics.some(({ severity }) => severity === 'error')) return { ...cluster, report: undefined }
  const { nodes } = cluster
  if (nodes.every(({ specification }) => specification.instances.length === 0)) {
    throw new VrrpError('ERR_SCENARIO', `there is no vrrp_instance in ${files.join(', ')}: nothing to simulate`)
  }
  const steps: ScenarioStep[] = [
    ...(options.scenario === undefined ? [] : parseScenario(options.scenario, nodes)),
    ...(options.steps ?? []).map(({ at, text }) => parseStep(at, text, nodes)),
  ]
  // without any, the default scenario is played; a scenario file without steps is a quiet time
  const given = options.scenario !== undefined || (options.steps?.length ?? 0) > 0
  const { steps: _, ...conditions } = options
  return { ...cluster, report: new Simulation({ ...conditions, nodes, ...(given && { steps }) }).run() }
}

/** A to Z, then A2 to Z2, and so on. */
function nodeName(index: number): string {
  const round = Math.floor(index / 26)
  return String.fromCharCode(65 + (index % 26)) + (round === 0 ? '' : String(round + 1))
}
