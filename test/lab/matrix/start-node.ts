/**
 * Starts a node of a cell, and asks its kernel what it holds.
 */
import { startFrr } from '../frr.ts'
import type { Host } from '../host.ts'
import { type LabRouter, startKeepalived, startOurs } from '../router.ts'
import type { Cell } from './cell.ts'
import { configurationOf, VRID, virtualAddresses } from './setting.ts'

/** Starts the daemon that is node `node` of a cell. @param interval - seconds between adverts */
export function startNode({ setting, daemons }: Cell, node: number, host: Host, interval: number): Promise<LabRouter> {
  const { version, family, priorities } = setting
  switch (daemons[node]) {
    case 'frr':
      return startFrr(host, {
        version,
        vrid: VRID,
        priority: priorities[node] ?? 0,
        advertInt: interval,
        addresses: virtualAddresses(family),
      })
    case 'keepalived':
      return startKeepalived(host, configurationOf(setting, node, interval))
    default:
      return startOurs(host, configurationOf(setting, node, interval))
  }
}

interface LinkAnswer {
  readonly operstate: string
  readonly addr_info: readonly { readonly local?: string }[]
}

/** Whether a host answers for an address: it is on an interface that is up. FRR takes the interface down instead. */
export async function holdsAddress(host: Host, address: string): Promise<boolean> {
  const links: unknown = JSON.parse(await host.run('ip', '-json', 'address', 'show'))
  return (links as readonly LinkAnswer[]).some(
    link => link.operstate === 'UP' && link.addr_info.some(({ local }) => local === address),
  )
}
