/**
 * From a configuration file on disk to what an engine runs.
 */
import type { NodeSpecification } from '../engine/index.ts'
import { type Configuration, type Diagnostic, type ReadOptions, readConfiguration } from '../keepalived/index.ts'
import { configurationFiles } from './configuration-files.ts'
import { lvsDiagnostics } from './lvs-plan.ts'
import { type SpecificationOptions, specificationOf } from './specification-of.ts'

/** How a file is read, and which part of it is run. */
export interface ConfigureOptions extends ReadOptions, Partial<SpecificationOptions> {
  /** keepalived's `-P`: virtual routers alone; `-C`: virtual servers alone. Default: both. */
  readonly only?: 'vrrp' | 'lvs'
}

/** A node as its file describes it. */
export interface ConfiguredNode {
  readonly configuration: Configuration
  /** Undefined when nothing is left that could run. */
  readonly specification: NodeSpecification | undefined
  readonly diagnostics: readonly Diagnostic[]
  /** The file could be read at all. */
  readonly readable: boolean
}

/**
 * Reads a file and all it includes. As keepalived does, it goes on with what could be understood: errors are in the
 * diagnostics, and it is for the caller to stop at them.
 */
export function configureNode(
  file: string,
  { trackers = false, only, ...options }: ConfigureOptions = {},
): ConfiguredNode {
  const { configuration: whole, diagnostics } = readConfiguration(file, configurationFiles, options)
  const configuration = partOf(whole, only)
  const result = specificationOf(configuration, { trackers })
  const hasWork = result.specification.instances.length > 0 || configuration.lvs !== undefined
  return {
    configuration,
    specification: hasWork ? result.specification : undefined,
    diagnostics: [...diagnostics, ...result.diagnostics, ...lvsDiagnostics(configuration)],
    readable: !diagnostics.some(({ code, file: where }) => code === 'unreadable-file' && where === file),
  }
}

function partOf(configuration: Configuration, only: ConfigureOptions['only']): Configuration {
  const { lvs: _, ...vrrp } = configuration
  if (only === 'vrrp') return vrrp
  return only === 'lvs' ? { ...configuration, instances: [], syncGroups: [] } : configuration
}
