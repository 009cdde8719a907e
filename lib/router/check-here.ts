/**
 * A configuration against this machine: do its interfaces exist, can its scripts be executed.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../keepalived/diagnostic.ts'
import { quote } from '../keepalived/diagnostic.ts'
import { DiagnosticLog } from '../keepalived/diagnostic-log.ts'
import { type Configuration, type NotifyConfiguration, positionOf, type Sourced } from '../keepalived/index.ts'
import type { ScriptCommand } from '../keepalived/script-command.ts'

/** Where the machine is looked at; replaced in tests. */
export interface MachineView {
  /** Default /sys/class/net. */
  readonly interfaces?: string
  /** Directories for programs without a slash; default PATH. */
  readonly path?: string
}

const NOTIFY_KEYWORDS = {
  any: 'notify',
  master: 'notify_master',
  backup: 'notify_backup',
  fault: 'notify_fault',
  stop: 'notify_stop',
  deleted: 'notify_deleted',
  masterRxLowerPriority: 'notify_master_rx_lower_pri',
} as const satisfies Record<keyof NotifyConfiguration, string>

/** Interfaces that are absent (errors) and scripts that cannot be executed (warnings: keepalived only logs them). */
export function checkHere(configuration: Configuration, view: MachineView = {}): readonly Diagnostic[] {
  const { interfaces = '/sys/class/net', path = process.env.PATH ?? '' } = view
  const log = new DiagnosticLog()
  const lookAt = (name: string, owner: Sourced, keyword: string): void => {
    if (/^[^/\s]+$/.test(name) && name !== '.' && name !== '..' && existsSync(join(interfaces, name))) return
    log.report('here-interface', positionOf(owner, keyword), `there is no interface ${quote(name)} on this machine`)
  }
  const tryOut = (command: ScriptCommand, owner: Sourced, keyword: string): void => {
    const problem = problemOf(command.arguments[0] ?? '', path)
    if (problem === undefined) return
    log.report(
      'here-script',
      positionOf(owner, keyword),
      `the script ${quote(command.arguments[0] ?? '')} ${problem}: it will not be called`,
    )
  }
  for (const instance of configuration.instances) {
    lookAt(instance.interface, instance, 'interface')
    const planned = instance.virtualMac?.interfaces ?? []
    const virtual = new Set(planned.map(({ name }) => name))
    for (const { parent } of planned) if (parent !== instance.interface) lookAt(parent, instance, 'virtual_ipaddress')
    for (const [keyword, list] of [
      ['virtual_ipaddress', instance.addresses],
      ['virtual_ipaddress_excluded', instance.excludedAddresses],
    ] as const) {
      for (const address of list)
        if (address.interface !== instance.interface && !virtual.has(address.interface))
          lookAt(address.interface, instance, keyword)
    }
  }
  for (const owner of [...configuration.instances, ...configuration.syncGroups]) {
    for (const { kind, name } of owner.trackers) if (kind === 'interface') lookAt(name, owner, 'track_interface')
    for (const [key, keyword] of Object.entries(NOTIFY_KEYWORDS)) {
      const command = owner.notify[key as keyof NotifyConfiguration]
      if (command !== undefined) tryOut(command, owner, keyword)
    }
  }
  const { startupScript, shutdownScript } = configuration.global
  if (startupScript !== undefined) tryOut(startupScript.command, configuration.global, 'startup_script')
  if (shutdownScript !== undefined) tryOut(shutdownScript.command, configuration.global, 'shutdown_script')
  const { virtualServers = [], syncDaemon } = configuration.lvs ?? {}
  if (syncDaemon !== undefined) lookAt(syncDaemon.interface, syncDaemon, 'lvs_sync_daemon')
  for (const virtual of virtualServers) {
    if (virtual.quorumUp !== undefined) tryOut(virtual.quorumUp, virtual, 'quorum_up')
    if (virtual.quorumDown !== undefined) tryOut(virtual.quorumDown, virtual, 'quorum_down')
    for (const server of virtual.servers) {
      if (server.notifyUp !== undefined) tryOut(server.notifyUp, server, 'notify_up')
      if (server.notifyDown !== undefined) tryOut(server.notifyDown, server, 'notify_down')
      for (const check of server.checks) if (check.type === 'misc') tryOut(check.command, check, 'misc_path')
    }
  }
  for (const script of configuration.scripts) tryOut(script.command, script, 'script')
  return log.sorted()
}

/** Why a program cannot be executed; undefined when it can. */
function problemOf(program: string, path: string): string | undefined {
  const candidates = program.includes('/') ? [program] : path.split(':').map(directory => join(directory, program))
  const found = candidates.filter(candidate => statSync(candidate, { throwIfNoEntry: false })?.isFile() === true)
  if (found.length === 0) return program.includes('/') ? 'does not exist' : 'is not found in PATH'
  return found.some(isExecutable) ? undefined : 'is not executable'
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
