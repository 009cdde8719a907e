/**
 * interface_up_down_delays in an engine: a link that bounces changes no state, and no delay lets a backup take over.
 */
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

function start(options: Partial<VrrpInstanceOptions>, down: number, up = down) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const host = new MemoryHost(network, 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  const engine = new Engine({ clock, ports: new MemoryPorts(host) })
  const transitions: string[] = []
  const hear = (event: EngineEvent) => {
    if (event.type === 'transition') transitions.push(`${event.at} ${event.to}`)
  }
  const instance = specify({ interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'], ...options })
  const delay = { interface: 'eth0', down: milliseconds(down), up: milliseconds(up) }
  engine.dispatch({
    type: 'configure',
    specification: { instances: [instance], syncGroups: [], interfaceDelays: [delay] },
  })
  engine.subscribe(hear)
  const at = (instant: number) => clock.advance(milliseconds(instant))
  return { engine, network, clock, transitions, at, plug: (plugged: boolean) => host.plug('eth0', plugged) }
}

t.test('a bounce is nothing; a cut is a fault once it has lasted', async t => {
  const { transitions, at, plug } = start({ version: 2, priority: 255 }, 1000, 400)
  at(5000)
  plug(false)
  at(5900)
  plug(true)
  at(8000)
  plug(false)
  at(10_000)
  plug(true)
  at(11_000)
  t.strictSame(transitions, ['9000 initialize', '10400 active'])
})

t.test('a delay of two adverts or more is cut, as keepalived 2.2.7 cuts it', async t => {
  const { transitions, at, plug } = start({ version: 2, priority: 100 }, 5000)
  at(1000)
  plug(false)
  at(4000)
  t.strictSame(transitions, ['2996.09375 initialize'])
})

t.test(
  'a backup that learnt a shorter interval waits less, and so never takes over from a router that lives',
  async t => {
    const { network, clock, transitions, at, plug } = start(
      { version: 3, priority: 90, interval: milliseconds(1000) },
      1500,
    )
    const peer = new MemoryHost(network, 'B', [{ name: 'eth0', addresses: ['192.0.2.20'] }])
    const other = new Engine({ clock, ports: new MemoryPorts(peer) })
    const interval = milliseconds(100)
    const instances = [
      specify({ version: 3, interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'], priority: 255, interval }),
    ]
    other.dispatch({ type: 'configure', specification: { instances, syncGroups: [] } })
    at(1000)
    plug(false)
    at(5000)
    t.strictSame(transitions, [`${1000 + 2 * 100 - 100 / 256} initialize`])
  },
)

t.test('the end during a wait', async t => {
  const { engine, transitions, at, plug } = start({ version: 2, priority: 255 }, 1000)
  at(100)
  plug(false)
  at(200)
  await engine.stop()
  at(5000)
  t.strictSame(transitions, ['200 initialize'])
})
