/**
 * Runs in user-mode Linux (`../uml.ts`): two of our routers are the directors of the article's LVS-DR set-up.
 */
import t from 'tap'
import { startOurDirector } from '../director.ts'
import { lvsDrStory } from '../lvs-dr-story.ts'

t.test('LVS-DR with vrrp-ts', async t => {
  await lvsDrStory(t, startOurDirector)
})
