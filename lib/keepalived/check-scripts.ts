/**
 * Checks of tracked scripts of one node.
 */
import type { Configuration } from './configuration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'

/** Reports scripts that nobody tracks. */
export function checkScripts(
  { scripts, instances, syncGroups }: Pick<Configuration, 'scripts' | 'instances' | 'syncGroups'>,
  log: DiagnosticLog,
): void {
  const tracked = new Set(
    [...instances, ...syncGroups].flatMap(({ trackers }) => trackers.map(({ kind, name }) => `${kind} ${name}`)),
  )
  for (const { name, origin } of scripts) {
    if (tracked.has(`script ${name}`)) continue
    const message = `nobody tracks the vrrp_script '${name}': it is never executed. Name it in a 'track_script' block`
    log.report('unused-script', origin.position, message)
  }
}
