/**
 * Ours and real keepalived, each in each role, and ours with itself, in the seed's mode "single network, master and
 * backup": RFC 3768 §6.4 on a real wire.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { failoverStory } from './failover-story.ts'
import { startKeepalived, startOurs } from './router.ts'
import { singleNetworkStory } from './single-network.ts'

t.jobs = 3
const skip = labUnavailable('keepalived')

t.test('ours is master, keepalived is backup', { skip }, async t => {
  await failoverStory(t, singleNetworkStory(startOurs, startKeepalived))
})

t.test('keepalived is master, ours is backup', { skip }, async t => {
  await failoverStory(t, singleNetworkStory(startKeepalived, startOurs))
})

t.test('ours is both', { skip }, async t => {
  await failoverStory(t, singleNetworkStory(startOurs, startOurs))
})
