/**
 * What one virtual router remembers of its past: counters, peers, the last transition. RFC 8347.
 */
import type { MachineAction, Notice, TransitionReason } from '../machine/index.ts'
import type { AcceptedAdvertisement, ChecksumForm, Problem, ReceiveError } from '../packet/index.ts'
import type { Clock, Milliseconds } from '../time/index.ts'
import type { InstanceEvent, TransitionEvent } from './event.ts'
import { PeerTable } from './peer-table.ts'
import { countError, type InstanceStatistics, newStatistics } from './statistics.ts'

/** The memory of one instance. */
export class InstanceHistory {
  readonly statistics: InstanceStatistics = newStatistics()
  readonly peers = new PeerTable()
  /** When counting began. */
  readonly since: Milliseconds
  lastEvent: TransitionReason | undefined
  newMasterReason: 'not-master' | 'priority' | 'preempted' | 'no-response' = 'not-master'
  /** Wall-clock instant at which it left initialize. */
  upSince: Milliseconds | undefined
  /** Wall-clock instant of the last transition. */
  lastTransition: Milliseconds | undefined
  /** The router last heard. */
  lastPeer: { readonly address: string; readonly priority: number } | undefined
  readonly #clock: Clock
  readonly #warned = new Set<string>()
  #sendFailures = 0
  #failuresBefore = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.since = clock.wallTime()
  }

  /** Notes a change of state, and makes the event of it. */
  transition({ from, to, reason }: Extract<MachineAction, { type: 'transition' }>, priority: number): TransitionEvent {
    this.lastEvent = reason
    this.lastTransition = this.#clock.wallTime()
    if (from === 'initialize') this.upSince = this.#clock.wallTime()
    if (to === 'initialize') this.upSince = undefined
    this.newMasterReason = to === 'active' ? newMasterReason(reason) : 'not-master'
    if (to === 'active') this.statistics['master-transitions']++
    if (to !== 'active') this.#warned.clear()
    // A start and a stop are about nobody else.
    const peer = from === 'initialize' || to === 'initialize' ? undefined : this.lastPeer
    return { type: 'transition', from, to, reason, priority, ...(peer && { peer }) }
  }

  /** Notes what the machine found worth telling, and makes the event of it. */
  notice(notice: Notice): InstanceEvent {
    if (notice.type === 'late-timer') this.statistics['late-timers']++
    return { type: 'notice', notice }
  }

  /** Notes an advert that left. */
  sent(priority: number): void {
    this.statistics['advertisement-sent']++
    if (priority === 0) this.statistics['priority-zero-pkts-sent']++
    this.#failuresBefore = this.#sendFailures
    this.#sendFailures = 0
  }

  /** Whether the last advert could not leave. */
  get failing(): boolean {
    return this.#sendFailures > 0
  }

  /** Takes back the last {@link sent}: it did not leave after all. */
  unsent(): void {
    this.statistics['advertisement-sent']--
    this.#sendFailures = this.#failuresBefore
  }

  /** Notes an advert that could not leave. Returns how many in a row. */
  sendFailed(): number {
    return ++this.#sendFailures
  }

  /** Notes an accepted advert. */
  heard(advertisement: AcceptedAdvertisement, checksumForm: ChecksumForm, warnings: readonly Problem[]): void {
    const { source, priority } = advertisement
    this.statistics['advertisement-rcvd']++
    if (priority === 0) this.statistics['priority-zero-pkts-rcvd']++
    this.peers.hear(advertisement, checksumForm, warnings, this.#clock.now())
    if (this.lastPeer?.address !== source || this.lastPeer.priority !== priority) {
      this.lastPeer = { address: source, priority }
    }
  }

  /** Notes a refused advert. */
  refused(reason: ReceiveError): void {
    countError(this.statistics, reason)
  }

  /** Counts warnings about an accepted advert; returns those not told about this sender since the last transition. */
  freshWarnings(source: string, warnings: readonly Problem[]): readonly Problem[] {
    if (warnings.length === 0) return warnings
    return warnings.filter(({ code }) => {
      if (isCounted(code)) countError(this.statistics, code)
      const key = `${source} ${code}`
      if (this.#warned.has(key) || this.#warned.size >= 64) return false
      this.#warned.add(key)
      return true
    })
  }
}

/** Only the receive checks have counters: a skewed clock is no error yet. */
function isCounted(code: Problem['code']): code is ReceiveError {
  return code !== 'clock-skew' && !code.startsWith('ERR_')
}

/** RFC 8347 new-master-reason. */
function newMasterReason(reason: TransitionReason): InstanceHistory['newMasterReason'] {
  if (reason === 'preempted-lower-priority' || reason === 'preempt-delay-expired') return 'preempted'
  return reason === 'master-timeout' || reason === 'master-resigned' ? 'no-response' : 'priority'
}
