/**
 * A load balancer under test, ours or real keepalived, as the lab's tests in a kernel with IPVS drive it.
 */
import { readFileSync, rmSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formatIpvsadm, IpvsClient } from '../../lib/ipvs/index.ts'
import type { Host } from './host.ts'
import { insideNamespace } from './namespace.ts'
import { type LabRouter, MAIN, type StartRouter, stopRouter, untilGone, writeConfiguration } from './router.ts'

/** Real keepalived with both of its children, VRRP and checkers, where the configuration has use for them. */
export const startKeepalivedDirector: StartRouter = async (host, configuration) => {
  const file = writeConfiguration(host, configuration)
  const pidFile = (kind: string) => join(host.directory, `${kind}.pid`)
  const pidFlags = ['-p', pidFile('keepalived'), '-r', pidFile('vrrp'), '-c', pidFile('checkers')]
  const daemon = host.start('keepalived', 'keepalived', '-n', '-G', '-l', '-D', '-f', file, ...pidFlags)
  const hasInstance = configuration.includes('vrrp_instance')
  const started = [...(hasInstance ? [/Entering (BACKUP|MASTER) STATE/] : []), /Initializing ipvs/]
  for (const line of started) await daemon.untilLog(line)
  return {
    host,
    daemon,
    async crash() {
      const children = (hasInstance ? ['vrrp', 'checkers'] : ['checkers']).map(kind =>
        Number(readFileSync(pidFile(kind), 'utf8')),
      )
      // As in startKeepalived: the parent would restart its children, and its death would warn them.
      daemon.signal('SIGSTOP')
      for (const child of children) process.kill(child, 'SIGKILL')
      for (const child of children) await untilGone(child)
      daemon.signal('SIGKILL')
      await daemon.untilEnd()
      for (const kind of ['keepalived', 'vrrp', 'checkers']) rmSync(pidFile(kind), { force: true })
    },
    stop: () => stopRouter(daemon),
  }
}

/** `vrrp-cli run`, as compiled, with virtual routers and virtual servers. */
export const startOurDirector: StartRouter = async (host, configuration) => {
  const file = writeConfiguration(host, configuration)
  const pidFile = join(host.directory, 'vrrp-cli.pid')
  const socket = join(host.directory, 'status.sock')
  const flags = ['-n', '-G', '-l', '-D', '-f', file, '-p', pidFile, '--status-socket', socket]
  const daemon = host.start('vrrp-cli', process.execPath, MAIN, 'run', ...flags)
  const hasInstance = configuration.includes('vrrp_instance')
  const started = [...(hasInstance ? [/Entering (BACKUP|MASTER) STATE/] : []), /Initializing ipvs/]
  for (const line of started) await daemon.untilLog(line, { within: 20_000 })
  return {
    host,
    daemon,
    async crash() {
      daemon.signal('SIGKILL')
      await daemon.untilEnd()
    },
    stop: () => stopRouter(daemon),
  }
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
