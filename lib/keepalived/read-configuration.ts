/**
 * keepalived.conf from text to typed data: lines, statements, keywords, defaults, checks.
 */
import { checkInstances } from './check-instances.ts'
import { checkScripts } from './check-scripts.ts'
import { checkVirtualServers } from './check-virtual-servers.ts'
import { completeAddress } from './complete-addresses.ts'
import { completeGarpGroups } from './complete-announcements.ts'
import { completeGlobal } from './complete-global.ts'
import { completeInstance } from './complete-instance.ts'
import { completeInterfaceDelays } from './complete-interface-delays.ts'
import { completeLvs } from './complete-lvs.ts'
import { RouteCompletion } from './complete-routes.ts'
import { completeScript } from './complete-script.ts'
import { completeSyncGroups } from './complete-sync-group.ts'
import { followStatics } from './complete-track-groups.ts'
import { completeTrackFile, completeTrackProcess } from './complete-tracked.ts'
import { trackableOf } from './complete-trackers.ts'
import { VirtualNames } from './complete-virtual-mac.ts'
import type { Configuration } from './configuration.ts'
import type { KeywordTable, ParsedBlock, Values } from './declaration.ts'
import type { Diagnostic } from './diagnostic.ts'
import { DiagnosticLog } from './diagnostic-log.ts'
import { Interpreter } from './interpreter.ts'
import { Preprocessor, type PreprocessorOptions } from './preprocessor.ts'
import { ROOT, ROOT_ONLY_BLOCKS } from './root-keywords.ts'
import { RoutingNames } from './routing-names.ts'
import type { SourceReader } from './source-reader.ts'
import { parseStatements } from './statement.ts'

/** How a configuration is read. */
export interface ReadOptions extends PreprocessorOptions {}

