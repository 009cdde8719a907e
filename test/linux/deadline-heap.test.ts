/**
 * The heap of deadlines, against a sorted list.
 */
import fc from 'fast-check'
import t from 'tap'
import { type Deadline, DeadlineHeap } from '../../lib/linux/deadline-heap.ts'

const deadline = (latest: number): Deadline => ({ latest, place: -1 })

t.test('the first is the earliest after any sequence of adding and removing', async t => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ remove: fc.nat({ max: 1000 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const heap = new DeadlineHeap()
      const model: Deadline[] = []
      for (const action of steps) {
        if ('add' in action) {
          const entry = deadline(action.add)
          model.push(entry)
          heap.add(entry)
        } else if (model.length > 0) {
          const [entry] = model.splice(action.remove % model.length, 1)
          if (entry === undefined || !heap.remove(entry) || heap.remove(entry)) return false
        }
        const earliest = model.length === 0 ? undefined : Math.min(...model.map(({ latest }) => latest))
        if (heap.first?.latest !== earliest || heap.size !== model.length) return false
      }
      return true
    }),
  )
  t.pass('as the model')
})

t.test('what was never in is not removed', async t => {
  const heap = new DeadlineHeap()
  heap.add(deadline(1))
  t.equal(heap.remove(deadline(1)), false)
  t.equal(heap.size, 1)
})
