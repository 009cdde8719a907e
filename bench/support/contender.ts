/**
 * The two daemons of a benchmark, started without a log: what they write would be part of what is measured.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from '../../test/lab/daemon.ts'
import type { Host } from '../../test/lab/host.ts'
import { MAIN } from '../../test/lab/router.ts'

/** Who is measured. */
export type Contender = 'ours' | 'keepalived'

/** In the order in which they take turns. */
export const CONTENDERS: readonly Contender[] = ['ours', 'keepalived']

/** Starts a daemon. It says nothing: that it is there shows on the wire. @param statusSocket - where ours is asked */
export function startContender(contender: Contender, host: Host, configuration: string, statusSocket?: string): Daemon {
  const file = join(host.directory, 'keepalived.conf')
  writeFileSync(file, configuration, { mode: 0o644 })
  const pidFile = (kind: string) => join(host.directory, `${kind}.pid`)
  // -G: without a syslog socket keepalived would write each line to the console, at 10 ms a line.
  const common = ['-n', '-G', '-f', file, '-p', pidFile(contender)]
  const status = statusSocket === undefined ? ['--no-status-socket'] : ['--status-socket', statusSocket]
  return contender === 'ours'
    ? host.start(contender, process.execPath, MAIN, 'run', ...common, ...status)
    : host.start(contender, 'keepalived', ...common, '-P', '-r', pidFile('vrrp'))
}
