/**
 * FRRouting's vrrpd as a peer. It answers for an address through a macvlan with the virtual MAC, which it takes up and
 * down by protodown, and it needs zebra beside it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RouterOptions } from './configuration.ts'
import type { Host } from './host.ts'
import { killRouter, type LabRouter, stopRouter } from './router.ts'

/** Starts zebra and vrrpd on a host. The addresses are of one family. */
export async function startFrr(host: Host, options: RouterOptions): Promise<LabRouter> {
  const { version, vrid, priority, advertInt, addresses } = options
  const directory = join(host.directory, 'frr')
  if (!existsSync(directory)) await addMacvlan(host, options)
  mkdirSync(directory, { recursive: true })

  const lines = [
    'debug vrrp',
    'interface eth0',
    ` vrrp ${vrid} version ${version}`,
    ` vrrp ${vrid} priority ${priority}`,
    ` vrrp ${vrid} advertisement-interval ${advertInt * 1000}`,
    ...addresses.map(address => ` vrrp ${vrid} ${isIpv6(address) ? 'ipv6' : 'ip'} ${address}`),
    '',
  ]
  writeFileSync(join(directory, 'vrrpd.conf'), lines.join('\n'))
  writeFileSync(join(directory, 'zebra.conf'), '')
  // It refuses to run as root.
  execFileSync('chown', ['-R', 'frr:frr', directory])
  const start = (name: string) => {
    const place = ['-f', join(directory, `${name}.conf`), '-i', join(directory, `${name}.pid`)]
    const sockets = ['--vty_socket', directory, '-z', join(directory, 'zserv.api'), '-P', '0']
    const program = `/usr/lib/frr/${name}`
    return host.start(
      name,
      program,
      ...place,
      ...sockets,
      '-u',
      'frr',
      '-g',
      'frr',
      '--log',
      'stdout',
      '--log-level',
      'debug',
    )
  }
  const zebra = start('zebra')
  await zebra.untilLog(/zebra \S+ starting/)
  const daemon = start('vrrpd')
  await daemon.untilLog(/Initialize -> (Backup|Master)/)
  return {
    host,
    daemon,
    async crash() {
      await killRouter(daemon)
      await killRouter(zebra)
    },
    async stop() {
      await stopRouter(daemon)
      await stopRouter(zebra)
    },
  }
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}

/** The macvlan of a virtual router: FRR finds it by its MAC address. */
function macvlanOf({ vrid, addresses }: Pick<RouterOptions, 'vrid' | 'addresses'>) {
  const [family, prefixLength] = addresses.some(isIpv6) ? [6, 64] : [4, 24]
  const suffix = vrid.toString(16).padStart(2, '0')
  return { name: `vrrp${family}-${vrid}`, mac: `00:00:5e:00:0${family === 6 ? 2 : 1}:${suffix}`, prefixLength }
}

async function addMacvlan(host: Host, { vrid, addresses }: RouterOptions): Promise<void> {
  const { name, mac, prefixLength } = macvlanOf({ vrid, addresses })
  await host.run('ip', 'link', 'add', name, 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge')
  await host.run('ip', 'link', 'set', name, 'address', mac)
  for (const address of addresses) {
    const nodad = isIpv6(address) ? ['nodad'] : []
    await host.run('ip', 'address', 'add', `${address}/${prefixLength}`, 'dev', name, ...nodad)
  }
  await host.run('ip', 'link', 'set', name, 'up')
}

/** Whether FRR answers for its addresses: the macvlan is up. */
export async function frrHolds(host: Host, vrid: number): Promise<boolean> {
  const links: unknown = JSON.parse(await host.run('ip', '-json', 'link', 'show', 'dev', `vrrp4-${vrid}`))
  const [link] = links as { operstate: string }[]
  return link?.operstate === 'UP'
}
