/**
 * VRRP traffic over time: two masters, takeovers with their gap, silence, routers that disagree, packets that are wrong.
 * Pure: it knows the time from the packets, so that a live wire and a capture file are the same to it.
 */
import type { Finding } from './analysis-finding.ts'
import { VirtualRouterTraffic } from './analysis-router.ts'
import type { DecodedRecord } from './decoded-record.ts'

type Place = Pick<Finding, 'vrid' | 'family' | 'interface' | 'vlan'>

interface Watched {
  readonly place: Place
  readonly traffic: VirtualRouterTraffic
}

/** Virtual routers that are followed at the same time; those of forged packets beyond it are not. */
const VIRTUAL_ROUTERS = 1024
/** Senders whose bad packets are told once each. */
const BAD_SENDERS = 256

/**
 * Follows all virtual routers of a wire.
 * @example
 * ```ts
 * const analysis = new TrafficAnalysis()
 * for await (const advert of readAdvertisements('failover.pcap')) {
 *   for (const { message } of analysis.hear(advert, Date.parse(advert.time ?? ''))) console.log(message)
 * }
 * ```
 */
export class TrafficAnalysis {
  readonly #watched = new Map<string, Watched>()
  readonly #bad = new Map<string, Set<string>>()

  /**
   * Takes a packet.
   * @param time - when it was captured, ms since the epoch; never before that of the packet before it
   */
  hear(record: DecodedRecord, time: number): readonly Finding[] {
    const found = [...this.tick(time)]
    const place = placeOf(record)
    if (record.problems.length > 0) return [...found, ...this.#complain(record, place, time)]
    const { source, version, vrid, priority, intervalMs, addresses } = record
    if (source === undefined || version === undefined || vrid === undefined) return found
    if (priority === undefined || intervalMs === undefined || addresses === undefined) return found
    this.#bad.delete(source)
    const watched = this.#watch(place)
    const { checksum, authType, authData } = record
    const drafts = watched?.traffic.hear(
      { source, version, priority, intervalMs, addresses, checksumForm: checksum?.form, authType, authData },
      time,
    )
    return [...found, ...(drafts ?? []).map(draft => ({ ...draft, ...place }))]
  }

  /** Notices silence until `time`: to be called now and then while nothing comes. */
  tick(time: number): readonly Finding[] {
    const found: Finding[] = []
    for (const { place, traffic } of this.#watched.values()) {
      for (const draft of traffic.tick(time)) found.push({ ...draft, ...place })
    }
    return found
  }

  #watch(place: Place): Watched | undefined {
    const key = `${place.interface ?? ''} ${place.vlan ?? ''} ${place.family ?? ''} ${place.vrid ?? ''}`
    let watched = this.#watched.get(key)
    if (watched === undefined && this.#watched.size < VIRTUAL_ROUTERS) {
      watched = { place, traffic: new VirtualRouterTraffic() }
      this.#watched.set(key, watched)
    }
    return watched
  }

  /** A packet that every router refuses. Each problem of a sender is told once, until a good packet comes. */
  #complain({ source = '?', problems }: DecodedRecord, place: Place, time: number): Finding[] {
    let told = this.#bad.get(source)
    if (told === undefined) {
      if (this.#bad.size >= BAD_SENDERS) return []
      told = new Set()
      this.#bad.set(source, told)
    }
    const found: Finding[] = []
    for (const { code, message } of problems) {
      const key = `${place.vrid ?? ''} ${code}`
      if (told.has(key)) continue
      told.add(key)
      const text = `bad packet from ${source}: ${message}`
      found.push({ finding: 'bad-packet', severity: 'warning', time, ...place, source, message: text })
    }
    return found
  }
}

function placeOf({ vrid, source, interface: device, vlan }: DecodedRecord): Place {
  return {
    ...(vrid !== undefined && { vrid }),
    ...(source !== undefined && { family: source.includes(':') ? 6 : 4 }),
    ...(device !== undefined && { interface: device }),
    ...(vlan !== undefined && { vlan }),
  }
}
