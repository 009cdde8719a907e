/**
 * Reading the configuration again while the router runs. A file with errors changes nothing: keepalived 2.2.7 ends there,
 * and leaves its addresses behind.
 */
import { messageOf } from '../errors.ts'
import { formatDiagnostic } from '../keepalived/index.ts'
import type { NotifySettings } from '../notify/index.ts'
import { type ConfiguredNode, type ConfigureOptions, configureNode } from './configure-node.ts'
import type { KeepalivedLogOptions } from './keepalived-log.ts'
import { notifySettingsOf } from './notify-settings-of.ts'
import type { Router } from './router.ts'

/** The part of a {@link Router} that is told. */
export type ReloadableRouter = Pick<Router, 'reconfigure'>

/** How {@link reload} reads and logs. */
export interface ReloadOptions extends ConfigureOptions {
  readonly write: KeepalivedLogOptions['write']
}

/**
 * Reads the file again and applies it, or says in one block of lines why not. Whatever is wrong with the file, the
 * router goes on.
 * @returns what is in force now; undefined when it is what was before
 */
export function reload(
  router: ReloadableRouter,
  file: string,
  { write, ...options }: ReloadOptions,
): ConfiguredNode | undefined {
  write('info', 'Reloading ...')
  const node = tryToRead(file, options, write)
  if (node === undefined) return undefined
  const errors = node.diagnostics.filter(({ severity }) => severity === 'error').length
  const { specification } = node
  const applied = errors === 0 && specification !== undefined
  if (!applied) {
    const why =
      errors > 0 ? `${errors} error${errors === 1 ? '' : 's'}` : 'no vrrp_instance and no virtual_server that can run'
    write('error', `${file} has ${why}: NOT applied, the old configuration keeps running`)
  }
  for (const diagnostic of node.diagnostics) {
    for (const line of formatDiagnostic(diagnostic).split('\n')) write(levelOf(diagnostic), line)
  }
  if (!applied) return undefined
  router.reconfigure({ specification, configuration: node.configuration, notify: node.notify })
  write('info', 'Configuration reloaded')
  return node
}

function tryToRead(
  file: string,
  options: ConfigureOptions,
  write: ReloadOptions['write'],
): (ConfiguredNode & { readonly notify: NotifySettings }) | undefined {
  try {
    const node = configureNode(file, options)
    return { ...node, notify: notifySettingsOf(node.configuration) }
  } catch (error) {
    write('error', `${file} cannot be read: ${messageOf(error)}; NOT applied, the old configuration keeps running`)
    return undefined
  }
}

function levelOf({ severity }: ConfiguredNode['diagnostics'][number]): 'error' | 'warning' | 'info' {
  if (severity === 'error') return 'error'
  return severity === 'warning' ? 'warning' : 'info'
}
