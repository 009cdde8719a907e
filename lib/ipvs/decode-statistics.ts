/**
 * Counters in netlink messages: 64 bits each (IPVS_SVC_ATTR_STATS64), or from a kernel before 4.1 mostly 32.
 */
import { decodeWholeAttributes } from '../netlink/index.ts'
import { STATISTIC_NAMES, Statistics } from './statistics.ts'

/**
 * The statistics in the two attributes that a service and a destination may have; undefined when the one that counts
 * is malformed. None are all 0.
 */
export function decodeStatistics(wide: Uint8Array | undefined, narrow: Uint8Array | undefined): Statistics | undefined {
  const bytes = wide ?? narrow
  if (bytes === undefined) return new Statistics()
  const attributes = decodeWholeAttributes(bytes)
  if (attributes === undefined) return undefined
  const values: bigint[] = []
  for (let type = 1; type <= STATISTIC_NAMES.length; type++) {
    const value = attributes.get(type)
    // Widths are taken as they come: in the narrow form bytes have 64 bits and all else 32.
    const view = value === undefined ? undefined : new DataView(value.buffer, value.byteOffset, value.length)
    if (view?.byteLength === 8) values.push(view.getBigUint64(0, true))
    else if (view?.byteLength === 4) values.push(BigInt(view.getUint32(0, true)))
    else return undefined
  }
  return new Statistics(values)
}
