/**
 * Whatever is stopped, crashed and started again in whatever order: no authenticated advert is accepted twice, and the living are
 * always believed. RFC 2402 §3.4.3, draft-cassen-vrrp-auth-hmac.
 */
import fc from 'fast-check'
import t from 'tap'
import type { ReplayRecord } from '../../lib/engine/index.ts'
import { HmacKey } from '../../lib/packet/index.ts'
import { GuardedCluster, type Packet } from './guarded-cluster.ts'

const keys = [new HmacKey(1, new Uint8Array(32).fill(7))]
const KINDS = {
  AH: { authentication: { type: 'ah', password: 'renwole0' } },
  'HMAC by time': { hmac: { keys } },
  'HMAC, monotonic': { hmac: { keys, antiReplay: 'monotonic' } },
} as const

const step = fc.oneof(
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 4000 }) }),
  fc.record({
    do: fc.constantFrom('write', 'crash', 'restart', 'crash the sender', 'restart the sender' as const),
    ms: fc.constant(0),
  }),
)

for (const [name, options] of Object.entries(KINDS)) {
  t.test(name, async t => {
    let replayed = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const cluster = new GuardedCluster(options)
        /** What node 1 was sent while it ran, and as much of that as its notes on disk cover. */
        let heard: Packet[] = []
        let covered: Packet[] = []
        let notes: readonly ReplayRecord[] = []
        const listen = () => heard.push(...cluster.packets.splice(0).filter(({ ip }) => ip.source === '192.0.2.10'))
        const received = () => cluster.snapshot(1).statistics['advertisement-rcvd']
        const write = async () => {
          notes = await cluster.memory(1)
          covered = [...heard]
        }
        listen()
        for (const { do: what, ms } of steps) {
          cluster.pass(ms)
          listen()
          if (what === 'write') await write()
          if (what === 'crash') {
            cluster.crash(1)
            heard = [...covered]
            cluster.start(
              1,
              notes.map(record => ({ ...record, until: cluster.clock.wallTime() })),
            )
          }
          if (what === 'restart') {
            await write()
            cluster.stop(1)
            cluster.start(1, notes)
          }
          if (what === 'crash the sender') {
            cluster.crash(0)
            cluster.start(0)
          }
          if (what === 'restart the sender') {
            const memory = await cluster.memory(0)
            cluster.stop(0)
            cluster.start(0, memory)
          }
          // What is under way arrives.
          cluster.pass(0)
          listen()
          const before = received()
          cluster.replay(heard)
          replayed += heard.length
          t.equal(received(), before, `after ${what}`)
        }
        cluster.pass(9000)
        t.equal(cluster.states(), 'active backup', 'the living are believed')
      }),
      { numRuns: 40 },
    )
    t.ok(replayed > 500, `${replayed} replays`)
  })
}
