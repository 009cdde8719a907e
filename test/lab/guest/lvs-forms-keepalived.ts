/**
 * Runs in user-mode Linux (`../uml.ts`): the story of all kinds of virtual servers, told by real keepalived.
 */
import t from 'tap'
import { startKeepalivedDirector } from '../director.ts'
import { lvsFormsStory } from '../lvs-forms-story.ts'

t.test('virtual servers of all kinds with keepalived', async t => {
  await lvsFormsStory(t, startKeepalivedDirector)
})
