/**
 * global_defs: values and defaults.
 */
import { milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { Located, ParsedBlock, Values } from './declaration.ts'
import type { SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type {
  EngineSchedulingConfiguration,
  FifoConfiguration,
  GlobalConfiguration,
  LifeScriptConfiguration,
  MailConfiguration,
  PacketFilterConfiguration,
} from './global-configuration.ts'
import type { GLOBAL_DEFS } from './global-defs.ts'
import type { ScriptCommand } from './script-command.ts'
import type { Origin } from './sourced.ts'

/** All global_defs blocks of a file as one: later blocks override. */
export type GlobalValues = Values<typeof GLOBAL_DEFS>

/** What instances inherit is read from the values; everything else becomes the configuration. */
export function completeGlobal(
  blocks: readonly ParsedBlock<typeof GLOBAL_DEFS>[],
  file: string,
  log: DiagnosticLog,
): { readonly global: GlobalConfiguration; readonly values: GlobalValues } {
  const values: GlobalValues = Object.assign({}, ...blocks.map(block => block.values))
  const position = blocks[0]?.position ?? { file, line: 1, column: 1 }
  const [user, group] = values.script_user?.value ?? []
  const fifos = [
    ...completeFifo(values.notify_fifo, values.notify_fifo_script),
    ...completeFifo(values.vrrp_notify_fifo, values.vrrp_notify_fifo_script, 'vrrp'),
    ...completeFifo(values.lvs_notify_fifo, values.lvs_notify_fifo_script, 'lvs'),
  ]
  const global: GlobalConfiguration = {
    ...(values.router_id === undefined ? {} : { routerId: values.router_id.value }),
    mail: completeMail(values),
    multicastGroup4: values.vrrp_mcast_group4?.value ?? '224.0.0.18',
    multicastGroup6: values.vrrp_mcast_group6?.value ?? 'ff02::12',
    strict: values.vrrp_strict?.value ?? false,
    ...(user === undefined ? {} : { scriptUser: { user, ...(group === undefined ? {} : { group }) } }),
    scriptSecurity: values.enable_script_security?.value ?? false,
    ...completeLifeScripts(values, log),
    ...(fifos.length > 0 && { fifos }),
    ...(values.log_unknown_vrids !== undefined && { logUnknownVrids: true as const }),
    ...(values.process_name !== undefined && { processName: values.process_name.value }),
    ...(values.disable_local_igmp !== undefined && { disableLocalIgmp: true as const }),
    ...completePacketFilter(values),
    ...completeScheduling(values, log),
    ...(values.vrrp_delay_after_boot && { delayAfterBoot: values.vrrp_delay_after_boot.value }),
    startupDelay: values.vrrp_startup_delay?.value ?? milliseconds(0),
    origin: originOf(position, values),
  }
  return { global, values }
}

/** Positions of a block and the keywords in it. */
export function originOf(
  position: SourcePosition,
  values: Readonly<Record<string, { position: SourcePosition } | undefined>>,
): Origin {
  const keywords: Record<string, SourcePosition> = {}
  for (const [name, located] of Object.entries(values)) if (located !== undefined) keywords[name] = located.position
  return { position, keywords }
}

function completeScheduling(
  values: GlobalValues,
  log: DiagnosticLog,
): { readonly scheduling?: EngineSchedulingConfiguration } {
  const { vrrp_priority: nice, vrrp_rt_priority: realTime, vrrp_cpu_affinity: cpus } = values
  const name = values.vrrp_process_name?.value ?? (values.process_names === undefined ? undefined : 'keepalived_vrrp')
  const limit = values.vrrp_rlimit_rttime ?? values.vrrp_rlimit_rtime
  if (limit !== undefined && realTime === undefined) {
    log.report('no-effect', limit.position, "'vrrp_rlimit_rttime' has no effect without 'vrrp_rt_priority'")
  }
  const scheduling = {
    ...(name !== undefined && { name }),
    ...(nice !== undefined && { nice: nice.value }),
    ...(realTime !== undefined && { realTimePriority: realTime.value }),
    ...(realTime !== undefined && limit !== undefined && { realTimeLimit: limit.value }),
    ...(cpus !== undefined && { cpus: cpus.value }),
  }
  return Object.keys(scheduling).length > 0 ? { scheduling } : {}
}

function completePacketFilter(values: GlobalValues): { readonly packetFilter?: PacketFilterConfiguration } {
  const { nftables: table, nftables_priority: priority, nftables_counters: counters } = values
  const packetFilter = {
    ...(table !== undefined && { table: table.value }),
    ...(priority !== undefined && { priority: priority.value }),
    ...(counters !== undefined && { counters: true as const }),
  }
  return Object.keys(packetFilter).length > 0 ? { packetFilter } : {}
}

function completeLifeScripts(
  values: GlobalValues,
  log: DiagnosticLog,
): Pick<GlobalConfiguration, 'startupScript' | 'shutdownScript'> {
  const one = (keyword: 'startup_script' | 'shutdown_script'): LifeScriptConfiguration | undefined => {
    const timeoutKeyword = `${keyword}_timeout` as const
    const [script, timeout] = [values[keyword], values[timeoutKeyword]]
    if (script === undefined && timeout !== undefined) {
      log.report('no-effect', timeout.position, `'${timeoutKeyword}' has no effect without '${keyword}'`)
    }
    return script && { command: script.value, timeout: secondsToMilliseconds(timeout?.value ?? 10) }
  }
  const [startupScript, shutdownScript] = [one('startup_script'), one('shutdown_script')]
  return { ...(startupScript && { startupScript }), ...(shutdownScript && { shutdownScript }) }
}

function completeFifo(
  fifo: Located<readonly string[]> | undefined,
  script: Located<ScriptCommand> | undefined,
  only?: FifoConfiguration['only'],
): readonly FifoConfiguration[] {
  const [path, user, group] = fifo?.value ?? []
  if (path === undefined) return []
  const owner = { ...(user !== undefined && { user }), ...(group !== undefined && { group }) }
  return [
    { path, ...(only !== undefined && { only }), ...owner, ...(script !== undefined && { script: script.value }) },
  ]
}

function completeMail(values: GlobalValues): MailConfiguration {
  const [host, port] = values.smtp_server?.value ?? []
  return {
    recipients: (values.notification_email?.value ?? []).map(each => each.value),
    ...(values.notification_email_from === undefined ? {} : { sender: values.notification_email_from.value }),
    ...(host === undefined ? {} : { server: { host, port: port === undefined ? 25 : Number(port) } }),
    ...(values.smtp_helo_name === undefined ? {} : { heloName: values.smtp_helo_name.value }),
    // keepalived takes 0 for 1.
    connectTimeout: milliseconds(Math.max(values.smtp_connect_timeout?.value ?? secondsToMilliseconds(30), 1000)),
    ...(values.no_email_faults !== undefined && { faults: false }),
  }
}
