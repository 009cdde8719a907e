/**
 * Looks that end when the test says so.
 */
import type { CheckSpecification, Looker, Lookers, LookOutcome } from '../../lib/health/index.ts'

/** A look that was begun. */
export interface FakeLook {
  readonly id: string
  readonly step: number
  readonly cancelled: boolean
  end(outcome: LookOutcome): void
}

/** Success. */
export const WELL: LookOutcome = { success: true }
/** Failure. */
export const ILL: LookOutcome = { success: false, failure: { kind: 'refused', text: 'refused' } }

/** Lookers of every type. */
export class FakeLookers {
  readonly looks: FakeLook[] = []
  /** If set, looks end at once, so. */
  answer: ((check: CheckSpecification) => LookOutcome) | undefined

  readonly lookers: Lookers

  constructor() {
    const looker: Looker = (check, step, done) => {
      const look = { id: check.id, step, cancelled: false, end: done }
      this.looks.push(look)
      if (this.answer !== undefined) done(this.answer(check))
      return {
        cancel() {
          look.cancelled = true
        },
      }
    }
    this.lookers = {
      tcp: looker,
      http: looker,
      ssl: looker,
      udp: looker,
      dns: looker,
      smtp: looker,
      ping: looker,
      misc: looker,
      file: looker,
    }
  }

  /** The one that was begun last. @throws Error when there is none */
  get last(): FakeLook {
    const last = this.looks.at(-1)
    if (last === undefined) throw new Error('nothing is looked at')
    return last
  }
}
