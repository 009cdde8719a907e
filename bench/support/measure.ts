/**
 * Measures operations beside each other in one run: absolute figures belong to the machine, ratios travel. Rounds of all
 * contestants are taken in turn, so that a slow moment of the machine hits each of them; the median round counts.
 */

/** One operation under measurement. `run` repeats it and returns something that depends on every result. */
export interface Contestant {
  readonly name: string
  readonly run: (repetitions: number) => number
}

/** Nanoseconds of CPU time per operation. */
export interface Measurement {
  readonly name: string
  readonly median: number
  readonly best: number
  readonly worst: number
}

/** Rounds that are measured of each contestant. */
const ROUNDS = 15

// Results end here, so that nothing can be optimised away.
let sink = 0

/** Measures all contestants in turn. @param repetitions - of the operation in one round */
export function measure(contestants: readonly Contestant[], repetitions: number): readonly Measurement[] {
  const rounds = contestants.map(() => [] as number[])
  for (const { run } of contestants) for (let i = 0; i < 3; i++) sink += run(repetitions)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { run }] of contestants.entries()) {
      const before = process.cpuUsage()
      sink += run(repetitions)
      const { user, system } = process.cpuUsage(before)
      rounds[index]?.push(((user + system) * 1000) / repetitions)
    }
  }
  return contestants.map(({ name }, index) => {
    const sorted = (rounds[index] ?? []).sort((a, b) => a - b)
    const at = (position: number) => sorted[position] ?? Number.NaN
    return { name, median: at(ROUNDS >> 1), best: at(0), worst: at(ROUNDS - 1) }
  })
}

/** A table of measurements; the ratio is to the first one. */
export function formatMeasurements(title: string, measurements: readonly Measurement[]): string {
  const base = measurements[0]?.median ?? Number.NaN
  const lines = measurements.map(({ name, median, best, worst }) => {
    const range = `[${best.toFixed(1)}..${worst.toFixed(1)}]`
    return `  ${name.padEnd(44)} ${median.toFixed(1).padStart(8)} ns ${range.padEnd(20)} x${(median / base).toFixed(2)}`
  })
  return [title, ...lines, ''].join('\n')
}

/** What was measured, as a number that nobody needs. */
export function residue(): number {
  return sink
}
