/**
 * A table as `ipvsadm -Ln` prints it, in each of its forms.
 */
import type { DestinationState, Forward } from './destination.ts'
import { formatSchedulerFlags, isWholeAddress } from './format-ipvsadm.ts'
import { orderDestinations, orderServices } from './ipvsadm-order.ts'
import type { ServiceState } from './service.ts'
import { formatEndpoint, type ServiceKey } from './service-key.ts'
import type { Statistics } from './statistics.ts'

/** A service as it was read, with its destinations. */
export type ListedService = ServiceState & { readonly destinations: readonly DestinationState[] }

/** What the lines tell: ipvsadm's options of the same names; `connections` is what it prints without one. */
export type ListingForm = 'connections' | 'stats' | 'rate' | 'thresholds' | 'persistent-conn' | 'tun-info'

/** How {@link formatListing} prints. */
export interface ListingOptions {
  /** Default `connections`. */
  readonly form?: ListingForm
  /** Large numbers in full, instead of with K, M, G, T. Default false. */
  readonly exact?: boolean
  /** In ipvsadm's order, not the kernel's. Default true. */
  readonly sort?: boolean
}

/** The first line of a whole table. @param version - `1.2.1` @param size - of the connection table */
export function formatListingHead(version: string, size: number): string {
  return `IP Virtual Server version ${version} (size=${size})`
}

/** The lines about services, as `ipvsadm -Ln` prints them. */
export function formatListing(services: readonly ListedService[], options: ListingOptions = {}): readonly string[] {
  const { form = 'connections', exact = false, sort = true } = options
  const { title, service: serviceLine, destination: destinationLine } = FORMS[form](exact)
  const lines = [...title]
  for (const service of sort ? orderServices(services) : services) {
    lines.push(serviceLine(service))
    const { destinations } = service
    for (const each of sort ? orderDestinations(destinations) : destinations) {
      lines.push(`  -> ${formatEndpoint(each.address, each.port).padEnd(28)}${destinationLine(each)}`)
    }
  }
  return lines
}

interface Form {
  readonly title: readonly string[]
  service(service: ListedService): string
  /** What follows its address. */
  destination(destination: DestinationState): string
}

const LOCAL = 'Prot LocalAddress:Port'
const REMOTE = '  -> RemoteAddress:Port'

const FORMS: Readonly<Record<ListingForm, (exact: boolean) => Form>> = {
  connections: () => ({
    title: [`${LOCAL} Scheduler Flags`, `${REMOTE}           Forward Weight ActiveConn InActConn`],
    service: describe,
    destination: each => ` ${forwardName(each.forward).padEnd(7)} ${pad(each.weight, 6)} ${live(each)}`,
  }),
  'tun-info': () => ({
    title: [`${LOCAL} Scheduler Flags`, `${REMOTE}           Forward TunnelInfo    Weight ActiveConn InActConn`],
    service: describe,
    destination: each =>
      ` ${forwardName(each.forward).padEnd(7)} ${tunnelName(each.forward).padEnd(13)} ${pad(each.weight, 6)} ${live(each)}`,
  }),
  thresholds: () => ({
    title: [`${LOCAL.padEnd(33)} Uthreshold Lthreshold ActiveConn InActConn `, REMOTE],
    service: describe,
    destination: each => ` ${pad(each.upperThreshold, 10)} ${pad(each.lowerThreshold, 10)} ${live(each)}`,
  }),
  'persistent-conn': () => ({
    title: [`${LOCAL.padEnd(33)} Weight    PersistConn ActiveConn InActConn `, REMOTE],
    service: describe,
    destination: each => ` ${pad(each.weight, 9)} ${pad(each.persistentConnections, 11)} ${live(each)}`,
  }),
  stats: exact => {
    const numbers = (of: Statistics) =>
      [of.connections, of.incomingPackets, of.outgoingPackets, of.incomingBytes, of.outgoingBytes]
        .map(value => formatLarge(value, exact))
        .join('')
    return {
      title: [`${LOCAL.padEnd(33)}    Conns   InPkts  OutPkts  InBytes OutBytes`, REMOTE],
      service: service => nameOf(service).padEnd(33) + numbers(service.statistics),
      destination: each => numbers(each.statistics),
    }
  },
  rate: exact => ({
    title: [`${LOCAL.padEnd(33)}      CPS    InPPS   OutPPS    InBPS   OutBPS`, REMOTE],
    service: service => {
      const of = service.statistics
      const rates = [of.connectionRate, of.incomingPacketRate, of.outgoingPacketRate]
      return nameOf(service).padEnd(33) + rates.map(rate => formatLarge(rate, exact)).join('') + bytes(of, exact)
    },
    // Of destinations ipvsadm prints these in full.
    destination: ({ statistics: of }) =>
      [of.connectionRate, of.incomingPacketRate, of.outgoingPacketRate]
        .map(rate => ` ${rate.toString().padStart(8)}`)
        .join('') + bytes(of, exact),
  }),
}

