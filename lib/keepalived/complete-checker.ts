/**
 * The checkers of a real server: what they inherit, the default of each kind, what they cannot be without.
 */
import { type Milliseconds, milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { CheckConfiguration, CheckConnection, CheckTiming } from './check-configuration.ts'
import type { CHECKER, CHECKERS, FILE, INHERITED, MISC, SCHEDULED, SMTP } from './checker-keywords.ts'
import { originOf } from './complete-global.ts'
import { completeWeb } from './complete-web-checker.ts'
import type { KeywordTable, Located, ParsedBlock, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { suggest } from './suggest.ts'

/** What real servers hand down to their checkers. */
export type InheritedValues = Values<typeof INHERITED>

/** What a checker belongs to. */
export interface CheckerContext {
  /** For messages. */
  readonly name: string
  readonly address: string
  readonly port: number
  /** Of the real server, with those of its virtual server behind them. */
  readonly inherited: InheritedValues
  readonly virtualHost: string | undefined
  readonly logAllFailures: boolean
  readonly trackFiles: ReadonlyMap<string, { readonly weight: number; readonly reverse: boolean }>
  readonly log: DiagnosticLog
}

/** What a kind of checker takes where nothing is said. */
interface TimingDefaults {
  readonly retry: number
  /** Absent: the interval. */
  readonly delayBeforeRetry?: Milliseconds
}

const SECOND = secondsToMilliseconds(1)
const USUAL: TimingDefaults = { retry: 1, delayBeforeRetry: SECOND }
const WEB_DEFAULTS: TimingDefaults = { retry: 1, delayBeforeRetry: secondsToMilliseconds(3) }
const DNS_DEFAULTS: TimingDefaults = { retry: 3 }
const MISC_DEFAULTS: TimingDefaults = { retry: 0, delayBeforeRetry: SECOND }

/** The checkers of a real server, kind by kind; those that cannot run are reported and left out. */
export function completeCheckers(
  values: Values<typeof CHECKERS>,
  context: CheckerContext,
): readonly CheckConfiguration[] {
  const each = <K extends KeywordTable>(
    blocks: Located<readonly ParsedBlock<K>[]> | undefined,
    complete: (block: ParsedBlock<K>) => CheckConfiguration | undefined,
  ): CheckConfiguration[] => (blocks?.value ?? []).flatMap(block => complete(block) ?? [])
  const connected = ({ values: own, position }: ParsedBlock<typeof CHECKER>, defaults = USUAL) => ({
    ...completeTiming(own, defaults, context),
    connection: completeConnection(own, context),
    origin: originOf(position, own),
  })
  const web = (tls: boolean) => (block: Parameters<typeof completeWeb>[0]) => {
    const parts = completeWeb(block, tls, context)
    // nb_get_retry: the name of retry in keepalived 1.x.
    const retry = block.values.retry ?? block.values.nb_get_retry
    const own = retry === undefined ? block.values : { ...block.values, retry }
    return parts && { ...parts, ...connected({ ...block, values: own }, WEB_DEFAULTS) }
  }
  return [
    ...each(values.TCP_CHECK, block => ({ type: 'tcp', ...connected(block) })),
    ...each(values.HTTP_GET, web(false)),
    ...each(values.SSL_GET, web(true)),
    ...each(values.UDP_CHECK, block => ({
      type: 'udp',
      ...connected(block),
      ...(block.values.payload !== undefined && { payload: block.values.payload.value }),
      ...(block.values.require_reply !== undefined && { reply: block.values.require_reply.value }),
      minReplyLength: block.values.min_reply_length?.value ?? 0,
      maxReplyLength: block.values.max_reply_length?.value ?? 255,
    })),
    ...each(values.DNS_CHECK, block => ({
      type: 'dns',
      ...connected(block, DNS_DEFAULTS),
      recordType: block.values.type?.value ?? 'SOA',
      name: block.values.name?.value ?? '.',
    })),
    ...each(values.SMTP_CHECK, block => {
      const merged = withHost(block)
      const heloName = merged.values.helo_name?.value ?? 'smtpchecker.keepalived.org'
      return { type: 'smtp', ...connected(merged), heloName }
    }),
    ...each(values.MISC_CHECK, block => completeMisc(block, context)),
    ...each(values.PING_CHECK, block => ({ type: 'ping', ...connected(block) })),
    ...each(values.FILE_CHECK, block => completeFile(block, context)),
  ]
}

function completeTiming(
  own: Values<typeof SCHEDULED>,
  defaults: TimingDefaults,
  { inherited, logAllFailures }: CheckerContext,
): CheckTiming {
  const interval = (own.delay_loop ?? inherited.delay_loop)?.value ?? secondsToMilliseconds(60)
  return {
    interval,
    retry: (own.retry ?? inherited.retry)?.value ?? defaults.retry,
    delayBeforeRetry:
      (own.delay_before_retry ?? inherited.delay_before_retry)?.value ?? defaults.delayBeforeRetry ?? interval,
    warmup: (own.warmup ?? inherited.warmup)?.value ?? interval,
    alpha: (own.alpha ?? inherited.alpha)?.value ?? false,
    logAllFailures: own.log_all_failures?.value ?? logAllFailures,
  }
}

function completeConnection(
  own: Values<typeof CHECKER>,
  { address, port, inherited }: CheckerContext,
): CheckConnection {
  return {
    address: own.connect_ip?.value ?? address,
    port: own.connect_port?.value ?? port,
    ...(own.bindto !== undefined && { source: own.bindto.value }),
    ...(own.bind_port !== undefined && { sourcePort: own.bind_port.value }),
    ...(own.bind_if !== undefined && { interface: own.bind_if.value }),
    ...(own.fwmark !== undefined && own.fwmark.value > 0 && { mark: own.fwmark.value }),
    timeout: (own.connect_timeout ?? inherited.connect_timeout)?.value ?? secondsToMilliseconds(5),
  }
}

/** SMTP_CHECK of keepalived 1.x has its connection in a block of its own. */
function withHost(block: ParsedBlock<typeof SMTP>): ParsedBlock<typeof SMTP> {
  const [host] = block.values.host?.value ?? []
  return host === undefined ? block : { ...block, values: { ...block.values, ...host.values } }
}

function completeMisc(
  { values, position, mistaken }: ParsedBlock<typeof MISC>,
  context: CheckerContext,
): CheckConfiguration | undefined {
  if (values.misc_path === undefined) {
    const message = `MISC_CHECK of ${context.name} has no 'misc_path': it is left out`
    if (!mistaken.has('misc_path')) context.log.report('missing-tracked', position, message)
    return undefined
  }
  const [user, group] = values.user?.value ?? []
  const timing = completeTiming(values, MISC_DEFAULTS, context)
  return {
    type: 'misc',
    ...timing,
    command: {
      ...values.misc_path.value,
      ...(user !== undefined && { user }),
      ...(group !== undefined && { group }),
    },
    timeout: values.misc_timeout?.value ?? timing.interval,
    dynamic: values.misc_dynamic !== undefined,
    origin: originOf(position, values),
  }
}

function completeFile(
  { values, position, mistaken }: ParsedBlock<typeof FILE>,
  { name, trackFiles, log }: CheckerContext,
): CheckConfiguration | undefined {
  const file = values.track_file
  if (file === undefined) {
    const message = `FILE_CHECK of ${name} has no 'track_file': it is left out`
    if (!mistaken.has('track_file')) log.report('missing-tracked', position, message)
    return undefined
  }
  const declared = trackFiles.get(file.value)
  if (declared === undefined) {
    const message = `FILE_CHECK of ${name}: there is no track_file '${file.value}': the check is left out`
    log.report('unknown-tracked', file.position, message, { suggestion: suggest(file.value, trackFiles.keys()) })
    return undefined
  }
  // Weight 0 here means that of the track_file, as with keepalived.
  const own = values.weight?.value
  const { weight, reverse } = own === undefined || own.weight === 0 ? declared : own
  return {
    type: 'file',
    file: file.value,
    weight,
    reverse,
    // The file is watched: nothing of this waits.
    interval: milliseconds(0),
    retry: 0,
    delayBeforeRetry: milliseconds(0),
    warmup: milliseconds(0),
    alpha: false,
    logAllFailures: false,
    origin: originOf(position, values),
  }
}
