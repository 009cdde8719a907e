/**
 * An advert that is read late: the deadline counts from its arrival.
 */
import t from 'tap'
import { VrrpInstance } from '../../lib/instance/index.ts'
import { MemoryPorts } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { Pair } from './pair.ts'

/** Milliseconds from the last advert that was read to the takeover, when each was read `age` ms after it came. */
async function silence(age: number | undefined): Promise<number> {
  const pair = new Pair()
  const a = pair.instance(pair.a, { version: 3, priority: 200 })
  const { transport, addressManager, announcer, links } = new MemoryPorts(pair.b)
  let lastRead = 0
  const late = {
    open: (options: Parameters<typeof transport.open>[0], listener: Parameters<typeof transport.open>[1]) =>
      transport.open(options, (message, ip) => {
        lastRead = pair.clock.now()
        listener(message, ip, age === undefined ? undefined : milliseconds(age))
      }),
    close: () => transport.close(),
  }
  const ports = { transport: late, addressManager, announcer, links }
  const options = { interface: 'eth0', vrid: 51, version: 3, priority: 128 } as const
  const b = new VrrpInstance({ ...options, addresses: ['192.0.2.1'], clock: pair.clock, ...ports })
  let takeover = 0
  b.on('transition', ({ to }) => {
    if (to === 'active') takeover = pair.clock.now()
  })
  await a.start()
  await b.start()
  pair.pass(5000)
  pair.network.partition([['A'], ['B']])
  pair.pass(5000)
  return takeover - lastRead
}

t.test('the deadline counts from the arrival of an advert', async t => {
  t.equal(await silence(undefined), 3500)
  t.equal(await silence(0), 3500)
  t.equal(await silence(2.5), 3497.5)
})
