/**
 * Everything about LVS in a file: virtual servers, and what global_defs says for all of them.
 */
import { type GlobalValues, originOf } from './complete-global.ts'
import { completeVirtualServer } from './complete-virtual-server.ts'
import type { InstanceConfiguration, TrackFileConfiguration } from './configuration.ts'
import type { Located, ParsedBlock, Values } from './declaration.ts'
import { quote } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { distinctServices } from './distinct-services.ts'
import type { LvsConfiguration, SyncDaemonConfiguration, TlsConfiguration } from './lvs-configuration.ts'
import { suggest } from './suggest.ts'
import type { REAL_SERVER_SSL, VIRTUAL_SERVER } from './virtual-server.ts'
import type { VirtualServerGroupBlock, VirtualServerGroupLine } from './virtual-server-group.ts'

/** The blocks of the top level, and what they refer to. */
export interface LvsContext {
  readonly virtualServers: readonly ParsedBlock<typeof VIRTUAL_SERVER>[]
  readonly groups: readonly VirtualServerGroupBlock[]
  readonly ssl: ParsedBlock<typeof REAL_SERVER_SSL> | undefined
  readonly globalValues: GlobalValues
  readonly trackFiles: readonly TrackFileConfiguration[]
  readonly instances: readonly InstanceConfiguration[]
  /** Names of instances that are there, even if they cannot run. */
  readonly declared: ReadonlySet<string>
  readonly log: DiagnosticLog
}

/** What concerns LVS; undefined when nothing does. */
export function completeLvs(context: LvsContext): LvsConfiguration | undefined {
  const { globalValues, trackFiles, log, ssl } = context
  const groups = completeGroups(context.groups, log)
  const files = new Map(trackFiles.map(file => [file.name, file]))
  const completed = context.virtualServers.flatMap(
    block => completeVirtualServer(block, { globalValues, groups, trackFiles: files, log }) ?? [],
  )
  const virtualServers = distinctServices(completed, log)
  const syncDaemon = completeSyncDaemon(context)
  const timeouts = globalValues.lvs_timeouts?.value
  const stop = globalValues.lvs_flush_on_stop ?? globalValues.lvs_flush_onstop
  const flush = globalValues.lvs_flush !== undefined
  if (virtualServers.length === 0 && syncDaemon === undefined && timeouts === undefined && !flush) return undefined
  return {
    virtualServers,
    ...(syncDaemon !== undefined && { syncDaemon }),
    ...(timeouts !== undefined && { timeouts }),
    flush,
    ...(stop !== undefined && { flushOnStop: stop.value.length === 0 ? 'all' : 'services' }),
    initialNotifications: globalValues.rs_init_notifies !== undefined,
    checkMails: globalValues.no_checker_emails === undefined,
    ...(ssl !== undefined && { tls: completeTls(ssl.values) }),
  }
}

function completeGroups(
  blocks: LvsContext['groups'],
  log: DiagnosticLog,
): ReadonlyMap<string, readonly Located<VirtualServerGroupLine>[]> {
  const groups = new Map<string, readonly Located<VirtualServerGroupLine>[]>()
  for (const { name, lines } of blocks) {
    if (groups.has(name.text)) {
      const message = `there is already a virtual_server_group ${quote(name.text)}: this one is skipped whole`
      log.report('repeated-name', name.position, message)
    } else if (lines.length > 0) groups.set(name.text, lines)
    else log.report('empty-group', name.position, `the virtual_server_group ${quote(name.text)} names no address`)
  }
  return groups
}

function completeSyncDaemon({
  globalValues,
  instances,
  declared,
  log,
}: LvsContext): SyncDaemonConfiguration | undefined {
  const located = globalValues.lvs_sync_daemon
  if (located === undefined) return undefined
  const { value: line, position } = located
  const instance = instances.find(({ name }) => name === line.instance)
  if (line.instance !== undefined && instance === undefined) {
    const message = `lvs_sync_daemon follows the vrrp_instance ${quote(line.instance)}, which is not there: it is not started`
    if (!declared.has(line.instance)) {
      log.report('unknown-instance', position, message, { suggestion: suggest(line.instance, declared) })
    }
    return undefined
  }
  return { ...line, id: line.id ?? instance?.vrid ?? 0, origin: originOf(position, {}) }
}

function completeTls(values: Values<typeof REAL_SERVER_SSL>): TlsConfiguration {
  const names = ['ca', 'certificate', 'key', 'password'] as const
  return Object.fromEntries(names.flatMap(name => (values[name] === undefined ? [] : [[name, values[name].value]])))
}
