/**
 * A table as `ipvsadm -Sn` writes it, and the thresholds (-x, -y) that ipvsadm leaves out.
 */
import type { Destination, Forward } from './destination.ts'
import { orderDestinations, orderServices } from './ipvsadm-order.ts'
import { type Scheduling, schedulerFlagNames } from './scheduling.ts'
import type { Service } from './service.ts'
import { formatEndpoint, type ServiceKey } from './service-key.ts'
import type { IpvsTable } from './table.ts'

/** The lines of a table: each service, then its destinations, in ipvsadm's order. */
export function formatIpvsadm(table: IpvsTable): readonly string[] {
  const lines: string[] = []
  for (const service of orderServices(table)) {
    const name = formatServiceOptions(service)
    lines.push(`-A ${name}${formatSettings(service)}`)
    for (const destination of orderDestinations(service.destinations)) {
      lines.push(`-a ${name} ${formatDestinationOptions(destination)}`)
    }
  }
  return lines
}

/** The options that name a service: `-t 192.0.2.1:80`, `-f 7 -6`. */
export function formatServiceOptions(key: ServiceKey): string {
  if (key.fwmark !== undefined) return key.family === 6 ? `-f ${key.fwmark} -6` : `-f ${key.fwmark}`
  const option = { tcp: '-t', udp: '-u', sctp: '--sctp-service' }[key.protocol as string] ?? '--xxx-service'
  return `${option} ${formatEndpoint(key.address, key.port)}`
}

/** ` -s sh -p 50 -M 255.255.255.0 -b sh-port` */
function formatSettings(service: Service): string {
  const { scheduler, persistence, persistenceEngine, onePacket } = service
  let text = ` -s ${scheduler}`
  if (persistence !== false) {
    text += ` -p ${persistence.timeout}`
    if (!isWholeAddress(persistence.mask)) text += ` -M ${persistence.mask}`
  }
  if (persistenceEngine !== false) text += ` --pe ${persistenceEngine}`
  if (onePacket) text += ' -o'
  if (service.schedulerFlags.length > 0) text += ` -b ${formatSchedulerFlags(service)}`
  return text
}

/** `sh-fallback,sh-port` */
export function formatSchedulerFlags({ scheduler, schedulerFlags }: Scheduling): string {
  const given: readonly string[] = schedulerFlags
  return schedulerFlagNames(scheduler)
    .filter(name => given.includes(name))
    .join(',')
}

/** Whether each address is a client of its own: the mask is not written then. */
export function isWholeAddress(mask: string | number): boolean {
  return mask === '255.255.255.255' || mask === 128
}

/** The options of a destination: `-r 10.0.0.1:80 -m -w 1`. */
export function formatDestinationOptions(destination: Destination): string {
  const { address, port, forward, weight, upperThreshold, lowerThreshold } = destination
  let text = `-r ${formatEndpoint(address, port)} ${formatWay(forward)} -w ${weight}`
  if (upperThreshold !== 0) text += ` -x ${upperThreshold}`
  if (lowerThreshold !== 0) text += ` -y ${lowerThreshold}`
  return text + formatTunnel(forward)
}

function formatWay(forward: Forward): string {
  if (typeof forward === 'object') return 'tunnel' in forward || forward.unknown.startsWith('tunnel') ? '-i' : '(null)'
  // ipvsadm has no letter for the other two; it reads what is local as -g, which comes to the same.
  return { masq: '-m', droute: '-g', local: '-g', bypass: '(null)' }[forward]
}

function formatTunnel(forward: Forward): string {
  if (typeof forward === 'string' || 'unknown' in forward) return ''
  if (forward.tunnel === 'ipip') return ' --tun-type ipip'
  const port = forward.tunnel === 'gue' ? ` --tun-port ${forward.port}` : ''
  return ` --tun-type ${forward.tunnel}${port} --tun-${forward.checksum}`
}
