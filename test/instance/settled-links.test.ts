/**
 * interface_up_down_delays: what counts while a link bounces, with addresses as they are.
 */
import t from 'tap'
import { type InterfaceDelay, type LinkState, SettledLinks } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'

const DELAY = { interface: 'eth0', down: milliseconds(500), up: milliseconds(300) }

function start(delays: readonly InterfaceDelay[] = [DELAY], longest: Milliseconds = milliseconds(Infinity)) {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [
    { name: 'eth0', addresses: ['192.0.2.1'] },
    { name: 'eth1', addresses: [] },
  ])
  const ports = new MemoryPorts(host)
  const links = new SettledLinks(ports.links, clock, () => longest)
  const told: string[] = []
  const word = (link: LinkState | undefined) => (link?.running === true ? 'up' : 'down')
  links.subscribe((name, link) => {
    t.strictSame(link, links.get(name), 'what is told is what is there')
    told.push(`${clock.now()} ${name} ${word(link)}`)
  })
  links.configure(delays)
  return {
    links,
    ports,
    told,
    is: (name = 'eth0') => word(links.get(name)),
    plug: (plugged: boolean, name = 'eth0') => host.plug(name, plugged),
    pass: (ms: number) => clock.advance(milliseconds(clock.now() + ms)),
  }
}

t.test('a change counts when it has lasted, in each direction its own time; others count at once', async t => {
  const { told, plug, pass, is } = start()
  plug(false)
  plug(false, 'eth1')
  pass(499)
  t.equal(is(), 'up')
  t.equal(is('eth1'), 'down')
  pass(1)
  t.equal(is(), 'down')
  plug(true)
  pass(299)
  t.equal(is(), 'down')
  pass(1)
  t.equal(is(), 'up')
  t.strictSame(told, ['0 eth0 up', '0 eth1 down', '500 eth0 down', '500 eth0 down', '800 eth0 up'])
})

t.test('one that goes back in time is none, and the next one waits as long again', async t => {
  const { plug, pass, is, links } = start()
  for (let i = 0; i < 5; i++) {
    plug(false)
    pass(400)
    t.match(links.get('eth0'), { running: true, unsettled: true })
    plug(true)
    pass(50)
    t.notOk(links.get('eth0')?.unsettled)
  }
  t.equal(is(), 'up')
})

t.test('addresses that come and go meanwhile do at once', async t => {
  const { plug, pass, links, ports, told } = start()
  plug(false)
  pass(100)
  await ports.addressManager.apply('x', [{ address: '192.0.2.9', prefixLength: 24, interface: 'eth0' }])
  pass(0)
  t.strictSame(links.get('eth0')?.addresses, ['192.0.2.1', '192.0.2.9'])
  t.equal(told.at(-1), '100 eth0 up')
})

t.test('no delay is longer than it may be', async t => {
  const { plug, pass, is } = start([DELAY], milliseconds(200))
  plug(false)
  pass(199)
  t.equal(is(), 'up')
  pass(1)
  t.equal(is(), 'down')
})

t.test('a delay of 0, and a limit that leaves nothing, are none', async t => {
  const none = start([{ ...DELAY, down: milliseconds(0) }])
  none.plug(false)
  t.equal(none.is(), 'down')
  const cut = start([DELAY], milliseconds(-1))
  cut.plug(false)
  t.equal(cut.is(), 'down')
})

t.test('other delays: the same one goes on, one that is gone counts at once', async t => {
  const { links, plug, pass, is, told } = start()
  plug(false)
  pass(400)
  links.configure([DELAY, { ...DELAY, interface: 'eth1' }])
  pass(100)
  t.equal(is(), 'down', 'the wait was not begun anew')
  plug(true)
  pass(100)
  links.configure([])
  t.equal(is(), 'up')
  t.equal(told.at(-1), '600 eth0 up')
  pass(1000)
  t.equal(told.at(-1), '600 eth0 up')
})

t.test('an interface that is made anew is what it is', async t => {
  let link: LinkState | undefined = { name: 'eth0', index: 1, mac: '', running: true, addresses: [] }
  const links = new SettledLinks({ get: () => link, subscribe: () => () => {}, close: () => {} }, new SimClock(), () =>
    milliseconds(Infinity),
  )
  links.configure([DELAY])
  link = { ...link, index: 2, running: false }
  t.equal(links.get('eth0')?.running, false)
  link = undefined
  t.equal(links.get('eth0'), undefined)
})
