/**
 * A takeover that is rehearsed: it goes the whole way of a real one, and nobody notices.
 */
import t from 'tap'
import { type Channel, type Ports, VrrpInstance } from '../../lib/instance/index.ts'
import { decodeArp } from '../../lib/net/index.ts'
import { decode } from '../../lib/packet/index.ts'
import { MemoryPorts } from '../../lib/simulation/index.ts'
import type { Clock, WakeOptions } from '../../lib/time/index.ts'
import { Pair } from './pair.ts'

/** Tells what is rehearsed with it. */
function rehearsablePorts(ports: Ports, told: string[]): Ports {
  const rehearsable = (channel: Channel): Channel => ({
    ...channel,
    rehearse: (message, destination) => {
      const ip = { family: 4, source: channel.source ?? '', destination, hopLimit: 255, protocol: 112 } as const
      told.push(`advert ${decode(message, ip).priority} to ${destination}`)
    },
  })
  const { transport, addressManager, announcer, links } = ports
  return {
    transport: {
      open: (options, listener) => rehearsable(transport.open(options, listener)),
      close: () => transport.close(),
    },
    addressManager: {
      apply: (owner, desired) => addressManager.apply(owner, desired),
      removeLeftOver: addresses => addressManager.removeLeftOver(addresses),
      rehearse: addresses => told.push(`addresses ${addresses.map(({ address }) => address).join(' ')}`),
      close: () => addressManager.close(),
    },
    announcer: {
      send: (frame, name) => announcer.send(frame, name),
      rehearse: (frame, name) => told.push(`${name} has ${decodeArp(frame, 14).senderAddress}`),
      close: () => announcer.close(),
    },
    links,
  }
}

/** Gives the preparations of wake-ups out of the hand. */
class PreparingClock implements Clock {
  prepare: (() => void) | undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now() {
    return this.#clock.now()
  }

  wallTime() {
    return this.#clock.wallTime()
  }

  wakeAt(deadline: ReturnType<Clock['now']>, wake: () => void, options: WakeOptions = {}) {
    this.prepare = options.prepare ?? this.prepare
    return this.#clock.wakeAt(deadline, wake, options)
  }
}

t.test('a takeover and a stop are rehearsed before the deadline, and have no consequences', async t => {
  const pair = new Pair()
  const told: string[] = []
  const clock = new PreparingClock(pair.clock)
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
  const announcements = { repeat: 1 }
  const a = pair.instance(pair.a, { addresses })
  const options = { interface: 'eth0', vrid: 51, priority: 95, addresses, announcements, clock }
  const b = new VrrpInstance({ ...options, ...rehearsablePorts(new MemoryPorts(pair.b), told) })
  const events: string[] = []
  b.on('transition', ({ to }) => events.push(to))
  await a.start()
  await b.start()
  pair.pass(4000)
  const before = JSON.stringify(b.snapshot())
  const sent = pair.network.statistics
  clock.prepare?.()
  const whole = [
    'advert 95 to 224.0.0.18',
    'addresses 192.0.2.1 192.0.2.2',
    'eth0 has 192.0.2.1',
    'eth0 has 192.0.2.2',
    'advert 0 to 224.0.0.18',
  ]
  t.strictSame(told, whole, 'with two of the addresses: the time is short')
  t.equal(JSON.stringify(b.snapshot()), before)
  t.strictSame(pair.network.statistics, sent)
  t.notOk(pair.holds(pair.b))
  pair.network.partition([['A'], ['B']])
  pair.pass(4000)
  t.strictSame(events, ['backup', 'active'])
  t.ok(pair.holds(pair.b))
  t.strictSame(told, whole)
  await b.stop()
  clock.prepare?.()
  t.strictSame(told, whole, 'nor is anything rehearsed while no channel is open')
})
