/**
 * Messages that come thick and fast gather for a moment; others are read at once.
 */
import t from 'tap'
import { GATHERING, Gathering } from '../../lib/linux/gathering.ts'

/** Readings with this distance, ms. Returns the time of the last one. */
function read(gathering: Gathering, count: number, distance: number, from = 1000): number {
  let now = from
  for (let i = 0; i < count; i++) {
    now += distance
    gathering.note(now)
  }
  return now
}

t.test('a few messages beside each other are read at once', async t => {
  const gathering = new Gathering()
  t.equal(gathering.rest(0), 0)
  const now = read(gathering, 8, 0.05)
  t.equal(gathering.rest(now), 0)
})

t.test('many in a row gather, counted from the last reading', async t => {
  const gathering = new Gathering()
  const now = read(gathering, 9, 0.05)
  t.equal(gathering.rest(now), GATHERING)
  t.ok(Math.abs(gathering.rest(now + 0.2) - (GATHERING - 0.2)) < 1e-9)
  t.equal(gathering.rest(now + GATHERING), 0)
})

t.test('as long as they come, also when they are read this seldom', async t => {
  const gathering = new Gathering()
  const now = read(gathering, 100, GATHERING + 0.1)
  t.equal(gathering.rest(now), GATHERING)
})

t.test('a pause ends it', async t => {
  const gathering = new Gathering()
  let now = read(gathering, 50, 0.05)
  now += 2 * GATHERING
  gathering.note(now)
  t.equal(gathering.rest(now), 0)
})
