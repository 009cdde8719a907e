/**
 * Runs in user-mode Linux (`../uml.ts`): the story of all kinds of virtual servers, told by one of our routers.
 */
import t from 'tap'
import { startOurDirector } from '../director.ts'
import { lvsFormsStory } from '../lvs-forms-story.ts'

t.test('virtual servers of all kinds with vrrp-ts', async t => {
  await lvsFormsStory(t, startOurDirector)
})
