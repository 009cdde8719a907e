/**
 * A line of the timeline as text, in keepalived's words: MASTER, BACKUP, FAULT.
 */
import type { Fault } from '../instance/event.ts'
import type { RouterState } from '../machine/index.ts'
import { formatDuration, formatInstant } from './duration.ts'
import type { Takeover } from './takeover.ts'
import type { TimelineEntry } from './timeline-entry.ts'

type Entry<T extends TimelineEntry['type']> = Extract<TimelineEntry, { readonly type: T }>

/** keepalived's names of the states; `initialize` is INIT, or FAULT when a fault is the reason. */
const STATES: Readonly<Record<RouterState, string>> = { initialize: 'INIT', backup: 'BACKUP', active: 'MASTER' }

const CAUSES: Readonly<Record<Entry<'announcements'>['cause'], string>> = {
  takeover: '',
  'lower-priority-advertisement': ', after an advertisement of lower priority',
  delayed: ', second burst',
  refresh: ', refresh',
}

const OCCASIONS: Readonly<Record<Entry<'advertisement'>['occasion'], string>> = {
  first: '',
  resignation: ' (resigns)',
  priority: ' (changed)',
  unscheduled: ' (out of turn)',
  listed: '',
}

/** What an entry says, without its time and place. @param decimals - of the instants in it */
export function describeEntry(entry: TimelineEntry, decimals: 3 | 6 = 3): string {
  switch (entry.type) {
    case 'step':
      return entry.text
    case 'transition':
      return describeTransition(entry)
    case 'notice':
      return describeNotice(entry) + times(entry.count)
    case 'advertisement':
      return `advertises priority ${entry.priority}${OCCASIONS[entry.occasion]}`
    case 'advertisements':
      return `advertises priority ${entry.priority}${times(entry.count)}${until(entry, decimals)}`
    case 'refused':
      return `refuses the advertisement of ${entry.source}: ${entry.message} (${entry.reason})${times(entry.count)}`
    case 'questioned':
      return `takes the advertisement of ${entry.source}, but ${entry.message}`
    case 'addresses':
      return `${entry.addresses.join(', ')} ${entry.present ? 'on' : 'off'} ${entry.interface}`
    case 'announcements':
      return `announces ${entry.addresses.join(', ')} on ${entry.interface}${times(entry.count)}${CAUSES[entry.cause]}`
    case 'send-failed':
      return `cannot send: ${entry.message}`
    case 'fault':
      return `fault: ${describeFault(entry.fault)}`
    case 'fault-cleared':
      return `fault cleared: ${describeFault(entry.fault)}`
  }
}

function describeTransition({ from, to, fromFault, reason, priority, peer, takeover }: Entry<'transition'>): string {
  const arrow = `${fromFault ? 'FAULT' : STATES[from]} -> ${to === 'initialize' && reason === 'fault' ? 'FAULT' : STATES[to]}`
  const other = peer === undefined ? 'another' : peer.node
  const theirs = peer === undefined ? '' : ` ${peer.priority}`
  switch (reason) {
    case 'startup':
      return `${arrow}: starts with priority ${priority}`
    case 'owner-startup':
      return `${arrow}: owns the addresses`
    case 'master-timeout':
      return `${arrow}: ${heard(takeover)}${wait(takeover)}`
    case 'master-resigned':
      return `${arrow}: the master resigned${wait(takeover)}`
    case 'preempted-lower-priority':
      return `${arrow}: ${priority} beats ${other}${theirs}${wait(takeover)}`
    case 'preempt-delay-expired':
      return `${arrow}: the preempt delay is over, ${priority} beats ${other}${theirs}${wait(takeover)}`
    case 'higher-priority':
      return `${arrow}: ${other} has priority${theirs}, we ${priority}`
    case 'higher-address':
      return `${arrow}: ${other} has the same priority ${priority} and the higher address`
    case 'late-timer':
      return `${arrow}: woke too late to be sure of it`
    case 'sync-group':
      return `${arrow}: with its sync group`
    case 'shutdown':
      return `${arrow}: stopped`
    case 'fault':
      return arrow
  }
}

function heard(takeover: Takeover | undefined): string {
  return takeover?.origin === 'backup' ? 'heard no master' : 'the master fell silent'
}

function wait(takeover: Takeover | undefined): string {
  if (takeover === undefined) return ''
  const { elapsed, bound, excess } = takeover
  const verdict = Math.abs(excess) < 0.001 ? '' : `, bound ${formatDuration(bound)}`
  return ` (waited ${formatDuration(elapsed)}${verdict})`
}

function describeNotice({ notice, peer }: Entry<'notice'>): string {
  switch (notice.type) {
    case 'lower-priority-advertisement':
      if (notice.priority === notice.ours)
        return `hears ${peer} with priority ${notice.priority} too and the lower address`
      return `hears ${peer} with lower priority ${notice.priority}, ours ${notice.ours}`
    case 'discarding-lower-priority':
      return `does not obey ${peer} with priority ${notice.priority}, ours ${notice.ours}`
    case 'priority-zero':
      return `hears ${peer} resign while master itself`
    case 'master-resigned':
      return `hears ${peer} resign`
    case 'own-address':
      return `hears its own address ${notice.source}`
    case 'master-changed':
      return `obeys ${peer}`
    case 'interval-learnt':
      return `learns the interval ${formatDuration(notice.interval)} from ${peer}`
    case 'preempt-delay-started':
      return `preempt delay of ${formatDuration(notice.delay)} begins`
    case 'preempt-delay-stopped':
      return 'preempt delay ends early'
    case 'late-timer':
      return `wakes ${formatDuration(notice.late)} late${notice.heldOff ? ', takes over later if at all' : ''}`
    case 'priority-changed':
      return `effective priority ${notice.from} -> ${notice.to}`
  }
}

function describeFault(fault: Fault): string {
  switch (fault.type) {
    case 'interface-missing':
      return `${fault.interface} does not exist`
    case 'interface-down':
      return `${fault.interface} is down`
    case 'no-primary-address':
      return `${fault.interface} has no address`
    case 'tracker':
      return `${fault.kind} ${fault.name}`
    case 'no-peer':
      return 'no unicast peer'
    case 'sync-group':
      return `sync group ${fault.group}`
    case 'addresses':
    case 'transport':
      return fault.message
  }
}

function times(count: number): string {
  return count === 1 ? '' : ` x${count}`
}

function until({ until: end, count }: Entry<'advertisements'>, decimals: 3 | 6): string {
  return count === 1 ? '' : `, until ${formatInstant(end, decimals)}`
}
