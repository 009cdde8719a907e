/**
 * Errors around an engine: a listener's is its own affair, one of the engine's own work is remembered.
 */
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { type Ports, specify } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

function node(change: (ports: Ports) => Partial<Ports> = () => ({})) {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  const { transport, addressManager, announcer, links } = new MemoryPorts(host)
  const ports = { transport, addressManager, announcer, links }
  const engine = new Engine({ clock, ports: { ...ports, ...change(ports) } })
  const instances = [specify({ name: 'VI_1', interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'] })]
  return {
    clock,
    engine,
    start: () => engine.dispatch({ type: 'configure', specification: { instances, syncGroups: [] } }),
  }
}

t.test('a listener that throws: the others hear, the engine goes on, the host is told', async t => {
  const { clock, engine, start } = node()
  const told: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', error => told.push(error))
  t.teardown(() => {
    process.removeAllListeners('unhandledRejection')
    for (const each of others) process.on('unhandledRejection', each)
  })
  const heard: string[] = []
  engine.subscribe(() => {
    throw new Error('mail')
  })
  engine.subscribe(({ type }) => heard.push(type))
  start()
  clock.advance(milliseconds(5000))
  t.equal(engine.snapshot().instances[0]?.state, 'active')
  t.ok(heard.includes('transition'))
  t.equal(engine.broken, false)
  await new Promise(resolve => setImmediate(resolve))
  t.equal(told.length, heard.length)
})

t.test('an error of its own work: it is broken, and can still be stopped', async t => {
  const { clock, engine, start } = node(({ addressManager }) => ({
    addressManager: {
      apply: (owner, desired) => {
        if (desired.length > 0) throw new Error('a bug')
        return addressManager.apply(owner, desired)
      },
      removeLeftOver: addresses => addressManager.removeLeftOver(addresses),
      close: () => addressManager.close(),
    },
  }))
  start()
  t.equal(engine.broken, false)
  t.throws(() => clock.advance(milliseconds(5000)), { message: 'a bug' })
  t.equal(engine.broken, true)
  await engine.stop()
})
