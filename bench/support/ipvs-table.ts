/**
 * The table of the IPVS benchmark, for everybody who is to make it: 1,000 services with 10 destinations each.
 */
import { completeTable, type DesiredService, formatIpvsadm } from '../../lib/ipvs/index.ts'

/** Services of the table. */
export const SERVICES = 1000
/** Destinations of each. */
export const DESTINATIONS = 10

/** Service number `index`. @param weight of its destinations */
export function serviceOf(index: number, weight = 1): DesiredService {
  const destinations = Array.from({ length: DESTINATIONS }, (_, i) => ({
    address: `10.${index >> 8}.${index & 255}.${i + 1}`,
    port: 8080,
    forward: 'masq' as const,
    weight,
  }))
  const address = `192.168.${index >> 8}.${index & 255}`
  return { protocol: 'tcp', address, port: 80, scheduler: 'rr', destinations }
}

/** All of them. */
export function wholeTable(): readonly DesiredService[] {
  return Array.from({ length: SERVICES }, (_, index) => serviceOf(index + 1))
}

/** As `ipvsadm -R` reads it. */
export function tableText(): string {
  return formatIpvsadm(completeTable(wholeTable()))
    .map(line => `${line}\n`)
    .join('')
}

/** A keepalived.conf without checkers. @param heavier - the one service, by number, whose first server has weight 2 */
export function tableConfiguration(heavier?: number): string {
  return Array.from({ length: SERVICES }, (_, index) => virtualServer(index + 1, index + 1 === heavier)).join('')
}

function virtualServer(index: number, heavier: boolean): string {
  const { address, destinations } = serviceOf(index) as { address: string } & DesiredService
  const servers = (destinations ?? []).map(
    (server, i) => `    real_server ${server.address} ${server.port} {
        weight ${heavier && i === 0 ? 2 : 1}
    }
`,
  )
  return `virtual_server ${address} 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
${servers.join('')}}
`
}
