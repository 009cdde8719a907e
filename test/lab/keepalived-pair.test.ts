/**
 * Two real keepalived live through the story that ours must live through: if this fails, the lab is wrong, not ours.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { failoverStory } from './failover-story.ts'
import { startKeepalived } from './router.ts'
import { singleNetworkStory } from './single-network.ts'

t.test('keepalived and keepalived', { skip: labUnavailable('keepalived') }, async t => {
  await failoverStory(t, singleNetworkStory(startKeepalived, startKeepalived))
})
