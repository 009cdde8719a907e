/**
 * real_server and sorry_server: what they inherit from their virtual server, and the ports that forwarding leaves them.
 */
import { canonicalIp, familyOf, type IpFamily } from '../net/ip.ts'
import { type CheckerContext, completeCheckers } from './complete-checker.ts'
import { type GlobalValues, originOf } from './complete-global.ts'
import type { ParsedBlock, Values } from './declaration.ts'
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { Word } from './lexer.ts'
import type {
  ForwardingConfiguration,
  RealServerConfiguration,
  SorryServerConfiguration,
  VirtualServerConfiguration,
  VirtualServerTarget,
} from './lvs-configuration.ts'
import type { REAL_SERVER, VIRTUAL_SERVER } from './virtual-server.ts'

/** What a server belongs to. */
export interface ServerContext {
  readonly values: Values<typeof VIRTUAL_SERVER>
  readonly name: string
  readonly family: IpFamily
  readonly protocol: VirtualServerConfiguration['protocol']
  readonly targets: readonly VirtualServerTarget[]
  readonly isGroup: boolean
  readonly globalValues: GlobalValues
  readonly trackFiles: CheckerContext['trackFiles']
  readonly log: DiagnosticLog
}

/** Address and port of a server as they are written. Port 0: none. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** Reads `ADDRESS [PORT]`; undefined after a report. */
export function parseServerAddress(
  words: readonly Pick<Word, 'text' | 'position'>[],
  what: string,
  log: DiagnosticLog,
): ServerAddress | undefined {
  const [first, second] = words
  if (first === undefined) return undefined
  if (familyOf(first.text) === undefined) {
    log.report('invalid-address', first.position, `${quote(first.text)} is not an IP address: the ${what} is left out`)
    return undefined
  }
  const port = second === undefined ? 0 : /^\d{1,5}$/.test(second.text) ? Number(second.text) : 65536
  if (second !== undefined && port > 65535) {
    const message = `${quote(second.text)} is no port of 0..65535: the ${what} is left out`
    log.report('invalid-value', second.position, message)
    return undefined
  }
  return { address: canonicalIp(first.text), port }
}

/** A real server with everything it inherits, or undefined after a report. */
export function completeRealServer(
  block: ParsedBlock<typeof REAL_SERVER>,
  context: ServerContext,
): RealServerConfiguration | undefined {
  const { values: server, position } = block
  const { values, globalValues, log } = context
  const written = parseServerAddress(block.words, 'real server', log)
  if (written === undefined) return undefined
  const forwarding = server.lvs_method?.value ?? defaultForwarding(values)
  if (!fitsFamily(written.address, forwarding, context, 'real server', position)) return undefined
  const port = portOf(written, forwarding, context, 'real_server', position)
  const name = nameOfServer({ address: written.address, port }, context.protocol)
  const inherit = <K extends keyof typeof server & keyof typeof values>(key: K) => server[key] ?? values[key]
  const mail = server.smtp_alert ?? globalValues.smtp_alert_checker ?? globalValues.smtp_alert
  const inherited = {
    connect_timeout: inherit('connect_timeout'),
    retry: inherit('retry'),
    delay_before_retry: inherit('delay_before_retry'),
    warmup: inherit('warmup'),
    delay_loop: inherit('delay_loop'),
    alpha: inherit('alpha'),
  }
  return {
    name,
    address: written.address,
    port,
    weight: (server.weight ?? values.weight)?.value ?? 1,
    forwarding,
    upperThreshold: server.uthreshold?.value ?? 0,
    lowerThreshold: lowerThresholdOf(server, name, log),
    inhibitOnFailure: inherit('inhibit_on_failure')?.value ?? false,
    ...(server.notify_up !== undefined && { notifyUp: server.notify_up.value }),
    ...(server.notify_down !== undefined && { notifyDown: server.notify_down.value }),
    // Others are off unless they are asked for; this one keepalived has always had on.
    smtpAlert: mail?.value ?? true,
    checks: completeCheckers(server, {
      name,
      address: written.address,
      port,
      inherited: Object.fromEntries(Object.entries(inherited).filter(([, located]) => located !== undefined)),
      virtualHost: (server.virtualhost ?? values.virtualhost)?.value,
      logAllFailures: globalValues.checker_log_all_failures?.value ?? false,
      trackFiles: context.trackFiles,
      log,
    }),
    origin: originOf(position, server),
  }
}

