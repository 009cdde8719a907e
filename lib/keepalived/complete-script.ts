/**
 * vrrp_script: defaults.
 */
import { secondsToMilliseconds } from '../time/units.ts'
import { type GlobalValues, originOf } from './complete-global.ts'
import type { InstanceConfiguration, NotifyConfiguration, ScriptConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { ScriptCommand } from './script-command.ts'
import type { VRRP_SCRIPT } from './vrrp-script.ts'

/** A script with defaults, or undefined when it has nothing to execute. */
export function completeScript(
  block: ParsedBlock<typeof VRRP_SCRIPT>,
  log: DiagnosticLog,
): ScriptConfiguration | undefined {
  const { values, position, mistaken } = block
  const name = block.words[0]?.text ?? ''
  if (values.script === undefined) {
    if (!mistaken.has('script'))
      log.report('missing-script', position, `vrrp_script '${name}' has no 'script': it is left out`)
    return undefined
  }
  const [user, group] = values.user?.value ?? []
  const interval = values.interval?.value ?? secondsToMilliseconds(1)
  return {
    name,
    command: {
      ...values.script.value,
      ...(user === undefined ? {} : { user }),
      ...(group === undefined ? {} : { group }),
    },
    interval,
    timeout: values.timeout?.value ?? interval,
    weight: values.weight?.value.weight ?? 0,
    reverse: values.weight?.value.reverse ?? false,
    rise: values.rise?.value ?? 1,
    fall: values.fall?.value ?? 1,
    initFail: values.init_fail?.value ?? false,
    origin: originOf(position, values),
  }
}

/** The scripts that are called at a change of state. */
export function completeNotify(values: NotifyValues): NotifyConfiguration {
  const of = <K extends keyof NotifyConfiguration>(key: K, located: { readonly value: unknown } | undefined) =>
    located === undefined ? {} : { [key]: located.value }
  return {
    ...of('any', values.notify),
    ...of('master', values.notify_master),
    ...of('backup', values.notify_backup),
    ...of('fault', values.notify_fault),
    ...of('stop', values.notify_stop),
    ...of('deleted', values.notify_deleted?.value === 'no-script' ? undefined : values.notify_deleted),
    ...of('masterRxLowerPriority', values.notify_master_rx_lower_pri),
  }
}

/** Everything else that is told of an instance or group, with the defaults of global_defs. */
export function completeAlerts(
  values: NotifyValues,
  globalValues: GlobalValues,
): Pick<InstanceConfiguration, 'smtpAlert' | 'notifyPriorityChanges'> {
  const mail = values.smtp_alert ?? globalValues.smtp_alert_vrrp ?? globalValues.smtp_alert
  const priorities = values.notify_priority_changes ?? globalValues.vrrp_notify_priority_changes
  return { smtpAlert: mail?.value ?? false, ...(priorities?.value === true && { notifyPriorityChanges: true }) }
}

/** The notify keywords of a block. */
export interface NotifyValues {
  readonly notify?: Located<ScriptCommand>
  readonly notify_master?: Located<ScriptCommand>
  readonly notify_backup?: Located<ScriptCommand>
  readonly notify_fault?: Located<ScriptCommand>
  readonly notify_stop?: Located<ScriptCommand>
  readonly notify_deleted?: Located<ScriptCommand | 'no-script'>
  readonly notify_master_rx_lower_pri?: Located<ScriptCommand>
  readonly notify_priority_changes?: Located<boolean>
  readonly smtp_alert?: Located<boolean>
}
