/**
 * What of an engine's events is told far away: all that matters, and never a flood.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { type EngineEvent, EventDigest } from '../../lib/engine/index.ts'
import type { InstanceEvent } from '../../lib/instance/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const at = (ms: number, event: InstanceEvent): EngineEvent => ({ ...event, at: milliseconds(ms), instance: 'A' })

const becoming = (to: 'active' | 'backup'): InstanceEvent => ({
  type: 'transition',
  from: to === 'active' ? 'backup' : 'active',
  to,
  reason: 'master-timeout',
  priority: 100,
})
const sent = (priority: number): InstanceEvent => ({ type: 'advertisement-sent', priority })
const received = (priority: number): InstanceEvent => {
  return { type: 'advertisement-received', source: '192.0.2.2', priority, checksumForm: 'pseudo-header' }
}
const failed = (count: number): InstanceEvent => ({ type: 'send-failed', what: 'advertisement', message: 'no', count })
const refused: InstanceEvent = {
  type: 'advertisement-refused',
  source: '192.0.2.2',
  reason: 'checksum-error',
  message: 'checksum',
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

t.test('adverts that are sent: only the one that resigns, and the first after failures', async t => {
  const digest = new EventDigest(false)
  t.notOk(digest.passes(at(0, sent(100))))
  t.ok(digest.passes(at(1, sent(0))))
  t.ok(digest.passes(at(2, failed(1))))
  t.notOk(digest.passes(at(3, failed(2))))
  t.ok(digest.passes(at(4, failed(10))))
  t.ok(digest.passes(at(5, sent(100))), 'it works again')
  t.notOk(digest.passes(at(6, sent(100))))
})

t.test('adverts that are heard: of a rival now and then, of others what is news', async t => {
  const digest = new EventDigest(false)
  t.notOk(digest.passes(at(0, received(100))))
  t.ok(digest.passes(at(1, received(0))), 'the other resigns')
  t.ok(digest.passes(at(2, refused)))
  t.ok(digest.passes(at(3, received(100))), 'no longer refused')
  t.notOk(digest.passes(at(4, received(100))))
  t.ok(digest.passes(at(5, becoming('active'))))
  const told = Array.from({ length: 1000 }, (_, i) => digest.passes(at(10 + i, received(90)))).filter(Boolean)
  t.equal(told.length, 10, 'ten times a second')
  t.ok(digest.passes(at(2000, becoming('backup'))))
  t.notOk(digest.passes(at(2500, received(90))))
})

t.test('announcements are detail; notices about a sender come ten times a second at most', async t => {
  const announced: InstanceEvent = { type: 'announced', address: '192.0.2.1', interface: 'eth0', cause: 'takeover' }
  t.notOk(new EventDigest(false).passes(at(0, announced)))
  t.ok(new EventDigest(true).passes(at(0, announced)))
  const digest = new EventDigest(false)
  const notice: InstanceEvent = {
    type: 'notice',
    notice: { type: 'discarding-lower-priority', source: '192.0.2.2', priority: 90, ours: 100 },
  }
  t.equal(Array.from({ length: 500 }, (_, i) => digest.passes(at(i, notice))).filter(Boolean).length, 5)
})

t.test('forged senders do not grow it', async t => {
  const digest = new EventDigest(false)
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = used()
  for (let i = 0; i < 200_000; i++) digest.passes(at(i / 100, { ...refused, source: `10.${i >> 16}.${i >> 8}.${i}` }))
  for (let i = 0; i < 200_000; i++) {
    const notice = { type: 'own-address', source: `10.${i >> 16}.${i >> 8}.${i}` } as const
    digest.passes(at(i / 100, { type: 'notice', notice }))
  }
  const grown = used() - before
  t.ok(grown < 3e6, `${grown} bytes`)
  t.ok(digest.passes(at(2000, becoming('backup'))), 'and it is still there to be measured')
})

t.test(
  'late timers of a starved machine come ten times a second at most, those that hold a takeover off always',
  async t => {
    const digest = new EventDigest(false)
    const late = (heldOff: boolean): InstanceEvent => {
      return { type: 'notice', notice: { type: 'late-timer', late: milliseconds(30), heldOff } }
    }
    const told = Array.from({ length: 1000 }, (_, i) => digest.passes(at(i, late(false)))).filter(Boolean)
    t.equal(told.length, 10)
    t.ok(digest.passes(at(999, late(true))))
  },
)
