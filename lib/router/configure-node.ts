/**
 * From a configuration file on disk to what an engine runs.
 */
import type { NodeSpecification } from '../engine/index.ts'
import { type Configuration, type Diagnostic, type ReadOptions, readConfiguration } from '../keepalived/index.ts'
import { configurationFiles } from './configuration-files.ts'
import { type SpecificationOptions, specificationOf } from './specification-of.ts'

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
  { trackers = false, ...options }: ReadOptions & Partial<SpecificationOptions> = {},
): ConfiguredNode {
  const { configuration, diagnostics } = readConfiguration(file, configurationFiles, options)
  const result = specificationOf(configuration, { trackers })
  return {
    configuration,
    specification: result.specification.instances.length > 0 ? result.specification : undefined,
    diagnostics: [...diagnostics, ...result.diagnostics],
    readable: !diagnostics.some(({ code, file: where }) => code === 'unreadable-file' && where === file),
  }
}
