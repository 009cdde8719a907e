/**
 * As many virtual routers on one interface as one can have, for the benchmarks.
 */

/** What varies. */
export interface ManyInstances {
  /** 1-255 */
  readonly count: number
  /** 255: an owner, which is master at once. */
  readonly priority: number
  /** Milliseconds, 10-40950. */
  readonly interval: number
}

/** The address of virtual router `vrid`. */
export function addressOfInstance(vrid: number): string {
  return `10.9.1.${vrid}`
}

/** A keepalived.conf with virtual routers 1 to `count` on eth0, version 3, without authentication. */
export function configureMany({ count, priority, interval }: ManyInstances): string {
  const instance = (vrid: number) => `
vrrp_instance VI_${vrid} {
    state ${priority === 255 ? 'MASTER' : 'BACKUP'}
    interface eth0
    version 3
    virtual_router_id ${vrid}
    priority ${priority}
    advert_int ${interval / 1000}
    garp_master_delay 1
    virtual_ipaddress {
        ${addressOfInstance(vrid)}
    }
}
`
  return Array.from({ length: count }, (_, index) => instance(index + 1)).join('')
}
