/**
 * Who accepts packets to the virtual addresses. RFC 9568 §6.4.2, §6.4.3.
 */
import t from 'tap'
import { acceptsPackets } from '../../lib/machine/index.ts'
import { DEFAULT_ROUTER } from './router.ts'

t.test('RFC 9568 §6.4.3: accepted by the Active router if it is the owner or if Accept_Mode is True', async t => {
  t.equal(acceptsPackets(DEFAULT_ROUTER, 'active'), false)
  t.equal(acceptsPackets({ ...DEFAULT_ROUTER, acceptMode: true }, 'active'), true)
  t.equal(acceptsPackets({ ...DEFAULT_ROUTER, priority: 255 }, 'active'), true)
})

t.test('RFC 9568 §6.4.2: never accepted by a Backup router', async t => {
  for (const state of ['initialize', 'backup'] as const) {
    t.equal(acceptsPackets({ ...DEFAULT_ROUTER, acceptMode: true, priority: 255 }, state), false)
  }
})
