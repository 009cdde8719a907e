/**
 * What every VirtualMacManager must do: the same suite runs over memory and over the kernel.
 */
import type { Test } from 'tap'
import type { LinkWatch, VirtualInterface, VirtualMacManager } from '../lib/instance/index.ts'
import { scenesOver } from './scenes.ts'

/** One host with `eth0`. */
export interface VirtualMacHost {
  readonly virtualMacs: VirtualMacManager
  readonly links: LinkWatch
  /** Deletes an interface behind the back of the manager. */
  remove(name: string): Promise<void>
  close(): void
}

const one: VirtualInterface = { name: 'vrrp.51', parent: 'eth0', mac: '00:00:5e:00:01:33', ipv4: true, ipv6: false }
const two: VirtualInterface = { name: 'vrrp6.51', parent: 'eth0', mac: '00:00:5e:00:02:33', ipv4: false, ipv6: true }

/** Runs the suite. `makeHost` is called for each test; the host is closed after it. */
export function virtualMacCompliance(t: Test, name: string, makeHost: () => Promise<VirtualMacHost>): void {
  const scene = scenesOver(t, name, makeHost)
  const macs = ({ links }: VirtualMacHost) => [one, two].map(({ name }) => links.get(name)?.mac)

  scene('apply makes the desired set exactly what is there', async (t, host) => {
    const made = host.virtualMacs.apply('a', [one, two])
    t.strictSame(macs(host), [one.mac, two.mac], 'there when the call returns')
    await made
    await host.virtualMacs.apply('a', [one, two])
    await host.virtualMacs.apply('a', [two])
    t.strictSame(macs(host), [undefined, two.mac])
    await host.virtualMacs.apply('a', [])
    await host.virtualMacs.apply('a', [])
    t.strictSame(macs(host), [undefined, undefined])
  })

  scene('what another owner takes over in the same turn stays', async (t, host) => {
    await host.virtualMacs.apply('a', [one])
    const index = host.links.get(one.name)?.index
    await Promise.all([host.virtualMacs.apply('a', []), host.virtualMacs.apply('b', [one])])
    t.equal(host.links.get(one.name)?.index, index)
    await host.virtualMacs.apply('b', [])
    t.equal(host.links.get(one.name), undefined)
  })

  scene('another MAC under the same name', async (t, host) => {
    await host.virtualMacs.apply('a', [one])
    const other = { ...one, mac: '00:00:5e:00:01:34' }
    await Promise.all([host.virtualMacs.apply('a', []), host.virtualMacs.apply('b', [other])])
    t.equal(host.links.get(one.name)?.mac, other.mac)
    await host.virtualMacs.apply('b', [])
  })

  scene('apply repairs', async (t, host) => {
    await host.virtualMacs.apply('a', [one])
    await host.remove(one.name)
    t.equal(host.links.get(one.name), undefined)
    await host.virtualMacs.apply('a', [one])
    t.equal(host.links.get(one.name)?.mac, one.mac)
    await host.remove(one.name)
    await host.virtualMacs.apply('a', [])
    t.equal(host.links.get(one.name), undefined, 'gone already is no error')
  })

  scene('without the interface below it rejects, with the rest done', async (t, host) => {
    const refused = await host.virtualMacs
      .apply('a', [{ ...one, parent: 'absent0' }, two])
      .catch((error: unknown) => error)
    t.match(refused, { code: 'ERR_INTERFACE' })
    t.strictSame(macs(host), [undefined, two.mac])
    await host.virtualMacs.apply('a', [])
  })
}
