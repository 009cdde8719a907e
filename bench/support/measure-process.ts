/**
 * Measures whole processes, start included: CPU time of user and system, and the most memory that a process held.
 */
import { spawnSync } from 'node:child_process'

/** A command under measurement. */
export interface Candidate {
  readonly name: string
  readonly command: readonly string[]
}

/** CPU seconds of each run, in the order of the runs. */
export type ProcessTimes = ReadonlyMap<string, readonly number[]>

/** bash reports the times of a child that it waited for; output goes nowhere. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>&1'

/**
 * Runs the candidates in turn, so that a slow moment of the machine hits each of them.
 * @throws Error when a candidate fails
 */
export function measureProcesses(candidates: readonly Candidate[], runs: number): ProcessTimes {
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const { name, command } of candidates) {
      const { status, stderr } = spawnSync('bash', ['-c', TIMED, ...command], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${name}: exit ${status}`)
      const [user, system] = stderr.trim().split(' ').map(Number)
      times.get(name)?.push((user ?? Number.NaN) + (system ?? Number.NaN))
    }
  }
  return times
}

/** The run in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN
}

/** Peak resident memory of a Node program in MiB, as the program itself says at its end. */
export function peakMemory(script: string, args: readonly string[]): number {
  const report = 'process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS))'
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, script, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  )
  return Number(/peak (\d+)$/.exec(stderr)?.[1]) / 1024
}
