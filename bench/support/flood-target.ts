/**
 * The router that a flood is sent to: two backups, and a master whose rhythm is watched.
 */

/** Password of both backups. */
export const FLOODED_PASSWORD = 'secret12'

/** The virtual routers: a backup with a password, one with AH, and the master. */
export const FLOODED = {
  plain: { vrid: 51, address: '10.9.1.51' },
  sealed: { vrid: 53, address: '10.9.1.53' },
  master: { vrid: 52, address: '10.9.1.52' },
} as const

/** Milliseconds between the adverts of the master. */
export const FLOODED_INTERVAL = 10

/** Its keepalived.conf. */
export function configureFlooded(): string {
  const instance = ({ vrid, address }: { vrid: number; address: string }, ...lines: readonly string[]) => `
vrrp_instance VI_${vrid} {
    interface eth0
    virtual_router_id ${vrid}
    garp_master_delay 1
    ${lines.join('\n    ')}
    virtual_ipaddress {
        ${address}
    }
}
`
  const backup = (type: string) => [
    'version 2',
    'state BACKUP',
    'priority 100',
    'advert_int 1',
    `authentication {\n        auth_type ${type}\n        auth_pass ${FLOODED_PASSWORD}\n    }`,
  ]
  const master = ['version 3', 'state MASTER', 'priority 255', `advert_int ${FLOODED_INTERVAL / 1000}`]
  return [
    instance(FLOODED.plain, ...backup('PASS')),
    instance(FLOODED.sealed, ...backup('AH')),
    instance(FLOODED.master, ...master),
  ].join('')
}
