/**
 * Runs in user-mode Linux (`../uml.ts`): two real keepalived are the directors of the article's LVS-DR set-up. If this
 * fails, the lab is wrong, not ours.
 */
import t from 'tap'
import { startKeepalivedDirector } from '../director.ts'
import { lvsDrStory } from '../lvs-dr-story.ts'

t.test('LVS-DR with keepalived', async t => {
  await lvsDrStory(t, startKeepalivedDirector)
})
