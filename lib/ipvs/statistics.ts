/**
 * Counters and rates of a service or a destination. struct ip_vs_stats_user, IPVS_STATS_ATTR_* of linux/ip_vs.h.
 */

/** A counter as JSON has it: a number, or text from 2^53 on. */
export type JsonCounter = number | string

/** The name of a counter or rate. */
export type StatisticName = keyof Omit<Statistics, 'toJSON'>

/** The names in the order of the kernel's attributes, which count from 1. */
export const STATISTIC_NAMES: readonly StatisticName[] = [
  'connections',
  'incomingPackets',
  'outgoingPackets',
  'incomingBytes',
  'outgoingBytes',
  'connectionRate',
  'incomingPacketRate',
  'outgoingPacketRate',
  'incomingByteRate',
  'outgoingByteRate',
]

/**
 * What went through a service or a destination since it was added or zeroed, and the kernel's rates per second. The
 * kernel sums up every 2 s: what was read may be that old. Of direct routing and tunnels it sees no outgoing packets.
 */
export class Statistics {
  readonly connections: bigint
  readonly incomingPackets: bigint
  readonly outgoingPackets: bigint
  readonly incomingBytes: bigint
  readonly outgoingBytes: bigint
  /** New connections per second. */
  readonly connectionRate: bigint
  /** Per second. */
  readonly incomingPacketRate: bigint
  /** Per second. */
  readonly outgoingPacketRate: bigint
  /** Bytes per second. */
  readonly incomingByteRate: bigint
  /** Bytes per second. */
  readonly outgoingByteRate: bigint

  /** @param values in the order of {@link STATISTIC_NAMES}; missing ones are 0 */
  constructor(values: readonly bigint[] = []) {
    this.connections = values[0] ?? 0n
    this.incomingPackets = values[1] ?? 0n
    this.outgoingPackets = values[2] ?? 0n
    this.incomingBytes = values[3] ?? 0n
    this.outgoingBytes = values[4] ?? 0n
    this.connectionRate = values[5] ?? 0n
    this.incomingPacketRate = values[6] ?? 0n
    this.outgoingPacketRate = values[7] ?? 0n
    this.incomingByteRate = values[8] ?? 0n
    this.outgoingByteRate = values[9] ?? 0n
  }

  /** For JSON.stringify, which knows no bigint. */
  toJSON(): Readonly<Record<StatisticName, JsonCounter>> {
    const entries = STATISTIC_NAMES.map(name => {
      const value = this[name]
      return [name, value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString()] as const
    })
    return Object.fromEntries(entries) as Record<StatisticName, JsonCounter>
  }
}
