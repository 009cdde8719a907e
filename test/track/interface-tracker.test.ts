/**
 * track_interface over the simulated interfaces that instances have too.
 */
import t from 'tap'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { InterfaceTracker, type TrackEvent } from '../../lib/track/index.ts'

t.test('up, down, up; others do not matter; one that is not there is down', async t => {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [
    { name: 'eth0', addresses: [] },
    { name: 'eth1', addresses: [] },
  ])
  const { links } = new MemoryPorts(host)
  const events: TrackEvent[] = []
  const tracker = new InterfaceTracker('eth1', links, event => events.push(event))
  tracker.start()
  const plug = (name: string, plugged: boolean) => {
    host.plug(name, plugged)
    clock.advance(milliseconds(clock.now() + 10))
  }
  plug('eth0', false)
  plug('eth1', false)
  plug('eth1', false)
  plug('eth1', true)
  const verdict = (word: 'ok' | 'failing') => ({ type: 'verdict', kind: 'interface', name: 'eth1', verdict: word })
  t.strictSame(events, [verdict('ok'), verdict('failing'), verdict('ok')])
  await tracker.stop()
  plug('eth1', false)
  t.equal(events.length, 3)

  const absent = new InterfaceTracker('eth9', links, event => events.push(event))
  absent.start()
  t.match(events.at(-1), { name: 'eth9', verdict: 'failing' })
})
