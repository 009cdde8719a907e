/**
 * `vrrp-cli simulate A.conf B.conf …`: plays a scenario with the nodes of these files on a simulated network.
 */
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { messageOf } from '../../lib/errors.ts'
import { formatDiagnostic, type Milliseconds, VrrpError } from '../../lib/index.ts'
import { type SimulateOptions, simulateConfigurations } from '../../lib/router/simulate-configurations.ts'
import { formatReport, parseDuration, parseLoss, STEP_FORMS } from '../../lib/simulation/index.ts'
import { EXIT, type Output, processOutput } from '../output.ts'

interface CommandOptions {
  readonly at?: readonly string[]
  readonly scenario?: string
  readonly for?: Milliseconds
  readonly seed: number
  readonly delay: Milliseconds
  readonly jitter: Milliseconds
  readonly loss: number
  readonly configId?: readonly string[]
  readonly verbose?: true
  readonly json?: true
}

const HELP = `
Nodes are called A, B, C … in the order of the files, or by file name or router_id. Interfaces of one name are on one
segment. Without --at and --scenario: start, kill the master, bring it back.

Steps: ${Object.values(STEP_FORMS).join(' · ')}
  kill: power off. crash: kill -9, the kernel keeps the addresses. stop: clean. heal ends partitions and cuts.

Exit code: 0, or 1 when a file has an error or the simulation finds a problem (no owner, two owners, a late takeover),
or 2 when a step cannot be understood.

Example: vrrp-cli simulate a.conf b.conf --at 10s 'kill A' --at 20s 'restart A' --for 30s`

/** The command; sets the exit code of the process. */
export function simulateCommand(output: Output = processOutput()): Command {
  return new Command('simulate')
    .description('play failures with the nodes of keepalived.conf files on a simulated network: no root, no kernel')
    .argument('[file...]', 'configuration files, one for each node')
    .option('--at <time-and-step...>', "do something at a time: --at 5s 'kill A'; may be repeated")
    .option('--scenario <file>', "steps from a file, one a line: '5s kill A'")
    .option('--for <duration>', 'simulated time (default: until everything has settled)', duration('s'))
    .option('--seed <n>', 'seed of all chance: same seed, same output', seed, 1)
    .option('--delay <duration>', 'one-way delay of the network', duration('ms'), 0 as Milliseconds)
    .option('--jitter <duration>', 'most that chance adds to the delay', duration('ms'), 0 as Milliseconds)
    .option('--loss <probability>', 'frames lost: 10% or 0.1', loss, 0)
    .option('-i, --config-id <id>', 'keep the lines marked @id; once for each file, in their order', collect)
    .option('--verbose', 'a line for every advertisement')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((files: readonly string[], options: CommandOptions) => {
      process.exitCode = simulate(files, options, output)
    })
}

/** Runs and prints; returns the exit code. */
function simulate(operands: readonly string[], options: CommandOptions, output: Output): number {
  const { steps, files: swallowed } = pairSteps(options.at ?? [])
  const files = [...operands, ...swallowed]
  if (files.length === 0) {
    output.err('vrrp-cli: simulate needs the configuration files of the nodes (vrrp-cli simulate --help)')
    return EXIT.usage
  }
  try {
    const scenario = options.scenario === undefined ? {} : { scenario: readFileSync(options.scenario, 'utf8') }
    const run: SimulateOptions = {
      ...scenario,
      steps,
      seed: options.seed,
      delay: options.delay,
      jitter: options.jitter,
      loss: options.loss,
      everyAdvertisement: options.verbose === true,
      ...(options.for === undefined ? {} : { duration: options.for }),
      ...(options.configId === undefined ? {} : { configIds: options.configId }),
    }
    const { diagnostics, clusterDiagnostics, report } = simulateConfigurations(files, run)
    for (const diagnostic of [...diagnostics, ...clusterDiagnostics]) output.err(formatDiagnostic(diagnostic))
    if (report === undefined) {
      output.err('vrrp-cli: not simulated, because of the errors above')
      return EXIT.failed
    }
    if (options.json === true) output.out(JSON.stringify(report, undefined, 2))
    else for (const line of formatReport(report)) output.out(line)
    return report.ok ? EXIT.ok : EXIT.failed
  } catch (error) {
    if (error instanceof VrrpError && error.code === 'ERR_SCENARIO') {
      output.err(`vrrp-cli: ${error.message}`)
      return EXIT.usage
    }
    if (error instanceof Error && 'code' in error && 'path' in error) {
      output.err(`vrrp-cli: ${options.scenario}: ${error.message}`)
      return EXIT.failed
    }
    throw error
  }
}

/** Meant as a time, be it a good one or not. */
const TIME = /^\d[\d.]*[a-z]*(\d+[a-z]+)*$/

/**
 * The values of all `--at`, which takes two words and so swallows files that follow it: a time and a step, in turn;
 * what stands in the place of a time and does not look like one is a file.
 */
function pairSteps(values: readonly string[]): {
  readonly steps: { readonly at: string; readonly text: string }[]
  readonly files: string[]
} {
  const steps: { at: string; text: string }[] = []
  const files: string[] = []
  for (let i = 0; i < values.length; i++) {
    const at = values[i] ?? ''
    const [, time, rest] = /^(\S+)\s+(.+)$/.exec(at) ?? []
    if (time !== undefined && rest !== undefined && TIME.test(time)) steps.push({ at: time, text: rest })
    else if (i === 0 || TIME.test(at)) steps.push({ at, text: values[++i] ?? '' })
    else files.push(at)
  }
  return { steps, files }
}

function duration(unit: 'ms' | 's'): (text: string) => Milliseconds {
  return text => {
    const value = parseDuration(text, unit)
    if (value === undefined)
      throw new InvalidArgumentError(`Write it as 20ms, 5s, 1m30s or 1h (a bare number is ${unit}).`)
    return value
  }
}

function seed(text: string): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be an integer.')
  return value
}

function loss(text: string): number {
  try {
    return parseLoss(text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}
