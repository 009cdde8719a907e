/**
 * Work first, listeners afterwards.
 */
import t from 'tap'
import { Occasions } from '../../lib/instance/occasion.ts'

t.test('events are told after the outermost work has settled, in order', async t => {
  const log: string[] = []
  const occasions = new Occasions(
    event => log.push(event.type),
    () => log.push('settled'),
  )
  occasions.run(() => {
    occasions.note({ type: 'advertisement-sent', priority: 1 })
    occasions.run(() => occasions.note({ type: 'fault-cleared', fault: { type: 'transport', message: '' }, count: 0 }))
    log.push('worked')
  })
  t.strictSame(log, ['worked', 'settled', 'advertisement-sent', 'fault-cleared'])
})

t.test('a listener may start new work; its events come after those that wait', async t => {
  const log: number[] = []
  const occasions: Occasions = new Occasions(
    event => {
      if (event.type !== 'advertisement-sent') return
      log.push(event.priority)
      if (event.priority === 1) occasions.run(() => occasions.note({ type: 'advertisement-sent', priority: 3 }))
    },
    () => {},
  )
  occasions.run(() => {
    occasions.note({ type: 'advertisement-sent', priority: 1 })
    occasions.note({ type: 'advertisement-sent', priority: 2 })
  })
  t.strictSame(log, [1, 2, 3])
})

t.test('a listener that throws loses nothing', async t => {
  const log: number[] = []
  const occasions = new Occasions(
    event => {
      if (event.type !== 'advertisement-sent') return
      log.push(event.priority)
      if (event.priority === 1) throw new Error('listener')
    },
    () => {},
  )
  t.throws(
    () =>
      occasions.run(() => {
        occasions.note({ type: 'advertisement-sent', priority: 1 })
        occasions.note({ type: 'advertisement-sent', priority: 2 })
      }),
    { message: 'listener' },
  )
  occasions.run(() => occasions.note({ type: 'advertisement-sent', priority: 3 }))
  t.strictSame(log, [1, 2, 3])
})
