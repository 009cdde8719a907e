/**
 * Schedulers and their flags. ipvsadm(8), `-s` and `-b`; IP_VS_SVC_F_SCHED1-3 of linux/ip_vs.h.
 */

/** The schedulers of Linux whose flags have no names. */
export const PLAIN_SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'twos',
] as const

declare const other: unique symbol

/** A scheduler that is not one of Linux itself: the name of a module that somebody built. Made by {@link scheduling}. */
export type OtherScheduler = string & { readonly [other]: 'scheduler' }

/** A scheduler whose flags have no names. */
export type PlainScheduler = (typeof PLAIN_SCHEDULERS)[number] | OtherScheduler

/** A flag that has no name. */
export type PlainFlag = 'flag-1' | 'flag-2' | 'flag-3'
/** A flag of source hashing: another server when the first has weight 0 or is full; the source port counts too. */
export type ShFlag = 'sh-fallback' | 'sh-port' | 'flag-3'
/** A flag of Maglev hashing, as those of source hashing. */
export type MhFlag = 'mh-fallback' | 'mh-port' | 'flag-3'

/** A scheduler with the flags that it has. */
export type Scheduling =
  | { readonly scheduler: 'sh'; readonly schedulerFlags: readonly ShFlag[] }
  | { readonly scheduler: 'mh'; readonly schedulerFlags: readonly MhFlag[] }
  | { readonly scheduler: PlainScheduler; readonly schedulerFlags: readonly PlainFlag[] }

/** A scheduler as it is given. Default `wlc`, without flags. */
export type SchedulingOptions =
  | { readonly scheduler: 'sh'; readonly schedulerFlags?: readonly ShFlag[] }
  | { readonly scheduler: 'mh'; readonly schedulerFlags?: readonly MhFlag[] }
  | { readonly scheduler?: PlainScheduler; readonly schedulerFlags?: readonly PlainFlag[] }

const PLAIN_FLAGS = ['flag-1', 'flag-2', 'flag-3'] as const
const SH_FLAGS = ['sh-fallback', 'sh-port', 'flag-3'] as const
const MH_FLAGS = ['mh-fallback', 'mh-port', 'flag-3'] as const

/** The flags of a scheduler, in the order of their bits. */
export function schedulerFlagNames(scheduler: string): readonly string[] {
  return scheduler === 'sh' ? SH_FLAGS : scheduler === 'mh' ? MH_FLAGS : PLAIN_FLAGS
}

/** Why a text is no name of a scheduler; undefined when it can be one. */
export function schedulerProblem(scheduler: unknown): string | undefined {
  if (typeof scheduler !== 'string') return 'must be the name of a scheduler'
  if (/^[\w-]{1,15}$/.test(scheduler)) return undefined
  return `'${scheduler}' is not the name of a scheduler: 1 to 15 letters, digits, '-' and '_'`
}

/** Why a text is no flag of the scheduler; undefined when it is one. */
export function schedulerFlagProblem(scheduler: string, flag: unknown): string | undefined {
  if (typeof flag === 'string' && flagIndex(scheduler, flag) >= 0) return undefined
  return `'${String(flag)}' is not a flag of the scheduler ${scheduler}, which has ${schedulerFlagNames(scheduler).join(', ')}`
}

/**
 * A scheduler and its flags from text. `flag-1` and `flag-2` stand for the flags that have names too; the result has
 * each once, under its name, in the order of the bits.
 * @throws RangeError
 */
export function scheduling(scheduler: string, flags: readonly string[] = []): Scheduling {
  const problem = schedulerProblem(scheduler)
  if (problem !== undefined) throw new RangeError(`scheduler: ${problem}`)
  let bits = 0
  for (const flag of flags) {
    const refused = schedulerFlagProblem(scheduler, flag)
    if (refused !== undefined) throw new RangeError(`schedulerFlags: ${refused}`)
    bits |= 1 << flagIndex(scheduler, flag)
  }
  return schedulingOf(scheduler, bits)
}

/** The flags of a scheduler as bits 0-2. */
export function schedulerFlagBits({ scheduler, schedulerFlags }: Scheduling): number {
  let bits = 0
  for (const flag of schedulerFlags) bits |= 1 << flagIndex(scheduler, flag)
  return bits
}

/** The scheduling that a name and bits 0-2 say. */
export function schedulingOf(scheduler: string, bits: number): Scheduling {
  const set = <T extends string>(names: readonly T[]) => names.filter((_, index) => (bits & (1 << index)) !== 0)
  if (scheduler === 'sh') return { scheduler, schedulerFlags: set(SH_FLAGS) }
  if (scheduler === 'mh') return { scheduler, schedulerFlags: set(MH_FLAGS) }
  return { scheduler: scheduler as PlainScheduler, schedulerFlags: set(PLAIN_FLAGS) }
}

function flagIndex(scheduler: string, flag: string): number {
  const index = schedulerFlagNames(scheduler).indexOf(flag)
  return index >= 0 ? index : PLAIN_FLAGS.indexOf(flag as PlainFlag)
}
