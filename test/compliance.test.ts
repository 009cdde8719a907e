/**
 * The ports of the simulation under the suites that the kernel's ports pass too.
 */
import t from 'tap'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../lib/simulation/index.ts'
import { milliseconds } from '../lib/time/index.ts'
import { portsCompliance } from './ports-compliance.ts'
import { transportCompliance } from './transport-compliance.ts'
import { virtualMacCompliance } from './virtual-mac-compliance.ts'

function world(...own: string[][]) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock, delay: milliseconds(0.1) })
  const hosts = own.map((addresses, i) => new MemoryHost(network, `host${i}`, [{ name: 'eth0', addresses }]))
  const until = async (condition: () => boolean) => {
    clock.advance(milliseconds(clock.now() + 1000))
    if (!condition()) throw new Error('a simulated second was not enough')
  }
  return { hosts, until }
}

for (const family of [4, 6] as const) {
  transportCompliance(t, 'memory', family, async () => {
    const { hosts, until } = world(['10.9.0.1', 'fe80::1'], ['10.9.0.2', 'fe80::2'])
    const [a, b] = hosts.map(host => {
      const { transport } = new MemoryPorts(host)
      const [four = '', six = ''] = host.interfaces.get('eth0')?.own ?? []
      return { transport, interface: 'eth0', addresses: { 4: four, 6: six } }
    })
    if (a === undefined || b === undefined) throw new Error('two hosts were made')
    return { a, b, until, close: () => {} }
  })
}

portsCompliance(t, 'memory', async () => {
  const { hosts, until } = world(['10.9.0.1'])
  const [host] = hosts
  if (host === undefined) throw new Error('one host was made')
  const { addressManager, links, announcer } = new MemoryPorts(host)
  return {
    addressManager,
    links,
    announcer,
    interface: 'eth0',
    address: '10.9.0.1',
    present: async () => host.interfaces.get('eth0')?.link().addresses ?? [],
    interfere: async (verb, address) => {
      if (verb === 'add') host.addAddress(address)
      else host.removeAddress(address.interface, address.address)
    },
    plug: plugged => host.plug('eth0', plugged),
    until,
    close: () => {},
  }
})

virtualMacCompliance(t, 'memory', async () => {
  const { hosts } = world(['10.9.0.1'])
  const [host] = hosts
  if (host === undefined) throw new Error('one host was made')
  const { virtualMacs, links } = new MemoryPorts(host)
  return {
    virtualMacs,
    links,
    remove: async name => {
      host.removeVirtualInterface(name)
    },
    close: () => {},
  }
})
