/**
 * `vrrp-cli ipvs save|restore|apply`: whole tables. What is read is parsed and checked to its end before anything is
 * written, and then only the difference is written.
 */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { messageOf } from '../../lib/errors.ts'
import {
  checkTable,
  type DesiredTable,
  describeProblem,
  formatIpvsadm,
  formatPlan,
  type IpvsadmStatement,
  type IpvsClient,
  parseIpvsadm,
  type ReconcileOptions,
  runIpvsadmScript,
  type ScriptResult,
  type SyncDaemonState,
} from '../../lib/ipvs/index.ts'
import { withNames } from '../ipvs-names.ts'
import { ipvsCommand, type OpenIpvs, printProblems, type SessionOptions, withIpvs } from '../ipvs-session.ts'
import { EXIT, type Output } from '../output.ts'

interface SaveOptions extends SessionOptions {
  readonly json?: true
}

/** `vrrp-cli ipvs save`. Sets the exit code of the process. */
export function saveCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('save', 'print the table as ipvsadm -Sn does, and the thresholds that it leaves out')
    .option('-n, --numeric', 'addresses and ports as numbers: always so')
    .option('--json', 'print it as JSON, for apply')
    .action(async (options: SaveOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        const table = await client.table()
        if (options.json) output.out(JSON.stringify({ services: table.map(withoutState) }, undefined, 2))
        else for (const line of formatIpvsadm(table)) output.out(line)
        return EXIT.ok
      })
    })
}

/** What was set, without what is counted. */
function withoutState(service: Awaited<ReturnType<IpvsClient['table']>>[number]) {
  const { statistics, destinations, ...settings } = service
  return {
    ...settings,
    destinations: destinations.map(destination => {
      const { address, port, forward, weight, upperThreshold, lowerThreshold } = destination
      return { address, port, forward, weight, upperThreshold, lowerThreshold }
    }),
  }
}

interface RestoreOptions extends SessionOptions {
  readonly keep?: true
  readonly dryRun?: true
  readonly json?: true
}

/** `vrrp-cli ipvs restore`. Sets the exit code of the process. */
export function restoreCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('restore', 'make the table what a text of ipvsadm commands says')
    .argument('[file]', 'the text, as save and ipvsadm -S print it (default: stdin)', '-')
    .option('--keep', 'start from the table that is there, as ipvsadm -R does; default: from nothing')
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: RestoreOptions) => {
      const statements = await readStatements(readText(file, output), file, output)
      if (statements === undefined) {
        process.exitCode = EXIT.failed
        return
      }
      process.exitCode = await withIpvs(output, open, options, async client => {
        const script = runIpvsadmScript(statements, options.keep ? await client.table() : [])
        if (printProblems(output, script.problems, shownName(file))) return EXIT.failed
        const failed = await reconcile(client, script.table, { prune: 'all' }, options, output)
        if (failed || options.dryRun) return failed ? EXIT.failed : EXIT.ok
        await writeRest(client, script)
        return EXIT.ok
      })
    })
}

interface ApplyOptions extends SessionOptions {
  readonly prune?: true
  readonly drain?: string
  readonly dryRun?: true
  readonly json?: true
}

const HELP = `
Nothing is written when a line is wrong. Then only the difference is written: what is right already stays as it is,
with its connections.`

/** `vrrp-cli ipvs apply`. Sets the exit code of the process. */
export function applyCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('apply', 'make the services of a file what they are in it; others stay')
    .argument('<file>', 'JSON as save --json prints it, or a text of ipvsadm commands; - for stdin')
    .option('--prune', 'delete the services that are not in the file')
    .option('--drain <seconds>', 'servers that go take no new connections, and stay so long while they have some')
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ApplyOptions) => {
      const desired = await readDesired(readText(file, output), file, output)
      if (desired === undefined) {
        process.exitCode = EXIT.failed
        return
      }
      process.exitCode = await withIpvs(output, open, options, async client => {
        const timeout = Number(options.drain ?? 0) * 1000
        if (!(timeout >= 0)) throw new RangeError(`--drain: '${options.drain}' is not a number of seconds`)
        const drain = options.drain === undefined ? {} : { drain: { timeout } }
        const prune = options.prune ? 'all' : 'owned'
        const failed = await reconcile(client, desired, { prune, ...drain }, options, output)
        return failed ? EXIT.failed : EXIT.ok
      })
    })
}

function readText(file: string, output: Output): string | undefined {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    output.err(`vrrp-cli: cannot read ${file === '-' ? 'stdin' : file}: ${messageOf(error)}`)
    return undefined
  }
}

function shownName(file: string): string {
  return file === '-' ? 'stdin' : file
}

async function readStatements(
  text: string | undefined,
  file: string,
  output: Output,
): Promise<readonly IpvsadmStatement[] | undefined> {
  if (text === undefined) return undefined
  const { statements, problems } = await withNames(names => parseIpvsadm(text, names))
  return printProblems(output, problems, shownName(file)) ? undefined : statements
}

async function readDesired(text: string | undefined, file: string, output: Output): Promise<DesiredTable | undefined> {
  if (text !== undefined && /^\s*[[{]/.test(text)) return readJson(text, shownName(file), output)
  const statements = await readStatements(text, file, output)
  if (statements === undefined) return undefined
  const { table, problems } = runIpvsadmScript(statements)
  return printProblems(output, problems, shownName(file)) ? undefined : table
}

function readJson(text: string, file: string, output: Output): DesiredTable | undefined {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    output.err(`${file}: error: not JSON: ${messageOf(error)}`)
    return undefined
  }
  const services = Array.isArray(document) ? document : (document as { readonly services?: unknown }).services
  const problems = checkTable(services)
  for (const problem of problems) output.err(`${file}: error: ${describeProblem(problem)}`)
  return problems.length === 0 ? (services as DesiredTable) : undefined
}

/** @returns whether something was refused */
async function reconcile(
  client: IpvsClient,
  desired: DesiredTable,
  options: ReconcileOptions,
  { dryRun = false, json }: { readonly dryRun?: boolean; readonly json?: true },
  output: Output,
): Promise<boolean> {
  const report = await client.reconcile(desired, { ...options, dryRun })
  if (json) {
    const texts = (steps: readonly { readonly text: string }[]) => steps.map(({ text }) => text)
    const { added, changed, draining, removed, errors } = report
    output.out(
      JSON.stringify({
        dryRun,
        added: texts(added),
        changed: texts(changed),
        draining: texts(draining),
        removed: texts(removed),
        errors: errors.map(({ code, message }) => ({ code, message })),
      }),
    )
  } else {
    if (dryRun) for (const line of formatPlan(report).split('\n').filter(Boolean)) output.out(line)
    for (const error of report.errors) output.err(`vrrp-cli: ${error.message}`)
  }
  return report.errors.length > 0
}

/** What a text says beside the table. */
async function writeRest(client: IpvsClient, { zeroed, timeouts, started, stopped }: ScriptResult): Promise<void> {
  if (zeroed === 'all') await client.zero()
  else for (const key of zeroed) await client.zero(key)
  if (Object.keys(timeouts).length > 0) await client.setTimeouts(timeouts)
  const running = new Set<SyncDaemonState>()
  for await (const { state } of client.daemons()) running.add(state)
  for (const state of stopped) if (running.has(state)) await client.stopDaemon(state)
  for (const daemon of started) {
    if (running.has(daemon.state) && !stopped.includes(daemon.state)) await client.stopDaemon(daemon.state)
    await client.startDaemon(daemon)
  }
}
