/**
 * How a virtual server shares out: scheduler, its flags, persistence.
 */
import type { IpFamily } from '../net/ip.ts'
import type { ParsedBlock, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { DEFAULT_PERSISTENCE } from './lvs-arguments.ts'
import type {
  PersistenceConfiguration,
  Scheduler,
  SchedulerFlag,
  VirtualServerConfiguration,
  VirtualServerTarget,
} from './lvs-configuration.ts'
import type { VIRTUAL_SERVER } from './virtual-server.ts'

/** The part of a virtual server that the kernel's service has. */
export type Scheduling = Pick<VirtualServerConfiguration, 'scheduler' | 'flags' | 'onePacket' | 'persistence'>

interface SchedulingContext {
  readonly name: string
  readonly targets: readonly VirtualServerTarget[]
  readonly family: IpFamily
  readonly protocol: VirtualServerConfiguration['protocol']
  readonly log: DiagnosticLog
}

/** The scheduler that understands a flag; absent: any but sh and mh, whose flags have names. */
const FLAGS: Readonly<Record<SchedulerFlag, Scheduler | undefined>> = {
  'flag-1': undefined,
  'flag-2': undefined,
  'flag-3': undefined,
  'sh-port': 'sh',
  'sh-fallback': 'sh',
  'mh-port': 'mh',
  'mh-fallback': 'mh',
}

/** Scheduler, flags and persistence, with what does nothing reported and left out. */
export function completeScheduling(block: ParsedBlock<typeof VIRTUAL_SERVER>, context: SchedulingContext): Scheduling {
  const { values, mistaken, position } = block
  const { name, targets, protocol, log } = context
  const said = values.lb_algo ?? values.lvs_sched
  if (said === undefined && !mistaken.has('lb_algo') && !mistaken.has('lvs_sched')) {
    log.report('missing-scheduling', position, `${name} has no 'lvs_sched': wlc is taken`)
  }
  const scheduler = said?.value ?? 'wlc'
  const addressed = targets.some(({ type }) => type === 'address')
  const { ops } = values
  const onePacket = ops !== undefined && (!addressed || protocol === 'udp')
  if (ops !== undefined && !onePacket) {
    log.report('ineffective-keyword', ops.position, `'ops' of ${name} does nothing: it is for UDP`)
  }
  const persistence = completePersistence(block, context)
  return { scheduler, flags: flagsOf(values, scheduler, context), onePacket, ...(persistence && { persistence }) }
}

function flagsOf(
  values: Values<typeof VIRTUAL_SERVER>,
  scheduler: Scheduler,
  { name, log }: SchedulingContext,
): readonly SchedulerFlag[] {
  const names = Object.keys(FLAGS) as SchedulerFlag[]
  return names.filter(flag => {
    const located = values[flag]
    if (located === undefined) return false
    const owner = FLAGS[flag]
    if (owner === undefined || owner === scheduler) return true
    const message = `'${flag}' of ${name} does nothing: it is for the scheduler ${owner}, and this one is ${scheduler}`
    log.report('ineffective-keyword', located.position, message)
    return false
  })
}

/** Without a port, and with what only persistence has, a service is persistent. */
function completePersistence(
  { values, position }: ParsedBlock<typeof VIRTUAL_SERVER>,
  { name, targets, family, log }: SchedulingContext,
): PersistenceConfiguration | undefined {
  const { persistence_timeout: timeout, persistence_granularity: mask, persistence_engine: engine } = values
  const anyPort = targets.some(target => target.type === 'address' && target.port === 0)
  if (timeout === undefined && mask === undefined && !anyPort) {
    if (engine !== undefined) {
      const message = `'persistence_engine' of ${name} does nothing without 'persistence_timeout'`
      log.report('ineffective-keyword', engine.position, message)
    }
    return undefined
  }
  if (timeout === undefined) {
    const why = mask === undefined ? 'it has no port, so it serves all of them' : "it has 'persistence_granularity'"
    const message = `${name} becomes persistent for 360 s: ${why}; say so with 'persistence_timeout'`
    log.report('persistence-implied', mask?.position ?? position, message)
  }
  const own = mask?.value
  const most = family === 4 ? 32 : 128
  if (own !== undefined && own.family !== family && mask !== undefined) {
    log.report(
      'invalid-value',
      mask.position,
      `'persistence_granularity' of ${name} must be for IPv${family}: it is ignored`,
    )
  }
  return {
    timeout: timeout?.value ?? DEFAULT_PERSISTENCE,
    prefixLength: own !== undefined && own.family === family ? own.prefixLength : most,
    ...(engine !== undefined && { engine: engine.value }),
  }
}
