/**
 * One virtual router as the wire shows it: who is master, since when, and whether anybody disagrees. RFC 9568 §6.4.
 */
import { type FindingDraft, formatGap } from './analysis-finding.ts'
import { compareSettings, type Settings } from './analysis-mismatch.ts'

/** A good advert. */
export interface ObservedAdvert extends Settings {
  readonly priority: number
}

interface Heard extends ObservedAdvert {
  readonly at: number
}

/** Routers that are kept for one virtual router. */
const ROUTERS = 16
/** What a router said longer ago than this is compared with nobody, ms. */
const COMPARED_WITHIN = 600_000

/** Several routers advertise at the same time: a handover, or two masters. */
interface Contest {
  readonly since: number
  /** Adverts of each since then. */
  readonly counts: Map<string, number>
  told: boolean
}

/** The traffic of one virtual router. */
export class VirtualRouterTraffic {
  readonly #routers = new Map<string, Heard>()
  readonly #told = new Set<string>()
  #master: string | undefined
  #contest: Contest | undefined
  #silent = false

  /** Takes a good advert. */
  hear(advert: ObservedAdvert, at: number): readonly FindingDraft[] {
    const found: FindingDraft[] = [...this.tick(at)]
    const before = this.#routers.get(advert.source)
    found.push(...this.#compare(advert, before, at))
    if (before === undefined && this.#routers.size >= ROUTERS) this.#forgetOldest()
    const master = this.#routers.get(this.#master ?? '')
    this.#routers.set(advert.source, { ...advert, at })
    if (advert.priority === 0) {
      if (before !== undefined && before.priority > 0) {
        found.push(info('resigned', at, advert.source, `${advert.source} resigns`))
      }
      this.#contest?.counts.delete(advert.source)
    } else {
      found.push(...this.#claim(advert, before, master, at))
    }
    this.#silent = false
    return found
  }

  /** Notices what did not happen until `at`. */
  tick(at: number): readonly FindingDraft[] {
    const found: FindingDraft[] = []
    if (this.#contest !== undefined) found.push(...this.#settle(this.#contest, at))
    const master = this.#routers.get(this.#master ?? '')
    if (master === undefined || this.#silent) return found
    const deadline = master.at + patience(master)
    if (at <= deadline) return found
    this.#silent = true
    const { source, priority } = master
    const what = priority === 0 ? `nobody follows ${source}, which resigned,` : `no advert from ${source}`
    const message = `no master: ${what} for ${formatGap(patience(master))}`
    found.push({ finding: 'silence', severity: 'warning', time: deadline, source, message })
    return found
  }

  /** An advert of a router that takes itself for the master. */
  #claim(advert: ObservedAdvert, before: Heard | undefined, master: Heard | undefined, at: number): FindingDraft[] {
    const { source, priority } = advert
    if (master === undefined) {
      this.#master = source
      return [info('master', at, source, `${source} is master with priority ${priority}`)]
    }
    if (this.#contest !== undefined) return this.#count(this.#contest, source, at)
    if (master.source === source) return this.#goOn(advert, before ?? master, at)
    const gapMs = at - master.at
    const old = `${master.source} (priority ${master.priority})`
    if (master.priority === 0 || gapMs > 1.5 * master.intervalMs) {
      this.#master = source
      const why = master.priority === 0 ? `from ${master.source}, which resigned` : `from ${old}, silent`
      const message = `${source} (priority ${priority}) takes over ${why}, after ${formatGap(gapMs)}`
      return [{ ...info('takeover', at, source, message), peer: master.source, gapMs }]
    }
    this.#contest = {
      since: at,
      told: false,
      counts: new Map([
        [source, 1],
        [master.source, 0],
      ]),
    }
    // A router of lower priority gives up at once, if it hears the master.
    if (priority < master.priority) return []
    this.#master = source
    const message = `${source} (priority ${priority}) takes over from ${old}, after ${formatGap(gapMs)}`
    return [{ ...info('takeover', at, source, message), peer: master.source, gapMs }]
  }

  /** The master's next advert. */
  #goOn({ source, priority }: ObservedAdvert, before: Heard, at: number): FindingDraft[] {
    const gapMs = at - before.at
    if (before.priority === 0 || this.#silent) {
      const message = `${source} (priority ${priority}) is master again, after ${formatGap(gapMs)}`
      return [{ ...info('resumed', at, source, message), gapMs }]
    }
    if (gapMs <= 1.5 * before.intervalMs) return []
    const message = `${source} is late: ${formatGap(gapMs)} between two adverts, ${before.intervalMs} ms expected`
    return [{ finding: 'late-advertisement', severity: 'warning', time: at, source, gapMs, message }]
  }

  /** Two of each, for an interval: neither gives way. */
  #count(contest: Contest, source: string, at: number): FindingDraft[] {
    contest.counts.set(source, (contest.counts.get(source) ?? 0) + 1)
    const firm = [...contest.counts].filter(([, count]) => count > 1).map(([address]) => address)
    const [one, other] = firm
    const interval = this.#routers.get(source)?.intervalMs ?? 0
    if (contest.told || one === undefined || other === undefined || at - contest.since < interval) return []
    contest.told = true
    const names = firm.map(address => `${address} (priority ${this.#routers.get(address)?.priority ?? 0})`)
    const message = `two masters: ${names.join(' and ')}`
    return [{ finding: 'two-masters', severity: 'warning', time: at, source: one, peer: other, message }]
  }

  /** Ends a contest in which one is left. */
  #settle(contest: Contest, at: number): FindingDraft[] {
    for (const address of contest.counts.keys()) {
      const heard = this.#routers.get(address)
      if (heard === undefined || at - heard.at > 2.5 * heard.intervalMs) contest.counts.delete(address)
    }
    if (contest.counts.size > 1) return []
    this.#contest = undefined
    const [left] = contest.counts.keys()
    const before = this.#master
    if (left !== undefined) this.#master = left
    if (!contest.told) {
      if (left === undefined || before === undefined || left === before) return []
      const message = `${left} takes over from ${before}`
      return [{ ...info('takeover', at, left, message), peer: before }]
    }
    const who = left === undefined ? 'none of them is left' : `${left} is the only one left`
    const message = `no longer two masters: ${who}, after ${formatGap(at - contest.since)}`
    return [info('one-master', at, left, message)]
  }

  #compare(advert: ObservedAdvert, before: Heard | undefined, at: number): FindingDraft[] {
    const { source, priority } = advert
    const found: FindingDraft[] = []
    if (before !== undefined && before.priority !== priority && before.priority > 0 && priority > 0) {
      const message = `${source} changes its priority from ${before.priority} to ${priority}`
      found.push(info('priority-changed', at, source, message))
    }
    for (const other of this.#routers.values()) {
      if (other.source === source || at - other.at > COMPARED_WITHIN) continue
      const pair = [source, other.source].toSorted().join(' ')
      const mismatches = compareSettings(advert, other)
      for (const { finding, message } of mismatches) {
        if (this.#told.has(`${pair} ${finding}`)) continue
        this.#told.add(`${pair} ${finding}`)
        found.push({ finding, severity: 'warning', time: at, source, peer: other.source, message })
      }
      if (this.#told.size === 0) continue
      for (const key of this.#told) {
        if (key.startsWith(`${pair} `) && !mismatches.some(({ finding }) => key === `${pair} ${finding}`)) {
          this.#told.delete(key)
        }
      }
    }
    return found
  }

  #forgetOldest(): void {
    let oldest: Heard | undefined
    for (const heard of this.#routers.values()) if (oldest === undefined || heard.at < oldest.at) oldest = heard
    if (oldest === undefined) return
    this.#routers.delete(oldest.source)
    this.#contest?.counts.delete(oldest.source)
    for (const key of this.#told) if (key.split(' ').includes(oldest.source)) this.#told.delete(key)
  }
}

/** The longest that a backup may wait before it follows: skew time of priority 1, after three intervals or a resignation. */
function patience({ priority, version, intervalMs }: Heard): number {
  const skew = version === 2 ? 1000 : intervalMs
  return priority === 0 ? skew + intervalMs / 2 : 3 * intervalMs + skew
}

function info(
  finding: FindingDraft['finding'],
  time: number,
  source: string | undefined,
  message: string,
): FindingDraft {
  return { finding, severity: 'info', time, ...(source !== undefined && { source }), message }
}
