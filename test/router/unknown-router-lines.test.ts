/**
 * Adverts of virtual routers that are not ours: a bounded table in the engine, and few lines of it in the log.
 */
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { specify } from '../../lib/instance/index.ts'
import { UnknownRouterLines } from '../../lib/router/unknown-router-lines.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

function scene() {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const [us, them] = ['192.0.2.10', '192.0.2.11'].map(
    (address, i) => new MemoryHost(network, `H${i}`, [{ name: 'eth0', addresses: [address] }]),
  )
  if (us === undefined || them === undefined) throw new Error('two hosts were made')
  const engine = new Engine({ clock, ports: new MemoryPorts(us) })
  const instance = specify({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'] })
  engine.dispatch({ type: 'configure', specification: { instances: [instance], syncGroups: [] } })
  const group = '224.0.0.18'
  const destination = { type: 'multicast', group } as const
  const channel = new MemoryPorts(them).transport.open({ interface: 'eth0', family: 4, vrid: 1, destination }, () => {})
  const send = (vrid: number, count = 1) => {
    for (let i = 0; i < count; i++) channel.send(Uint8Array.of(0x21, vrid, 100, 1, 0, 1, 0, 0), group)
  }
  const lines: string[] = []
  const log = new UnknownRouterLines(
    clock,
    () => engine.snapshot(),
    line => lines.push(line),
  )
  const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))
  return { engine, send, lines, log, pass }
}

t.test('one line about each, and none before they are asked for', async t => {
  const { send, lines, log, pass } = scene()
  send(99, 3)
  pass(20_000)
  t.strictSame(lines, [])
  log.enable(true)
  pass(10_000)
  send(99, 1000)
  send(98)
  pass(60_000)
  t.strictSame(lines, [
    'Unknown VRID(99) received on interface(eth0). ignoring... [IPv4, first from 192.0.2.11, 3 so far]',
    'Unknown VRID(98) received on interface(eth0). ignoring... [IPv4, first from 192.0.2.11, 1 so far]',
  ])
  pass(3_600_000)
  t.match(lines.slice(2), [/VRID\(99\).* 1003 so far/], 'again after an hour, if there were more')
  log.enable(false)
  send(97)
  pass(3_600_000)
  t.equal(lines.length, 3)
})

t.test('every one is counted, and 64 of them are told apart', async t => {
  const { engine, send, pass } = scene()
  for (let vrid = 100; vrid < 200; vrid++) send(vrid, 2)
  pass(100)
  const { statistics, unknownRouters = [] } = engine.snapshot()
  t.equal(statistics['vrid-errors'], 200)
  t.equal(unknownRouters.length, 64)
  t.strictSame(unknownRouters[0], { interface: 'eth0', family: 4, vrid: 100, source: '192.0.2.11', count: 2 })
})