/** A configuration, and what there is to say about it. */
export interface ReadResult {
  /** What could be read; usable when no diagnostic is an error. */
  readonly configuration: Configuration
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a keepalived.conf and everything it includes. Never throws, whatever the text: problems are diagnostics.
 *
 * @example
 * const { configuration, diagnostics } = readConfiguration('a.conf', memoryReader({ 'a.conf': text }))
 * for (const diagnostic of diagnostics) console.log(formatDiagnostic(diagnostic))
 */
export function readConfiguration(path: string, reader: SourceReader, options: ReadOptions = {}): ReadResult {
  const log = new DiagnosticLog()
  const preprocessor = new Preprocessor(reader, log, options)
  const { statements, unclosed } = parseStatements(preprocessor.lines(path), ROOT_ONLY_BLOCKS, log)
  const interpreter = new Interpreter(log)
  const start = { file: path, line: 1, column: 1 }
  const { values } = interpreter.read('', statements, ROOT, start)
  if (unclosed !== undefined && !log.has('missing-brace'))
    log.report('missing-brace', unclosed.position, unclosed.message)
  interpreter.reportNotes()
  return { configuration: complete(values, path, preprocessor.files, reader, log), diagnostics: log.sorted() }
}

function complete(
  root: Values<typeof ROOT>,
  path: string,
  files: readonly string[],
  reader: SourceReader,
  log: DiagnosticLog,
): Configuration {
  const { global, values: globalValues } = completeGlobal(root.global_defs?.value ?? [], path, log)
  const scriptBlocks = uniqueByName('vrrp_script', root.vrrp_script?.value, log)
  const scripts = scriptBlocks.flatMap(block => completeScript(block, log) ?? [])
  const trackFileBlocks = [...(root.track_file?.value ?? []), ...(root.vrrp_track_file?.value ?? [])]
  const fileBlocks = uniqueByName('track_file', trackFileBlocks, log)
  const trackFiles = fileBlocks.flatMap(block => completeTrackFile(block, log) ?? [])
  const processBlocks = uniqueByName('vrrp_track_process', root.vrrp_track_process?.value, log)
  const trackProcesses = processBlocks.flatMap(block => completeTrackProcess(block, log) ?? [])
  const mistaken = new Set([...scriptBlocks, ...fileBlocks, ...processBlocks].map(nameOf))
  const trackable = trackableOf({ scripts, trackFiles, trackProcesses }, mistaken)
  const routes = new RouteCompletion(new RoutingNames(reader, log), log)
  const garpGroups = completeGarpGroups(root.garp_group?.value)
  const defaultInterface = globalValues.default_interface?.value ?? 'eth0'
  const statics = completeStatics(root, defaultInterface, routes)
  const virtualNames = new VirtualNames()
  const instanceBlocks = uniqueByName('vrrp_instance', root.vrrp_instance?.value, log)
  const declared = new Set(instanceBlocks.map(nameOf))
  const independent = instanceBlocks.flatMap(
    block =>
      completeInstance(block, { global, globalValues, trackable, routes, garpGroups, virtualNames, reader, log }) ?? [],
  )
  const trackGroupBlocks = [...(root.track_group?.value ?? []), ...(root.static_track_group?.value ?? [])]
  const lines = {
    addresses: root.static_ipaddress?.value ?? [],
    routes: root.static_routes?.value ?? [],
    rules: root.static_rules?.value ?? [],
    defaultInterface,
  }
  const trackGroups = uniqueByName('track_group', trackGroupBlocks, log)
  const instances = followStatics(trackGroups, lines, { instances: independent, declared, log })
  const interfaceDelays = completeInterfaceDelays(root.interface_up_down_delays?.value, instances, log)
  const byName = new Map(instances.map(instance => [instance.name, instance]))
  const groupBlocks = uniqueByName('vrrp_sync_group', root.vrrp_sync_group?.value, log)
  const syncGroups = completeSyncGroups(groupBlocks, { globalValues, instances: byName, declared, trackable, log })
  const lvs = completeLvs({
    virtualServers: root.virtual_server?.value ?? [],
    groups: root.virtual_server_group?.value ?? [],
    ssl: root.SSL?.value,
    globalValues,
    trackFiles,
    instances,
    declared,
    log,
  })
  checkInstances(instances, log)
  if (lvs !== undefined) checkVirtualServers(lvs, instances, log)
  checkScripts({ scripts, instances, syncGroups }, log)
  if (instanceBlocks.length === 0 && root.virtual_server === undefined && !log.hasErrors) {
    log.report(
      'no-instances',
      { file: path, line: 1, column: 1 },
      'there is no vrrp_instance in this file: it does nothing',
    )
  }
  return {
    ...(statics !== undefined && { statics }),
    ...(interfaceDelays !== undefined && { interfaceDelays }),
    files,
    global,
    instances,
    syncGroups,
    scripts,
    trackFiles,
    trackProcesses,
    ...(lvs !== undefined && { lvs }),
  }
}

/** What is set whatever the states are; undefined when there is nothing. */
function completeStatics(
  root: Values<typeof ROOT>,
  defaultInterface: string,
  completion: RouteCompletion,
): Configuration['statics'] {
  const addresses = (root.static_ipaddress?.value ?? []).map(({ value }) =>
    completeAddress(value, line => line.interface ?? defaultInterface),
  )
  const { routes, rules } = completion.complete(root.static_routes?.value, root.static_rules?.value)
  return addresses.length + routes.length + rules.length === 0 ? undefined : { addresses, routes, rules }
}

/** keepalived reads the first block of a name and skips the others. */
function uniqueByName<K extends KeywordTable>(
  keyword: string,
  blocks: readonly ParsedBlock<K>[] | undefined,
  log: DiagnosticLog,
): readonly ParsedBlock<K>[] {
  const seen = new Map<string, ParsedBlock<K>>()
  for (const block of blocks ?? []) {
    const name = nameOf(block)
    const earlier = seen.get(name)
    if (earlier === undefined) {
      seen.set(name, block)
      continue
    }
    const related = [{ ...earlier.position, message: 'the first one is here' }]
    log.report('repeated-name', block.position, `there is already a ${keyword} '${name}': this one is skipped whole`, {
      related,
    })
  }
  return [...seen.values()]
}

function nameOf(block: ParsedBlock<KeywordTable>): string {
  return block.words[0]?.text ?? ''
}
