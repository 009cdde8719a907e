/**
 * Any change of configuration, at any time: as long as the virtual routers are the same ones on the wire and node A stays
 * the better one, there is not one transition, one owner of each address at every instant, and what A holds is what its
 * last configuration says.
 */
import fc from 'fast-check'
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']

/** One instance of A's next configuration. */
const instance = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  priority: fc.integer({ min: 101, max: 254 }),
  preempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 3000),
  downTimerAdverts: fc.integer({ min: 3, max: 9 }),
  addresses: fc.subarray(ADDRESSES, { minLength: 1 }),
  excluded: fc.subarray(['203.0.113.1', '203.0.113.2']),
  refresh: fc.constantFrom(0, 700, 2000),
  repeat: fc.integer({ min: 0, max: 3 }),
  gap: fc.constantFrom(0, 5),
  tracked: fc.boolean(),
  grouped: fc.boolean(),
})

const change = fc.record({ after: fc.integer({ min: 0, max: 4000 }), next: instance })

t.test('changes of configuration without a transition', async t => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), changes => {
      const clock = new SimClock()
      const network = new MemoryNetwork({ clock })
      const [a, b] = ['A', 'B'].map(
        (name, i) => new MemoryHost(network, name, [{ name: 'eth0', addresses: [`192.0.2.${10 + i}`] }]),
      ) as [MemoryHost, MemoryHost]
      const events: EngineEvent[] = []
      const engines = [a, b].map(host => {
        const engine = new Engine({ clock, ports: new MemoryPorts(host) })
        engine.subscribe(event => events.push(event))
        return engine
      }) as [Engine, Engine]
      const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))
      const own = ['192.0.2.10', '192.0.2.11']
      const held = (host: MemoryHost) =>
        (new MemoryPorts(host).links.get('eth0')?.addresses ?? []).filter(address => !own.includes(address)).length
      const begin = (priority: number) =>
        specify({ name: 'a', interface: 'eth0', vrid: 1, priority, addresses: [ADDRESSES[0] ?? ''] })
      for (const [i, engine] of engines.entries()) {
        engine.dispatch({ type: 'configure', specification: { instances: [begin(110 - 10 * i)], syncGroups: [] } })
      }
      pass(6000)
      const before = events.filter(({ type }) => type === 'transition').length
      for (const { after, next } of changes) {
        pass(after)
        const { name, refresh, repeat, gap, tracked, grouped, excluded, ...rest } = next
        const specification = specify({
          ...rest,
          name,
          interface: 'eth0',
          vrid: 1,
          excludedAddresses: excluded,
          announcements: { refresh: milliseconds(refresh), repeat, gap: milliseconds(gap) },
          trackers: tracked ? [{ kind: 'script', name: 'chk', weight: 0, reverse: false }] : [],
        })
        const group = { name: `G${name}`, members: [name], trackingWeight: false }
        const syncGroups = grouped ? [group] : []
        engines[0].dispatch({ type: 'configure', specification: { instances: [specification], syncGroups } })
        const expected = rest.addresses.length + excluded.length
        if (held(a) !== expected) throw new Error(`A holds ${held(a)} addresses, not ${expected}`)
      }
      pass(12_000)
      if (held(b) !== 0) throw new Error('B holds an address')
      const transitions = events.filter(({ type }) => type === 'transition').length - before
      if (transitions !== 0) throw new Error(`${transitions} transitions`)
    }),
    { numRuns: 150 },
  )
  t.pass('no transition in any run')
})
