/**
 * A status for people: who is master of what and why, and what to look at.
 */
import { formatLvs } from './format-lvs.ts'
import { formatTable } from './format-table.ts'
import type { InstanceStatus, NodeStatus } from './node-status.ts'

/** Newest transitions that are shown, of all instances together. */
const TRANSITIONS_SHOWN = 12

/** The lines of a status, without colours. Times are those of the local zone. */
export function formatStatus(status: NodeStatus): readonly string[] {
  const { program, configuration, instances } = status
  const now = Date.parse(status.time)
  const uptime = formatSpan(now - Date.parse(program.started))
  const file = configuration.file === undefined ? '' : `, ${configuration.file}`
  return [
    `${program.name} ${program.version}, pid ${program.pid}, up ${uptime}${file}`,
    ...section('', instances.length === 0 ? [] : formatInstances(instances, now)),
    ...section('', formatFaults(instances)),
    ...section('', formatGroups(status)),
    ...section('', formatTrackers(instances)),
    ...section('', formatPeers(instances, now)),
    ...section('', status.lvs === undefined ? [] : formatLvs(status.lvs)),
    ...section('Last transitions', formatTransitions(instances)),
    ...section(
      'Warnings',
      status.warnings.map(({ type, instance, text }) => `! ${instance}: ${type}: ${text}`),
    ),
    ...section('Configuration', formatDiagnostics(status)),
  ]
}

/** 45 s, 12 min, 3 h 4 min, 5 d 6 h. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return []
  return title === '' ? ['', ...lines] : ['', title, ...lines.map(line => `  ${line}`)]
}

function formatInstances(instances: readonly InstanceStatus[], now: number): readonly string[] {
  const header = ['INSTANCE', 'INTERFACE', 'VRID', 'STATE', 'PRIORITY', 'SINCE', 'MASTER', 'ADDRESSES']
  return formatTable(
    header,
    instances.map(instance => [
      instance.name,
      instance.interface,
      String(instance.vrid),
      instance['keepalived-state'],
      instance['effective-priority'] === instance.priority
        ? String(instance.priority)
        : `${instance['effective-priority']} (base ${instance.priority})`,
      instance['state-since'] === undefined ? '-' : formatSpan(now - Date.parse(instance['state-since'])),
      formatMaster(instance),
      instance['virtual-addresses'].map(({ address }) => address).join(' '),
    ]),
  )
}

function formatMaster({ master, state }: InstanceStatus): string {
  if (state === 'master') return 'this node'
  return master === undefined ? '-' : `${master.address} (${master.priority})`
}

function formatFaults(instances: readonly InstanceStatus[]): readonly string[] {
  return instances.flatMap(({ name, faults }) => faults.map(({ text }) => `${name} cannot run: ${text}`))
}

function formatGroups({ 'sync-groups': groups }: NodeStatus): readonly string[] {
  if (groups.length === 0) return []
  return formatTable(
    ['SYNC GROUP', 'STATE', 'MEMBERS'],
    groups.map(({ name, state, members }) => [name, state, members.join(' ')]),
  )
}

function formatTrackers(instances: readonly InstanceStatus[]): readonly string[] {
  const rows = instances.flatMap(({ name, trackers }) =>
    trackers.map(tracker => [
      name,
      tracker.kind,
      tracker.name,
      tracker.verdict === 'unknown' ? 'no result yet' : tracker.verdict,
      `${tracker.weight === 0 ? '0 (fault)' : tracker.weight}${tracker.reverse ? ' reverse' : ''}`,
      tracker.value === undefined ? '' : String(tracker.value),
      signed(tracker['priority-change']),
    ]),
  )
  if (rows.length === 0) return []
  return formatTable(['TRACKER OF', 'KIND', 'NAME', 'VERDICT', 'WEIGHT', 'VALUE', 'ADDS'], rows)
}

function formatPeers(instances: readonly InstanceStatus[], now: number): readonly string[] {
  const rows = instances.flatMap(({ name, peers }) =>
    peers.map(peer => [
      name,
      peer.address,
      peer.priority === 0 ? '0 (resigned)' : String(peer.priority),
      `${peer['advertise-interval-centi-sec'] / 100} s`,
      `${formatSpan(now - Date.parse(peer['last-heard']))} ago`,
    ]),
  )
  if (rows.length === 0) return []
  return formatTable(['PEER OF', 'ADDRESS', 'PRIORITY', 'INTERVAL', 'LAST HEARD'], rows)
}

function formatTransitions(instances: readonly InstanceStatus[]): readonly string[] {
  const all = instances.flatMap(({ name, transitions }) => transitions.map(each => ({ name, ...each })))
  const newest = all.sort((a, b) => a.time.localeCompare(b.time)).slice(-TRANSITIONS_SHOWN)
  return newest.map(({ time, name, to, text }) => `${localTime(time)}  ${name}: ${to}: ${text}`)
}

function formatDiagnostics({ configuration: { diagnostics } }: NodeStatus): readonly string[] {
  return diagnostics.map(
    ({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`,
  )
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}

function localTime(iso: string): string {
  const date = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${date.toTimeString().slice(0, 8)}`
}
