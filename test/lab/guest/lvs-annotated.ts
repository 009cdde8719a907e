/**
 * Runs in user-mode Linux (`../uml.ts`): the annotated sample of the seed, by keepalived and by one of our routers at
 * the same time, each in a network of its own.
 */
import t from 'tap'
import { startKeepalivedDirector, startOurDirector } from '../director.ts'
import { lvsAnnotatedStory } from '../lvs-annotated-story.ts'

t.jobs = 2
t.test('with vrrp-ts', async t => {
  await lvsAnnotatedStory(t, startOurDirector)
})
t.test('with keepalived', async t => {
  await lvsAnnotatedStory(t, startKeepalivedDirector)
})
