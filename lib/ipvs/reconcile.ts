/**
 * Makes the kernel's table what is wanted: reads it, sends the difference, and copes with others who write to it too.
 */
import { SystemError } from '../errors.ts'
import { ERRNO } from '../netlink/index.ts'
import type { IpvsCommand } from './command.ts'
import { completeTable } from './complete-table.ts'
import { type DiffOptions, diff } from './diff.ts'
import type { IpvsError } from './ipvs-error.ts'
import type { Pace } from './pace.ts'
import { formatServiceKey } from './service-key.ts'
import type { DesiredTable, IpvsTable, TableEntryState } from './table.ts'
import { type PlanStep, planCommands, type TablePlan } from './table-plan.ts'

/** Options of `reconcile`. */
export interface ReconcileOptions extends Omit<DiffOptions, 'drain'> {
  /**
   * Whether a destination that is to go and has connections only gets weight 0: it is removed by the first
   * `reconcile` that finds it without. With a time-out `reconcile` itself waits for that so long, in
   * milliseconds, and then removes it anyway. Default false: it is removed at once.
   */
  readonly drain?: boolean | { readonly timeout: number }
  /** Send nothing; the report is the plan. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

/** What `reconcile` did (or would do), and what was refused. `formatPlan` shows it. */
export interface ReconcileReport extends TablePlan {
  readonly errors: readonly IpvsError[]
}

/** The table of the kernel, as `reconcile` needs it. */
export interface TableAccess {
  read(): Promise<readonly TableEntryState[]>
  execute(commands: readonly IpvsCommand[]): Promise<readonly (IpvsError | undefined)[]>
}

/** How often a draining destination is looked at, ms. */
const DRAIN_INTERVAL = 1000

/**
 * See `IpvsClient.reconcile`.
 * @throws RangeError before anything is sent when the table wanted is wrong
 */
export async function reconcileTable(
  access: TableAccess,
  desired: DesiredTable,
  options: ReconcileOptions,
  pace: Pace,
): Promise<ReconcileReport> {
  const { drain = false, dryRun = false, ...rest } = options
  const wanted = completeTable(desired)
  const settings: DiffOptions = { ...rest, drain: drain !== false }
  if (dryRun) return { ...diff(await access.read(), wanted, settings), errors: [] }
  let report = await settle(access, wanted, settings)
  if (typeof drain !== 'object') return report
  const deadline = performance.now() + drain.timeout
  while (report.draining.length > 0) {
    const left = deadline - performance.now()
    if (left > 0) await pace.sleep(Math.min(left, DRAIN_INTERVAL))
    report = merged(report, await settle(access, wanted, { ...settings, drain: left > 0 }))
  }
  return report
}

/** Carries out the difference; once more when others wrote to the table meanwhile, or a dump missed something. */
async function settle(access: TableAccess, wanted: IpvsTable, options: DiffOptions): Promise<ReconcileReport> {
  let first: Outcome
  try {
    first = await carryOut(access, diff(await access.read(), wanted, options))
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== ERRNO.ENOBUFS) throw error
    // Answers were lost: what was done shows the table.
    first = { report: { added: [], changed: [], draining: [], removed: [], errors: [] }, raced: true }
  }
  if (!first.raced) return first.report
  const second = await carryOut(access, diff(await access.read(), wanted, options))
  return merged(first.report, second.report)
}

interface Outcome {
  readonly report: ReconcileReport
  /** The table was not what had been read. */
  readonly raced: boolean
}

async function carryOut(access: TableAccess, plan: TablePlan): Promise<Outcome> {
  const commands = planCommands(plan)
  const refusals = await access.execute(commands)
  const failed = new Map<IpvsCommand, IpvsError>()
  const again: { readonly original: IpvsCommand; readonly command: IpvsCommand }[] = []
  const lost = new Set<string>()
  let raced = false
  for (const [index, original] of commands.entries()) {
    const error = refusals[index]
    const other = error === undefined ? 'done' : otherWay(original, error)
    if (error === undefined || other === 'done') continue
    if (other !== undefined) {
      again.push({ original, command: other })
      continue
    }
    failed.set(original, error)
    if (original.type === 'add-service') lost.add(formatServiceKey(original.service))
    // A service that somebody has deleted comes back in the second round.
    else if (isAboutNoService(error) && !isEcho(original, error, lost)) raced = true
  }
  const secondRefusals = await access.execute(again.map(({ command }) => command))
  for (const [index, { original }] of again.entries()) {
    const error = secondRefusals[index]
    if (error !== undefined) failed.set(original, error)
  }
  const errors = [...failed].flatMap(([command, error]) => (isEcho(command, error, lost) ? [] : [error]))
  return { report: { ...without(plan, failed), errors }, raced: raced || again.length > 0 }
}

function isAboutNoService({ code }: IpvsError): boolean {
  return code === 'ERR_IPVS_SERVICE_NOT_FOUND'
}

/** What to do when the table is not what was read; `done` when nothing. */
function otherWay(command: IpvsCommand, { code }: IpvsError): IpvsCommand | 'done' | undefined {
  switch (command.type) {
    case 'add-service':
      return code === 'ERR_IPVS_SERVICE_EXISTS' ? { ...command, type: 'edit-service' } : undefined
    case 'edit-service':
      return code === 'ERR_IPVS_SERVICE_NOT_FOUND' ? { ...command, type: 'add-service' } : undefined
    case 'add-destination':
      return code === 'ERR_IPVS_DESTINATION_EXISTS' ? { ...command, type: 'edit-destination' } : undefined
    case 'edit-destination':
      return code === 'ERR_IPVS_DESTINATION_NOT_FOUND' ? { ...command, type: 'add-destination' } : undefined
    case 'delete-service':
    case 'delete-destination':
      return code.endsWith('_NOT_FOUND') ? 'done' : undefined
    default:
      return undefined
  }
}

/** Whether a refusal says no more than that the service could not be added. */
function isEcho(command: IpvsCommand, error: IpvsError, lost: ReadonlySet<string>): boolean {
  if (!isAboutNoService(error) || !('service' in command) || command.service === undefined) return false
  return command.type !== 'add-service' && lost.has(formatServiceKey(command.service))
}

function without(plan: TablePlan, failed: ReadonlyMap<IpvsCommand, unknown>): TablePlan {
  if (failed.size === 0) return plan
  const done = (steps: readonly PlanStep[]) => steps.filter(({ command }) => !failed.has(command))
  return {
    added: done(plan.added),
    changed: done(plan.changed),
    draining: plan.draining.filter(({ command }) => command === undefined || !failed.has(command)),
    removed: done(plan.removed),
  }
}

/** What was done in two rounds; what drains and what was refused are those of the second. */
function merged(first: ReconcileReport, second: ReconcileReport): ReconcileReport {
  return {
    added: [...first.added, ...second.added],
    changed: [...first.changed, ...second.changed],
    draining: second.draining,
    removed: [...first.removed, ...second.removed],
    errors: second.errors,
  }
}
