/**
 * Synchronisation daemons and time-outs as they are given: checked. The kernel takes ids and lengths that do not work.
 */
import { formatIp, isMulticast, parseIp } from '../net/index.ts'
import { Given, type Problem, requireNoProblem, shown } from './given.ts'
import { MAX_TIMEOUT } from './service.ts'
import type { SyncDaemon, SyncDaemonOptions } from './sync-daemon.ts'
import type { Timeouts } from './timeouts.ts'

/** A daemon with its defaults; a length that is left out is left to the kernel. */
export type CompleteSyncDaemon = Omit<SyncDaemon, 'maxLength'> & Partial<Pick<SyncDaemon, 'maxLength'>>

const DAEMON_OPTIONS = new Set(['state', 'interface', 'syncId', 'maxLength', 'group', 'port', 'ttl'])
const TIMEOUT_OPTIONS = new Set(['tcp', 'tcpFin', 'udp'])

/** The daemon that is meant. @throws RangeError that names the option and says what is wrong with it */
export function completeSyncDaemon(options: SyncDaemonOptions): CompleteSyncDaemon {
  return requireNoProblem(problems => readDaemon(options, problems))
}

/** What is wrong with a daemon as it is given, whatever it is; empty when nothing is. */
export function checkSyncDaemon(options: unknown): readonly Problem[] {
  const problems: Problem[] = []
  readDaemon(options, problems)
  return problems
}

/** The time-outs to set. @throws RangeError that names the option and says what is wrong with it */
export function completeTimeouts(options: Partial<Timeouts>): Partial<Timeouts> {
  return requireNoProblem(problems => readTimeouts(options, problems))
}

/** What is wrong with time-outs as they are given, whatever it is; empty when nothing is. */
export function checkTimeouts(options: unknown): readonly Problem[] {
  const problems: Problem[] = []
  readTimeouts(options, problems)
  return problems
}

function readDaemon(options: unknown, problems: Problem[]): CompleteSyncDaemon {
  const given = new Given(options, '', problems)
  given.only(DAEMON_OPTIONS)
  return {
    state: given.word('state', ['master', 'backup']),
    interface: readInterface(given),
    syncId: given.integer('syncId', [0, 255], 0),
    group: readGroup(given),
    port: given.integer('port', [1, 65535], 8848),
    ttl: given.integer('ttl', [1, 255], 1),
    ...(given.has('maxLength') && { maxLength: given.integer('maxLength', [1, 65507]) }),
  }
}

function readInterface(given: Given): string {
  const name = given.get('interface')
  if (typeof name === 'string' && /^[^\s/]{1,15}$/.test(name)) return name
  given.refuse('interface', `${shown(name)} is not the name of an interface`)
  return ''
}

function readGroup(given: Given): string {
  const group = given.get('group') ?? '224.0.0.81'
  const bytes = typeof group === 'string' ? parseIp(group) : undefined
  if (bytes !== undefined && isMulticast(bytes)) return formatIp(bytes)
  given.refuse('group', `${shown(group)} is not a multicast group`)
  return ''
}

function readTimeouts(options: unknown, problems: Problem[]): Partial<Timeouts> {
  const given = new Given(options, '', problems)
  given.only(TIMEOUT_OPTIONS)
  const seconds = (name: keyof Timeouts) =>
    // The kernel takes 0 for "as it is".
    given.has(name) ? { [name]: given.integer(name, [1, MAX_TIMEOUT]) } : {}
  return { ...seconds('tcp'), ...seconds('tcpFin'), ...seconds('udp') }
}
