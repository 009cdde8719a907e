/**
 * The warnings: each cause in a simulated pair, when it is told and when no longer.
 */
import t from 'tap'
import type { InstanceRecord } from '../../lib/status/index.ts'
import { warningsOf } from '../../lib/status/index.ts'
import { ObservedPair } from './observed-pair.ts'

const instance = {
  name: 'VI_1',
  state: 'active',
  interval: 1000,
  version: 2,
  checksumForm: 'message',
  peers: [],
} as const
const quiet: InstanceRecord = {
  transitions: [],
  rivals: [],
  refusals: [],
  duplicate: undefined,
  taken: undefined,
  sendFailure: undefined,
  released: 0,
}

t.test('two masters whose passwords differ: split brain, with the peer and the cause', async t => {
  const of = (password: string) => ({ type: 'simple', password }) as const
  const pair = new ObservedPair({ authentication: of('one') }, { authentication: of('two') })
  pair.pass(4000)
  t.strictSame(
    pair.warnings().filter(warning => warning.startsWith('split')),
    [],
    'not before it lasts',
  )
  pair.pass(10_000)
  t.strictSame(pair.warnings(), ['split-brain 192.0.2.11', 'authentication-mismatch 192.0.2.11'])
  t.match(
    pair.reporter.status().warnings[0]?.text,
    /192\.0\.2\.11 advertises as master too, and its adverts are refused/,
  )
  pair.configure(pair.b, { authentication: of('one'), priority: 50 })
  pair.pass(15_000)
  t.strictSame(pair.warnings(), [], 'gone with its cause')
})

t.test('a handover is no split brain', async t => {
  const pair = new ObservedPair({ priority: 90, advertiseBeforeYield: true }, { priority: 110 })
  pair.hostB.plug('eth0', false)
  for (let elapsed = 0; elapsed < 30_000; elapsed += 100) {
    if (elapsed === 10_000) pair.hostB.plug('eth0', true)
    if (elapsed === 20_000) pair.configure(pair.a, { priority: 120 })
    pair.pass(100)
    const warnings = pair.warnings()
    if (warnings.length > 0) t.fail(`${elapsed}: ${warnings}`)
  }
  t.equal(pair.reporter.status().instances[0]?.state, 'master')
})

t.test('split brain: three close adverts that span an interval', async t => {
  const rival = (...recent: number[]) => {
    const rivals = [{ address: '192.0.2.2', priority: 90, refusal: undefined, since: 0, recent }]
    return warningsOf(instance, { ...quiet, rivals }, 10_000).map(({ type }) => type)
  }
  t.strictSame(rival(8000, 9000, 10_000), ['split-brain'])
  t.strictSame(rival(9000, 10_000), [], 'two may be a farewell')
  t.strictSame(rival(9600, 9700, 9800), [], 'a burst within an interval')
  t.strictSame(rival(1000, 9000, 10_000), [], 'a stray one of before')
  t.strictSame(rival(3000, 4000, 5000), [], 'over')
  const rivals = [{ address: '192.0.2.2', priority: 90, refusal: undefined, since: 0, recent: [8000, 9000, 10_000] }]
  t.strictSame(warningsOf({ ...instance, state: 'backup' }, { ...quiet, rivals }, 10_000), [], 'only beside a master')
})

t.test('flapping', async t => {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  pair.pass(5000)
  for (let round = 0; round < 2; round++) {
    t.strictSame(pair.warnings(), [], `round ${round}`)
    pair.hostA.plug('eth0', false)
    pair.pass(1000)
    pair.hostA.plug('eth0', true)
    pair.pass(6000)
  }
  t.strictSame(pair.warnings(), ['flapping'])
  pair.hostA.plug('eth0', true)
  pair.pass(310_000)
  t.strictSame(pair.warnings(), [])
})

t.test('peers that differ', async t => {
  const version3 = { version: 3, addresses: ['192.0.2.1'] } as const
  const pair = new ObservedPair(
    { ...version3, priority: 90 },
    { version: 3, priority: 110, interval: 500, checksumForm: 'message', addresses: ['192.0.2.1', '192.0.2.9'] },
  )
  pair.pass(5000)
  t.strictSame(pair.warnings().toSorted(), [
    'address-list-mismatch 192.0.2.11',
    'checksum-form-mismatch 192.0.2.11',
    'interval-mismatch 192.0.2.11',
  ])
  pair.configure(pair.b, { ...version3, priority: 110 })
  pair.pass(5000)
  t.strictSame(pair.warnings(), [], 'gone with their causes')
})

t.test('a peer of another version, or interval (version 2), is refused', async t => {
  const other = new ObservedPair({}, { version: 3, priority: 110 })
  other.pass(10_000)
  t.strictSame(other.warnings(), ['split-brain 192.0.2.11', 'version-mismatch 192.0.2.11'])
  const slow = new ObservedPair({}, { interval: 2000, priority: 110 })
  slow.pass(15_000)
  t.strictSame(slow.warnings(), ['split-brain 192.0.2.11', 'interval-mismatch 192.0.2.11'])
})

t.test('our own address elsewhere, and adverts that cannot leave', async t => {
  const duplicate = { address: '192.0.2.10', at: 5000, time: 0 }
  t.match(warningsOf(instance, { ...quiet, duplicate }, 10_000), [{ type: 'duplicate-address', peer: '192.0.2.10' }])
  t.strictSame(warningsOf(instance, { ...quiet, duplicate }, 70_000), [])
  const taken = { addresses: ['192.0.2.1 on eth0'], restored: true, count: 1, at: 5000, time: 0 }
  const text = 'somebody removed 192.0.2.1 on eth0: they were put back'
  t.match(warningsOf(instance, { ...quiet, taken }, 300_000), [{ type: 'addresses-taken', text }])
  t.strictSame(warningsOf(instance, { ...quiet, taken }, 310_000), [])
  const sendFailure = { message: 'ENETDOWN', count: 3, since: 0 }
  t.match(warningsOf(instance, { ...quiet, sendFailure }, 0), [
    { type: 'cannot-send', since: '1970-01-01T00:00:00.000Z', text: '3 adverts in a row could not be sent: ENETDOWN' },
  ])
})

t.test('forged senders do not fill the memory', async t => {
  const pair = new ObservedPair({ priority: 110 })
  pair.pass(5000)
  for (let i = 0; i < 1000; i++) {
    const source = `198.51.${Math.floor(i / 250)}.${i % 250}`
    const refused = { type: 'advertisement-refused', source, reason: 'auth-failure', message: 'x' } as const
    pair.history.hear({ ...refused, at: pair.clock.now(), instance: 'VI_1' })
  }
  t.equal(pair.history.of('VI_1').refusals.length, 16)
  t.equal(pair.history.of('VI_1').rivals.length, 16)
})
