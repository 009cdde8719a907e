/**
 * The order in which ipvsadm(8) prints a table. Its text is compared byte for byte, so its order is kept exactly: it
 * subtracts addresses as 32-bit numbers, and those more than half of all addresses apart come in the other order.
 */
import { type IpFamily, parseIp } from '../net/index.ts'
import type { DestinationKey } from './destination.ts'
import { type ServiceKey, serviceFamily } from './service-key.ts'

interface ComparedAddress {
  readonly words: readonly number[]
  readonly port: number
}

interface ComparedService extends ComparedAddress {
  readonly fwmark: number
  readonly family: IpFamily
  readonly protocol: number
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 }

/** Services as `ipvsadm -Ln` orders them. @param services - as the kernel lists them */
export function orderServices<T extends ServiceKey>(services: readonly T[]): readonly T[] {
  return order(
    services.map(service => [comparedService(service), service] as const),
    (a, b) => (a.fwmark - b.fwmark) | 0 || a.family - b.family || a.protocol - b.protocol || compareAddresses(a, b),
  )
}

/** Destinations of one service as `ipvsadm -Ln` orders them. @param destinations - as the kernel lists them */
export function orderDestinations<T extends DestinationKey>(destinations: readonly T[]): readonly T[] {
  return order(
    destinations.map(destination => [comparedAddress(destination.address, destination.port), destination] as const),
    compareAddresses,
  )
}

function comparedAddress(address: string, port: number): ComparedAddress {
  const bytes = parseIp(address) ?? new Uint8Array(4)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { words: Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i)), port }
}

function comparedService(service: ServiceKey): ComparedService {
  const family = serviceFamily(service)
  if (service.fwmark !== undefined) return { words: [0], port: 0, fwmark: service.fwmark, family, protocol: 0 }
  const protocol = PROTOCOLS[service.protocol] ?? Number(service.protocol.slice('ip-'.length))
  return { ...comparedAddress(service.address, service.port), fwmark: 0, family, protocol }
}

function compareAddresses(a: ComparedAddress, b: ComparedAddress): number {
  for (let i = 0; i < a.words.length; i++) {
    const difference = ((a.words[i] ?? 0) - (b.words[i] ?? 0)) | 0
    if (difference !== 0) return difference
  }
  return a.port - b.port
}

/**
 * glibc's qsort(3), a merge sort that halves from the top. That comparison is no order (a < b < c < a), so the result
 * depends on which are compared.
 */
function order<K, T>(items: readonly (readonly [K, T])[], compare: (a: K, b: K) => number): readonly T[] {
  const sort = (part: readonly (readonly [K, T])[]): readonly (readonly [K, T])[] => {
    if (part.length < 2) return part
    const middle = part.length >> 1
    const [left, right] = [sort(part.slice(0, middle)), sort(part.slice(middle))]
    const merged: (readonly [K, T])[] = []
    let [i, j] = [0, 0]
    for (;;) {
      const [a, b] = [left[i], right[j]]
      if (a === undefined || b === undefined) return [...merged, ...left.slice(i), ...right.slice(j)]
      if (compare(a[0], b[0]) <= 0) {
        merged.push(a)
        i++
      } else {
        merged.push(b)
        j++
      }
    }
  }
  return sort(items).map(([, item]) => item)
}