/** The kernel refuses a server whose lower threshold is above its upper one. */
function lowerThresholdOf(
  { uthreshold, lthreshold }: Values<typeof REAL_SERVER>,
  name: string,
  log: DiagnosticLog,
): number {
  const upper = uthreshold?.value ?? 0
  if (lthreshold === undefined || lthreshold.value <= upper) return lthreshold?.value ?? 0
  const message = `'lthreshold' ${lthreshold.value} of ${name} is above its 'uthreshold' ${upper}: it is ignored`
  log.report('ineffective-keyword', lthreshold.position, message)
  return 0
}

/** The sorry server, or undefined when there is none or after a report. */
export function completeSorryServer(context: ServerContext): SorryServerConfiguration | undefined {
  const { values, log } = context
  const located = values.sorry_server
  if (located === undefined) {
    for (const keyword of ['sorry_server_inhibit', 'sorry_server_lvs_method'] as const) {
      const at = values[keyword]?.position
      if (at !== undefined) log.report('ineffective-keyword', at, `'${keyword}' does nothing without 'sorry_server'`)
    }
    return undefined
  }
  const { position } = located
  const words = located.value.map(text => ({ text, position }))
  const written = parseServerAddress(words, 'sorry server', log)
  if (written === undefined) return undefined
  const forwarding = values.sorry_server_lvs_method?.value ?? defaultForwarding(values)
  if (!fitsFamily(written.address, forwarding, context, 'sorry server', position)) return undefined
  const port = portOf(written, forwarding, context, 'sorry_server', position)
  const server = { address: written.address, port }
  return {
    name: nameOfServer(server, context.protocol),
    ...server,
    forwarding,
    inhibit: values.sorry_server_inhibit !== undefined,
  }
}

/** What a virtual server says, for servers that say nothing. */
export function defaultForwarding(values: Values<typeof VIRTUAL_SERVER>): ForwardingConfiguration {
  return (values.lb_kind ?? values.lvs_method)?.value ?? { type: 'nat' }
}

/** As keepalived calls a service or a server: `[192.0.2.1]:tcp:80`. */
export function nameOfServer(
  { address, port }: ServerAddress,
  protocol: VirtualServerConfiguration['protocol'],
): string {
  return `[${address}]:${protocol ?? 'none'}:${port}`
}

function fitsFamily(
  address: string,
  forwarding: ForwardingConfiguration,
  { family, name, log }: ServerContext,
  what: string,
  position: SourcePosition,
): boolean {
  if (forwarding.type === 'tunnel' || familyOf(address) === family) return true
  const message = `the ${what} ${address} is not IPv${family} like ${name}: it is left out; only a tunnel (lvs_method TUN) can change the family`
  log.report('server-family', position, message)
  return false
}

/** NAT alone can change the port. */
function portOf(
  { address, port }: ServerAddress,
  forwarding: ForwardingConfiguration,
  { targets, isGroup, name, log }: ServerContext,
  what: string,
  position: SourcePosition,
): number {
  const nat = forwarding.type === 'nat'
  const method = forwarding.type === 'dr' ? 'DR' : 'TUN'
  const [first] = targets
  const ports = targets.flatMap(target => (target.type === 'address' ? [target.port] : []))
  if (!isGroup && first?.type === 'address') {
    if (nat || port === 0 || port === first.port) return port === 0 ? first.port : port
    const message = `the port ${port} of ${what} ${address} is not that of ${name}, and ${method} cannot change it: it becomes ${first.port}`
    log.report('server-port', position, message)
    return first.port
  }
  const wrong = !nat && port !== 0 && (ports.length < targets.length || ports.some(each => each !== port))
  if (!wrong) return port
  const message = `the port ${port} of ${what} ${address} is ignored by ${name}: ${method} leaves a packet the port it has`
  log.report('server-port', position, message)
  return isGroup ? port : 0
}
