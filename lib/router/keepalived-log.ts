/**
 * Log lines in keepalived 2.x's wording, which tools and operators grep for; what keepalived does not say (why) stands in
 * brackets behind it.
 */
import type { EngineEvent } from '../engine/index.ts'
import { describeFault } from '../instance/describe-fault.ts'
import type { TransitionEvent } from '../instance/index.ts'
import type { Notice } from '../machine/index.ts'
import { RefusalLines } from './refusal-lines.ts'

/** How loud a line is; numbers as syslog(3). */
export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'debug'

/** Takes one line without its end, with the event that it tells of, if there is one. */
export type LogWrite = (level: LogLevel, line: string, event?: EngineEvent) => void

/** What a {@link KeepalivedLog} needs. */
export interface KeepalivedLogOptions {
  readonly write: LogWrite
  /** keepalived's -D: addresses, gratuitous ARPs and timeouts too. */
  readonly detail: boolean
}

/** Turns the events of an engine into lines. */
export class KeepalivedLog {
  readonly #write: (level: LogLevel, line: string) => void
  readonly #detail: boolean
  /** The one that is being told of. */
  #event: EngineEvent | undefined
  readonly #refusals = new RefusalLines()

  constructor({ write, detail }: KeepalivedLogOptions) {
    this.#write = (level, line) => write(level, line, this.#event)
    this.#detail = detail
  }