function bytes({ incomingByteRate, outgoingByteRate }: Statistics, exact: boolean): string {
  return formatLarge(incomingByteRate, exact) + formatLarge(outgoingByteRate, exact)
}

function live({ activeConnections, inactiveConnections }: DestinationState): string {
  return `${pad(activeConnections, 10)} ${pad(inactiveConnections, 10)}`
}

function pad(value: number, width: number): string {
  return String(value).padEnd(width)
}

/** `TCP  192.0.2.1:80 rr persistent 50`: two blanks after TCP, UDP and FWM, one after SCTP. */
function describe(service: ListedService): string {
  const { scheduler, schedulerFlags, persistence, persistenceEngine, onePacket } = service
  let text = `${nameOf(service)} ${scheduler}`
  if (schedulerFlags.length > 0) text += ` (${formatSchedulerFlags(service)})`
  if (persistence !== false) {
    text += ` persistent ${persistence.timeout}`
    if (!isWholeAddress(persistence.mask)) text += ` mask ${persistence.mask}`
  }
  if (persistenceEngine !== false) text += ` pe ${persistenceEngine}`
  return onePacket ? `${text} ops` : text
}

function nameOf(key: ServiceKey): string {
  if (key.fwmark !== undefined) return key.family === 6 ? `FWM  ${key.fwmark} IPv6` : `FWM  ${key.fwmark}`
  return `${key.protocol.toUpperCase().padEnd(4)} ${formatEndpoint(key.address, key.port)}`
}

function forwardName(forward: Forward): string {
  if (typeof forward === 'object')
    return 'tunnel' in forward || forward.unknown.startsWith('tunnel') ? 'Tunnel' : '(null)'
  return { masq: 'Masq', droute: 'Route', local: 'Local', bypass: '(null)' }[forward]
}

const CHECKSUM_SIGNS = { nocsum: '-c', csum: '+c', remcsum: 'r+c' } as const

function tunnelName(forward: Forward): string {
  if (typeof forward === 'string' || 'unknown' in forward) return 'n/a'
  if (forward.tunnel === 'ipip') return 'ipip'
  const port = forward.tunnel === 'gue' ? `:${forward.port}` : ''
  return `${forward.tunnel}${port}:${CHECKSUM_SIGNS[forward.checksum]}`
}

/** A counter in nine columns: `12345678`, `123456K`; in full, and wider where it must, when `exact`. */
function formatLarge(value: bigint, exact: boolean): string {
  if (exact) {
    const text = value.toString()
    return text.padStart(Math.max(9, text.length + 1))
  }
  const [divisor, unit] =
    value < 10n ** 8n
      ? [1n, '']
      : value < 10n ** 9n
        ? [10n ** 3n, 'K']
        : value < 10n ** 11n
          ? [10n ** 6n, 'M']
          : value < 10n ** 14n
            ? [10n ** 9n, 'G']
            : [10n ** 12n, 'T']
  return `${value / divisor}${unit}`.padStart(9)
}
