/**
 * What every AddressManager, LinkWatch and Announcer must do: the same suite runs over memory and over the kernel.
 */
import type { Test } from 'tap'
import { SystemError, VrrpError } from '../lib/errors.ts'
import { gratuitousArp } from '../lib/garp/index.ts'
import type { AddressManager, Announcer, LinkWatch, VirtualAddress } from '../lib/instance/index.ts'
import { scenesOver } from './scenes.ts'

/** One host with its ports. */
export interface PortsHost {
  readonly addressManager: AddressManager
  readonly links: LinkWatch
  readonly announcer: Announcer
  readonly interface: string
  /** Its own address on the interface. */
  readonly address: string
  /** The addresses on the interface, seen from outside the ports. */
  present(): Promise<readonly string[]>
  /** Puts an address on, or takes it off, behind the back of the ports. */
  interfere(verb: 'add' | 'del', address: VirtualAddress): Promise<void>
  /** Pulls the cable, or plugs it in. */
  plug(plugged: boolean): void
  /** Lets events arrive until the condition holds. @throws Error when it never does. */
  until(condition: () => boolean): Promise<void>
  close(): void
}

/** Runs the suite. `makeHost` is called for each test; the host is closed after it. */
export function portsCompliance(t: Test, name: string, makeHost: () => Promise<PortsHost>): void {
  const scene = scenesOver(t, name, makeHost)
  const vip = (host: PortsHost, last: number): VirtualAddress => ({
    address: `10.9.0.${last}`,
    prefixLength: 32,
    interface: host.interface,
  })

  scene('apply makes the desired set exactly what is held', async (t, host) => {
    const { addressManager: manager, address } = host
    await manager.apply('one', [vip(host, 100), vip(host, 101)])
    t.strictSame(await host.present(), [address, '10.9.0.100', '10.9.0.101'])
    await manager.apply('one', [vip(host, 101), vip(host, 102)])
    t.strictSame(new Set(await host.present()), new Set([address, '10.9.0.101', '10.9.0.102']))
    await manager.apply('one', [vip(host, 101), vip(host, 102)])
    t.strictSame(new Set(await host.present()), new Set([address, '10.9.0.101', '10.9.0.102']), 'again')
    await manager.apply('one', [])
    t.strictSame(await host.present(), [address])
    await manager.apply('one', [])
    t.strictSame(await host.present(), [address], 'nothing twice')
  })

  scene('what two owners hold stays until both let go', async (t, host) => {
    const { addressManager: manager, address } = host
    await manager.apply('one', [vip(host, 100)])
    await manager.apply('two', [vip(host, 100)])
    await manager.apply('one', [])
    t.strictSame(await host.present(), [address, '10.9.0.100'])
    await manager.apply('two', [])
    t.strictSame(await host.present(), [address])
  })

  scene('an address that is there already, or gone already, is no error; apply repairs', async (t, host) => {
    const { addressManager: manager, address } = host
    await host.interfere('add', vip(host, 100))
    await manager.apply('one', [vip(host, 100)])
    await host.interfere('del', vip(host, 100))
    await manager.apply('one', [vip(host, 100)])
    t.strictSame(await host.present(), [address, '10.9.0.100'])
    await host.interfere('del', vip(host, 100))
    await manager.apply('one', [])
    t.strictSame(await host.present(), [address])
  })

  scene('the latest of two calls wins', async (t, host) => {
    const { addressManager: manager, address } = host
    await Promise.all([manager.apply('one', [vip(host, 100)]), manager.apply('one', [])])
    t.strictSame(await host.present(), [address])
  })

  scene('what was left over is removed, and told', async (t, host) => {
    await host.interfere('add', vip(host, 100))
    const removed = await host.addressManager.removeLeftOver([vip(host, 100), vip(host, 101)])
    t.strictSame(removed, [vip(host, 100)])
    t.strictSame(await host.present(), [host.address])
  })

  scene('an interface that does not exist rejects, and the rest is done', async (t, host) => {
    const absent = { ...vip(host, 101), interface: 'absent0' }
    const refused = await host.addressManager.apply('one', [absent, vip(host, 100)]).catch((error: unknown) => error)
    t.ok(refused instanceof VrrpError && refused.code === 'ERR_INTERFACE')
    t.strictSame(await host.present(), [host.address, '10.9.0.100'])
  })

  scene('a link tells its state, and changes of it', async (t, host) => {
    const { links, interface: name, until } = host
    await until(() => links.get(name)?.running === true)
    t.equal(links.get('absent0'), undefined)
    const link = links.get(name)
    t.strictSame(link?.addresses, [host.address])
    t.match(link?.mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    const told: string[] = []
    const end = links.subscribe((changed, now) => told.push(`${changed} ${now?.running} ${now?.addresses.length}`))
    await host.addressManager.apply('one', [vip(host, 100)])
    t.strictSame(links.get(name)?.addresses, [host.address, '10.9.0.100'], 'known before the event loop turned')
    await until(() => told.includes(`${name} true 2`))
    host.plug(false)
    await until(() => told.at(-1) === `${name} false 2`)
    host.plug(true)
    await until(() => told.at(-1) === `${name} true 2`)
    end()
    const before = told.length
    await host.addressManager.apply('one', [])
    await until(() => links.get(name)?.addresses.length === 1)
    t.equal(told.length, before, 'not after the end of the subscription')
  })

  scene('frames leave at once, and not from an interface that does not exist', async (t, host) => {
    const frame = gratuitousArp({ mac: '00:00:5e:00:01:0a', address: '10.9.0.100' })
    t.doesNotThrow(() => host.announcer.send(frame, host.interface))
    const refused = (() => {
      try {
        return host.announcer.send(frame, 'absent0')
      } catch (error) {
        return error
      }
    })()
    t.ok(refused instanceof SystemError || refused instanceof RangeError)
  })
}
