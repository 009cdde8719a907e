/**
 * A kernel without nf_tables, and one without macvlan: one line each says what is missing and what comes of it, and all virtual
 * routers that can do without run.
 */
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { type Ports, specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { LinuxPacketFilter } from '../../lib/linux/nf-packet-filter.ts'
import { LinuxVirtualMacs } from '../../lib/linux/virtual-mac-manager.ts'
import { systemError } from '../../lib/netlink/index.ts'
import { KeepalivedLog } from '../../lib/router/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { HandKernel, obedient, refusedBatch } from '../netlink/hand-kernel.ts'

const [EPERM, ENODEV, EPROTONOSUPPORT, EOPNOTSUPP] = [1, 19, 93, 95]
const NO_LINKS = { get: () => undefined, known: () => undefined, message: () => undefined }
const MAC = { name: 'vrrp.51', parent: 'eth0', mac: '00:00:5e:00:01:33', ipv4: true, ipv6: false }
const NO_NF_TABLES = /the kernel has no nf_tables \(CONFIG_NF_TABLES\): addresses are reached in spite of no_accept/

/** An engine whose kernel lacks something, with the lines of its log about that. */
function scene(missing: (host: MemoryHost) => Partial<Ports>, instances: readonly Partial<VrrpInstanceOptions>[]) {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [{ name: 'eth0', addresses: ['192.0.2.1'] }])
  const { transport, addressManager, announcer, links, virtualMacs, packetFilter } = new MemoryPorts(host)
  const ports = { transport, addressManager, announcer, links, virtualMacs, packetFilter, ...missing(host) }
  const engine = new Engine({ clock, ports })
  const lines: string[] = []
  const write = (level: string, line: string) => {
    if (/virtual interface|not dropped/.test(line)) lines.push(`${level}: ${line}`)
  }
  const log = new KeepalivedLog({ write, detail: true })
  engine.subscribe(event => log.hear(event))
  const specifications = instances.map((options, i) =>
    specify({ name: `V${i}`, interface: 'eth0', vrid: 51 + i, addresses: [`192.0.2.${100 + i}`], ...options }),
  )
  engine.dispatch({ type: 'configure', specification: { instances: specifications, syncGroups: [] } })
  const pass = async (ms: number) => {
    clock.advance(milliseconds(clock.now() + ms))
    await new Promise(resolve => setImmediate(resolve))
  }
  const states = () => engine.snapshot().instances.map(({ keepalivedState }) => keepalivedState)
  const held = (device: string) => [...(host.interfaces.get(device)?.virtual.keys() ?? [])]
  return { host, engine, lines, pass, states, held }
}

for (const [name, openSocket] of [
  [
    'no netfilter over netlink at all (EPROTONOSUPPORT)',
    () => {
      throw systemError('open netlink', EPROTONOSUPPORT)
    },
  ],
  ['netfilter without nf_tables (EOPNOTSUPP)', () => new HandKernel(refusedBatch(EOPNOTSUPP))],
] as const) {
  t.test(`${name}: one warning, and addresses are held all the same`, async t => {
    const unaccepting = { acceptMode: false }
    const packetFilter = new LinuxPacketFilter(NO_LINKS, openSocket)
    const { engine, lines, pass, states, held } = scene(() => ({ packetFilter }), [unaccepting, unaccepting, {}])
    await pass(5000)
    t.strictSame(states(), ['MASTER', 'MASTER', 'MASTER'])
    t.strictSame(held('eth0'), ['192.0.2.100', '192.0.2.101', '192.0.2.102'])
    t.equal(lines.length, 1)
    t.match(lines[0], /^warning: \(V0\) packets to its addresses are not dropped: /)
    t.match(lines[0], NO_NF_TABLES)
    await engine.stop()
    t.equal(lines.length, 1)
    t.strictSame(held('eth0'), [])
  })
}

t.test('a right that is missing is not taken for a kernel that lacks something', async t => {
  const packetFilter = new LinuxPacketFilter(NO_LINKS, () => new HandKernel(refusedBatch(EPERM)))
  const address = { address: '192.0.2.100', prefixLength: 32, interface: 'eth0' }
  for (const owner of ['a', 'b']) {
    const refusal = await packetFilter.apply(owner, [address]).catch(error => error)
    t.match(refusal, { code: 'ERR_NETLINK', errno: EPERM, message: /CAP_NET_ADMIN/ })
  }
})

t.test(
  'no macvlan (EOPNOTSUPP): one error, FAULT for the router that asks for it, and none for the others',
  async t => {
    const kernel = new HandKernel(obedient((_, place) => (place === 0 ? EOPNOTSUPP : ENODEV)))
    const virtualMacs = (host: MemoryHost) => {
      const get = (name: string) => host.interfaces.get(name)?.link()
      return new LinuxVirtualMacs({ get, message: () => undefined }, new LinuxPacketFilter(NO_LINKS), kernel)
    }
    const { host, engine, lines, pass, states, held } = scene(
      of => ({ virtualMacs: virtualMacs(of) }),
      [{ virtualMac: true }, {}],
    )
    await pass(5000)
    t.strictSame(states(), ['FAULT', 'MASTER'])
    t.strictSame(held('eth0'), ['192.0.2.101'])
    t.match(lines, [
      /^error: \(V0\) virtual interface: ip link add vrrp\.51 link eth0 type macvlan mode private: ENOTSUP: .*; use_vmac needs macvlan in the kernel \(CONFIG_MACVLAN, modprobe macvlan\)$/,
    ])
    const asked = kernel.datagrams.length
    for (const plugged of [false, true]) {
      host.plug('eth0', plugged)
      await pass(5000)
    }
    t.ok(kernel.datagrams.length > asked, 'it was tried again: the module may have been loaded')
    t.equal(lines.length, 1, 'and not told again')
    t.strictSame(states(), ['FAULT', 'MASTER'])
    await engine.stop()
  },
)

t.test('macvlan without nf_tables: the interface is there, and it is said once what leaves it', async t => {
  const created = new Set<string>()
  const link = (name: string, index: number) => ({ name, index, mac: MAC.mac, running: true, addresses: [] })
  const links = {
    get: (name: string) => (name === 'lo' ? link(name, 1) : created.has(name) ? link(name, 9) : undefined),
    known: () => undefined,
    message: () => undefined,
  }
  const kernel = new HandKernel(
    obedient(() => {
      created.add('vrrp.51').add('vrrp.52')
      return 0
    }),
  )
  const filter = new LinuxPacketFilter(links, () => new HandKernel(refusedBatch(EOPNOTSUPP)))
  const macs = new LinuxVirtualMacs(links, filter, kernel)
  const wanted = { ...MAC, parent: 'lo' }
  await t.rejects(macs.apply('a', [wanted]), { code: 'ERR_FIREWALL', message: NO_NF_TABLES })
  const asked = kernel.datagrams.length
  created.add('vrrp.51')
  await t.resolves(macs.apply('b', [{ ...wanted, name: 'vrrp.52', mac: '00:00:5e:00:01:34' }]))
  t.ok(kernel.datagrams.length > asked)
  t.match(await filter.apply('a', [{ address: '192.0.2.1', prefixLength: 32, interface: 'lo' }]), undefined)
})
