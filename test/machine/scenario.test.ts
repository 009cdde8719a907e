/**
 * Runs fixtures/scenarios: one sentence of an RFC each. A router, then steps of { at, event, actions, state }, where
 * actions and state are what the event must lead to. Fields that a router leaves out are those of DEFAULT_ROUTER.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import {
  initialState,
  type MachineAction,
  type MachineEvent,
  type MachineState,
  nextDeadline,
  type Step,
  step,
  type VirtualRouter,
} from '../../lib/machine/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { DEFAULT_ROUTER, deepFreeze } from './router.ts'

interface Scenario {
  readonly title: string
  readonly router: Partial<VirtualRouter>
  readonly steps: readonly {
    readonly at: number
    readonly event: MachineEvent
    readonly actions: readonly MachineAction[]
    readonly state: MachineState
  }[]
}

const folder = new URL('../../../fixtures/scenarios/', import.meta.url)
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Scenario[]
/** A file cannot say `undefined`. */
const asInFile = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

for (const file of readdirSync(folder).sort()) {
  t.test(file, async t => {
    for (const scenario of read(file)) {
      t.test(scenario.title, async t => {
        const router = deepFreeze({ ...DEFAULT_ROUTER, ...scenario.router })
        let state: MachineState = initialState(router)
        for (const [i, { at, event, ...expected }] of scenario.steps.entries()) {
          const now = milliseconds(at)
          const next: Step = deepFreeze(step(router, deepFreeze(state), deepFreeze(event), now))
          const what = `step ${i + 1}, ${event.type} at ${at}`
          t.strictSame(asInFile(next), { state: expected.state, actions: expected.actions }, what)
          t.strictSame(step(router, state, event, now), next, `${what}: the same again`)
          if (isDeepStrictEqual(expected.state, asInFile(state))) t.equal(next.state, state, `${what}: no copy`)
          const deadline = nextDeadline(next.state)
          t.equal(deadline === undefined, next.state.state === 'initialize', `${what}: a deadline unless in initialize`)
          state = next.state
        }
      })
    }
  })
}
