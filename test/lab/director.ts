/**
 * A load balancer under test, ours or real keepalived, as the lab's tests in a kernel with IPVS drive it.
 */
import { networkInterfaces } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { formatIpvsadm, IpvsClient } from '../../lib/ipvs/index.ts'
import type { Host } from './host.ts'
import { insideNamespace } from './namespace.ts'
import { type LabRouter, runKeepalived, runOurs, type StartRouter } from './router.ts'

/** What says that a balancer runs. */
function startedWith(configuration: string): readonly RegExp[] {
  return [...(hasInstance(configuration) ? [/Entering (BACKUP|MASTER) STATE/] : []), /Initializing ipvs/]
}

function hasInstance(configuration: string): boolean {
  return configuration.includes('vrrp_instance')
}

/** Real keepalived with both of its children, VRRP and checkers, where the configuration has use for them. */
export const startKeepalivedDirector: StartRouter = (host, configuration) => {
  const children = hasInstance(configuration) ? (['vrrp', 'checkers'] as const) : (['checkers'] as const)
  return runKeepalived(host, configuration, children, { started: startedWith(configuration) })
}

/** `vrrp-cli run`, as compiled, with virtual routers and virtual servers. */
export const startOurDirector: StartRouter = (host, configuration) => {
  // User-mode Linux has no syslog, and is slow.
  return runOurs(host, configuration, { flags: ['-G'], started: startedWith(configuration), within: 20_000 })
}

/** The whole table of a host, as ipvsadm saves it. */
export async function savedTable(host: Host): Promise<string> {
  return await host.run('ipvsadm', '-Sn')
}

/**
 * Resolves when the table of each director is `expected`, with the milliseconds that it took. Programs are slow to start
 * in user-mode Linux, so this process looks, and ipvsadm has the last word.
 * @throws Error with the tables and logs, when that takes more than `within` ms
 */
export async function untilTable(directors: readonly LabRouter[], expected: string, within = 20_000): Promise<number> {
  const begin = performance.now()
  const clients = await Promise.all(directors.map(({ host }) => IpvsClient.open({ netns: host.namespace })))
  try {
    for (;;) {
      const tables = await Promise.all(clients.map(async client => formatIpvsadm(await client.table())))
      const took = performance.now() - begin
      if (tables.every(lines => withoutThresholds(lines) === expected)) {
        const saved = await Promise.all(directors.map(({ host }) => savedTable(host)))
        if (saved.every(table => table === expected)) return took
      }
      if (took > within) {
        const logs = directors.map(({ daemon }) => `${daemon.name}:\n${daemon.text()}`)
        const found = tables.map(lines => lines.join('\n'))
        throw new Error([`waited ${within} ms for\n${expected}but have`, ...found, ...logs].join('\n'))
      }
      await delay(50)
    }
  } finally {
    for (const client of clients) client.close()
  }
}

/** Lines as ipvsadm has them, which does not save thresholds. */
function withoutThresholds(lines: readonly string[]): string {
  return lines.map(line => `${line.replace(/ -[xy] \d+/g, '')}\n`).join('')
}

/** Resolves when an address is on an interface, or is gone from it. @throws Error with the logs after 15 seconds */
export async function untilAddress(host: Host, device: string, address: string, present = true): Promise<void> {
  const deadline = performance.now() + 15_000
  const holds = () =>
    insideNamespace(host, () => networkInterfaces()[device]?.some(each => each.address === address)) ?? false
  while (holds() !== present) {
    if (performance.now() > deadline) {
      const logs = host.daemons.map(daemon => `${daemon.name}:\n${daemon.text()}`).join('\n')
      throw new Error(`${host.name}: waited 15 s for ${address} to ${present ? 'come' : 'go'}\n${logs}`)
    }
    await delay(20)
  }
}
