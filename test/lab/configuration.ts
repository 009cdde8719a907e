/**
 * The configurations that the lab runs.
 */
import { readFileSync } from 'node:fs'

/** The seed's simplest mode, as it is in the fixtures: VRID 103, PASS renwole0, group 224.0.0.111. */
export function singleNetwork(node: 'master' | 'backup'): string {
  return readFileSync(new URL(`../../../fixtures/keepalived/single-network-${node}.conf`, import.meta.url), 'utf8')
}

/** What {@link configure} can vary. */
export interface RouterOptions {
  readonly version: 2 | 3
  readonly vrid: number
  readonly priority: number
  /** Seconds, as in keepalived.conf. */
  readonly advertInt: number
  readonly addresses: readonly string[]
  /** More of the instance. */
  readonly lines?: string
}

/** A keepalived.conf with one instance on eth0. */
export function configure({ version, vrid, priority, advertInt, addresses, lines = '' }: RouterOptions): string {
  return `
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    version ${version}
    virtual_router_id ${vrid}
    priority ${priority}
    advert_int ${advertInt}
    ${lines}
    virtual_ipaddress {
${addresses.map(address => `        ${address}`).join('\n')}
    }
}
`
}

type Interval = Pick<RouterOptions, 'version' | 'priority' | 'advertInt'>

/**
 * How long a backup waits after the master's last advert, in milliseconds: Active_Down_Interval of RFC 9568 §6.1, with
 * the skew time of its own priority. Written out here so that the lab does not trust the library's own figure.
 */
export function downInterval({ version, priority, advertInt }: Interval): number {
  return 3000 * advertInt + skewTime({ version, priority, advertInt })
}

/** Skew time in milliseconds: RFC 3768 §6.1 counts it in seconds, RFC 9568 §6.1 in advertisement intervals. */
export function skewTime({ version, priority, advertInt }: Interval): number {
  return ((256 - priority) / 256) * 1000 * (version === 2 ? 1 : advertInt)
}