  /** Takes one event. */
  hear(event: EngineEvent): void {
    const name = event.instance
    this.#event = event
    switch (event.type) {
      case 'transition':
        return this.#transition(name, event)
      case 'notice':
        return this.#notice(name, event.notice)
      case 'advertisement-sent':
        return event.priority === 0 ? this.#write('info', `(${name}) sent 0 priority`) : undefined
      case 'advertisement-refused':
        return this.#warn(this.#refusals.lineOf(event))
      case 'advertisement-questioned':
        return this.#write('warning', `(${name}) advert from ${event.source}: ${event.message}`)
      case 'own-peer':
        return this.#write(
          'warning',
          `(${name}) ${event.address} is our own address: nothing is sent to that unicast peer`,
        )
      case 'addresses':
        return this.#more(`(${name}) ${event.present ? 'setting' : 'removing'} VIPs.`)
      case 'left-over-removed':
        for (const { address, interface: device } of event.addresses) {
          this.#write('notice', `(${name}) removed ${address} from ${device}, left over by an earlier run`)
        }
        return
      case 'addresses-taken': {
        const names = event.addresses.map(({ address, interface: device }) => `${address} (${device})`).join(', ')
        const what = event.restored ? 'put back' : 'giving mastership up'
        return this.#write('warning', `(${name}) somebody else removed ${names}: ${what}`)
      }
      case 'filter-refused':
        return this.#write('warning', `(${name}) packets to its addresses are not dropped: ${event.message}`)
      case 'virtual-interface-made':
        return event.kind === 'ipvlan'
          ? this.#write('info', `(${name}): Success creating ipvlan interface ${event.interface}`)
          : this.#write('info', `(${name}): Success creating VMAC interface ${event.interface} (${event.mac})`)
      case 'virtual-interface-refused':
        return this.#write('error', `(${name}) virtual interface: ${event.message}`)
      case 'route-taken': {
        const what = event.restored ? 'put back' : 'again and again, it is not put back'
        return this.#write('warning', `(${name}) somebody else deleted the ${event.route}: ${what}`)
      }
      case 'routes-refused':
        return this.#write('error', `(${name}) a route or rule is not set: ${event.message}`)
      case 'announced': {
        const what = event.address.includes(':') ? 'Unsolicited Neighbour Advert' : 'gratuitous ARP'
        return this.#more(`Sending ${what} on ${event.interface} for ${event.address}`)
      }
      case 'send-failed':
        // The first of a row, then each time the row is ten times as long.
        return Number.isInteger(Math.log10(event.count))
          ? this.#write('error', `(${name}) cannot send ${event.what} (${event.count} in a row): ${event.message}`)
          : undefined
      case 'fault':
        return this.#write('warning', `(${name}) entering FAULT state (${describeFault(event.fault)})`)
      case 'fault-cleared':
        return this.#write('info', `(${name}) ${describeFault(event.fault)}: no longer; ${event.count} faults left`)
      case 'advertisement-received':
        return
    }
  }

  #transition(name: string, event: TransitionEvent): void {
    this.#refusals.clear()
    const { to, reason, peer, priority } = event
    if (to === 'active') {
      if (reason !== 'owner-startup' && reason !== 'sync-group') this.#more(`(${name}) Receive advertisement timeout`)
      const heard = peer === undefined ? 'no other router heard' : `last heard ${peer.address} prio ${peer.priority}`
      return this.#write('notice', `(${name}) Entering MASTER STATE [${reason}; ${heard}; prio ${priority}]`)
    }
    if (to === 'backup') {
      if (reason === 'startup') return this.#write('notice', `(${name}) Entering BACKUP STATE (init)`)
      if (peer !== undefined && reason === 'higher-priority') {
        const text = `with higher priority ${peer.priority}, ours ${priority}`
        this.#write('info', `(${name}) Master received advert from ${peer.address} ${text}`)
      } else if (peer !== undefined && reason === 'higher-address') {
        const text = `with same priority ${peer.priority} but higher IP address than ours`
        this.#write('info', `(${name}) Master received advert from ${peer.address} ${text}`)
      }
      return this.#write('notice', `(${name}) Entering BACKUP STATE [${reason}]`)
    }
    if (reason === 'fault') this.#write('notice', `(${name}) Entering FAULT STATE`)
  }

  #notice(name: string, notice: Notice): void {
    switch (notice.type) {
      case 'lower-priority-advertisement': {
        const text = `with lower priority ${notice.priority}, ours ${notice.ours}, forcing new election`
        return this.#write('info', `(${name}) Received advert from ${notice.source} ${text}`)
      }
      case 'discarding-lower-priority': {
        const { priority, source } = notice
        return this.#more(`(${name}) received lower priority (${priority}) advert from ${source} - discarding`)
      }
      case 'priority-zero':
        return this.#write('info', `(${name}) Master received priority 0 message`)
      case 'master-resigned':
        return this.#write('info', `(${name}) Backup received priority 0 advertisement`)
      case 'own-address': {
        const text = 'equal priority advert received from remote host with our IP address.'
        return this.#write('warning', `(${name}) WARNING - ${text}`)
      }
      case 'master-changed': {
        const { from, to } = notice
        const change = from === undefined ? `master set to ${to}` : `master changed from ${from} to ${to}`
        return this.#more(`(${name}) ${change}`)
      }
      case 'interval-learnt':
        return this.#more(`(${name}) advertisement interval ${notice.interval / 1000} s learnt from ${notice.source}`)
      case 'preempt-delay-started':
        return this.#write('info', `(${name}) start preempt delay (${(notice.delay / 1000).toFixed(6)})`)
      case 'preempt-delay-stopped':
        return this.#write('info', `(${name}) stop preempt delay`)
      case 'late-timer': {
        const why = 'this machine was paused or starved of CPU, which is no sign that another router is dead'
        const then = notice.heldOff ? '; the takeover waits for another interval' : ''
        return this.#write('warning', `(${name}) timer ${Math.round(notice.late)} ms late: ${why}${then}`)
      }
      case 'priority-changed':
        return this.#write('info', `(${name}) Changing effective priority from ${notice.from} to ${notice.to}`)
    }
  }

  #warn(line: string | undefined): void {
    if (line !== undefined) this.#write('warning', line)
  }

  #more(line: string): void {
    if (this.#detail) this.#write('info', line)
  }
}
