/**
 * Counters in netlink messages: 64 bits each (IPVS_SVC_ATTR_STATS64), or from a kernel before 4.1 mostly 32.
 */
import { AttributeReader } from '../netlink/index.ts'
import { STATISTIC_NAMES, Statistics } from './statistics.ts'

const COUNT = STATISTIC_NAMES.length
const reader = new AttributeReader(COUNT)
const ZERO = new Statistics()

/**
 * The statistics in the two attributes that a service and a destination may have; undefined when the one that counts
 * is malformed. None are all 0.
 */
export function decodeStatistics(outer: AttributeReader, wide: number, narrow: number): Statistics | undefined {
  const type = outer.has(wide) ? wide : narrow
  if (!outer.has(type)) return ZERO
  if (!reader.readNest(outer, type)) return undefined
  const values: bigint[] = []
  let any = false
  for (let counter = 1; counter <= COUNT; counter++) {
    const value = readCounter(counter)
    if (value === undefined) return undefined
    any ||= value !== 0n
    values.push(value)
  }
  return any ? new Statistics(values) : ZERO
}

/** Widths are taken as they come: in the narrow form bytes have 64 bits and all else 32. */
function readCounter(type: number): bigint | undefined {
  const length = reader.length(type)
  if (length === 8) return reader.u64(type)
  const value = length === 4 ? reader.u32(type) : undefined
  return value === undefined ? undefined : BigInt(value)
}
