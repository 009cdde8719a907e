/**
 * virtual_server: defaults and the corrections that keepalived makes at start, each with a message.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import { type GlobalValues, originOf } from './complete-global.ts'
import {
  completeRealServer,
  completeSorryServer,
  defaultForwarding,
  nameOfServer,
  parseServerAddress,
  type ServerContext,
} from './complete-real-server.ts'
import { completeScheduling } from './complete-scheduling.ts'
import type { Located, ParsedBlock, Values } from './declaration.ts'
import { quote } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { RealServerConfiguration, VirtualServerConfiguration, VirtualServerTarget } from './lvs-configuration.ts'
import { suggest } from './suggest.ts'
import type { VIRTUAL_SERVER } from './virtual-server.ts'
import type { VirtualServerGroupLine } from './virtual-server-group.ts'

/** What virtual servers inherit and refer to. */
export interface VirtualServerContext {
  readonly globalValues: GlobalValues
  readonly groups: ReadonlyMap<string, readonly Located<VirtualServerGroupLine>[]>
  readonly trackFiles: ServerContext['trackFiles']
  readonly log: DiagnosticLog
}

type VirtualServerBlock = ParsedBlock<typeof VIRTUAL_SERVER>

interface Targets {
  readonly name: string
  readonly targets: readonly VirtualServerTarget[]
  readonly isGroup: boolean
  readonly family: IpFamily
}

/** A virtual server that can run, or undefined after an error. */
export function completeVirtualServer(
  block: VirtualServerBlock,
  context: VirtualServerContext,
): VirtualServerConfiguration | undefined {
  const { values, position, mistaken } = block
  const { globalValues, trackFiles, log } = context
  const protocol = completeProtocol(block, context)
  const found = completeTargets(block, protocol, context)
  if (found === undefined) return undefined
  const { name, targets, isGroup, family } = found
  const server = { values, name, family, protocol, targets, isGroup, globalValues, trackFiles, log }
  const blocks = values.real_server?.value ?? []
  const servers = distinct(
    blocks.flatMap(each => completeRealServer(each, server) ?? []),
    name,
    log,
  )
  if (servers.length === 0) {
    const message = `${name} has no 'real_server': it is left out`
    if (blocks.length === 0 && !mistaken.has('real_server')) log.report('missing-server', position, message)
    return undefined
  }
  if (values.lb_kind === undefined && values.lvs_method === undefined && !mistaken.has('lb_kind')) {
    const bare = blocks.some(each => each.values.lvs_method === undefined)
    if (bare) log.report('missing-scheduling', position, `${name} has no 'lvs_method': NAT is taken`)
  }
  const sorry = completeSorryServer(server)
  const duplicate = servers.find(each => each.address === sorry?.address && each.port === sorry.port)
  const mail = values.smtp_alert ?? globalValues.smtp_alert_checker ?? globalValues.smtp_alert
  return {
    name,
    targets,
    family,
    ...(protocol !== undefined && { protocol }),
    ...completeScheduling(block, { name, targets, family, protocol, log }),
    ...completeQuorum(name, values, servers, log),
    ...(values.quorum_up !== undefined && { quorumUp: values.quorum_up.value }),
    ...(values.quorum_down !== undefined && { quorumDown: values.quorum_down.value }),
    omega: values.omega !== undefined,
    haSuspend: completeHaSuspend(name, values, targets, log),
    smtpAlert: mail?.value ?? false,
    // The same server in both roles is one entry of the table: it can have one kind of absence only.
    ...(sorry !== undefined && {
      sorryServer: duplicate === undefined ? sorry : { ...sorry, inhibit: duplicate.inhibitOnFailure },
    }),
    servers,
    origin: originOf(position, values),
  }
}

/** What the words behind virtual_server name. */
function completeTargets(
  block: VirtualServerBlock,
  protocol: VirtualServerConfiguration['protocol'],
  { groups, log }: VirtualServerContext,
): Targets | undefined {
  const { words, values } = block
  const [first, second] = words
  if (first === undefined) return undefined
  if (first.text === 'group') {
    const group = second === undefined ? undefined : groups.get(second.text)
    const text = second?.text ?? ''
    if (group === undefined) {
      const message = `there is no virtual_server_group ${quote(text)}: the virtual server is left out`
      log.report('unknown-group', (second ?? first).position, message, { suggestion: suggest(text, groups.keys()) })
      return undefined
    }
    const targets = group.flatMap(({ value }) => targetsOf(value, familyOfServers(block)))
    const family = familyOfTargets(targets)
    const foreign = targets.some(target => familyOfTargets([target]) !== family)
    if (foreign && !onlyTunnels(block)) {
      const message = `the group ${quote(text)} has IPv4 and IPv6: that works with tunnels (lvs_method TUN) only; the virtual server is left out`
      log.report('server-family', (second ?? first).position, message)
      return undefined
    }
    return { name: `[${text}]:0`, targets, isGroup: true, family }
  }
  if (first.text === 'fwmark') {
    const mark = second !== undefined && /^\d{1,10}$/.test(second.text) ? Number(second.text) : 0
    if (mark < 1 || mark > 0xffffffff) {
      const message = `'fwmark' needs a whole number of 1..4294967295: the virtual server is left out`
      log.report('invalid-value', (second ?? first).position, message)
      return undefined
    }
    const family = familyOfServers(block)
    return { name: `FWM ${mark}`, targets: [{ type: 'mark', mark, family }], isGroup: false, family }
  }
  const written = parseServerAddress(words, 'virtual server', log)
  if (written === undefined) return undefined
  const family = familyOf(written.address) ?? 4
  const wanted = values.ip_family
  if (wanted !== undefined && (wanted.value === 'inet' ? 4 : 6) !== family) {
    log.report('ineffective-keyword', wanted.position, `'ip_family' is for marks: ${written.address} is IPv${family}`)
  }
  const name = nameOfServer(written, protocol)
  return { name, targets: [{ type: 'address', ...written }], isGroup: false, family }
}

function targetsOf(line: VirtualServerGroupLine, family: IpFamily): readonly VirtualServerTarget[] {
  if (line.type === 'mark') return [{ type: 'mark', mark: line.mark, family: line.family ?? family }]
  const { first, count, port } = line
  return [{ type: 'address', address: first, ...(count > 1 && { count }), port }]
}

function familyOfTargets([first]: readonly VirtualServerTarget[]): IpFamily {
  if (first === undefined) return 4
  return first.type === 'mark' ? first.family : (familyOf(first.address) ?? 4)
}

/** Of a mark: as it is said, else that of the servers; of both when all are reached by tunnels: IPv4. */
function familyOfServers({ values }: VirtualServerBlock): IpFamily {
  if (values.ip_family !== undefined) return values.ip_family.value === 'inet' ? 4 : 6
  if (values.persistence_granularity !== undefined) return values.persistence_granularity.value.family
  const method = defaultForwarding(values)
  const servers = (values.real_server?.value ?? []).map(each => ({
    family: familyOf(each.words[0]?.text ?? ''),
    tunnel: (each.values.lvs_method?.value ?? method).type === 'tunnel',
  }))
  const [decisive = servers[0]] = servers.filter(({ tunnel }) => !tunnel)
  const all = new Set((decisive?.tunnel === false ? [decisive] : servers).map(({ family }) => family))
  return all.size === 1 ? (decisive?.family ?? 4) : 4
}

function onlyTunnels({ values }: VirtualServerBlock): boolean {
  const method = defaultForwarding(values)
  const sorry = values.sorry_server === undefined ? method : (values.sorry_server_lvs_method?.value ?? method)
  const servers = (values.real_server?.value ?? []).map(each => each.values.lvs_method?.value ?? method)
  return [...servers, ...(values.sorry_server === undefined ? [] : [sorry])].every(({ type }) => type === 'tunnel')
}

/** The protocol: keepalived takes UDP where none is said. Marks have none. */
function completeProtocol(
  { words, values, position, mistaken }: VirtualServerBlock,
  { groups, log }: VirtualServerContext,
): VirtualServerConfiguration['protocol'] {
  const [first, second] = words
  const lines = first?.text === 'group' ? (groups.get(second?.text ?? '') ?? []) : []
  const marks = first?.text === 'fwmark' || (lines.length > 0 && lines.every(({ value }) => value.type === 'mark'))
  const said = values.protocol
  if (marks) {
    if (said !== undefined) {
      const message = `'protocol' does nothing here: a firewall mark stands for packets of any protocol`
      log.report('ineffective-keyword', said.position, message)
    }
    return undefined
  }
  if (said === undefined && !mistaken.has('protocol')) {
    const message = `the virtual server ${quote(words.map(({ text }) => text).join(' '))} has no 'protocol': UDP is taken, as with keepalived`
    log.report('missing-scheduling', position, message)
  }
  const name = said?.value.toLowerCase()
  return name === 'tcp' || name === 'sctp' ? name : 'udp'
}

function completeQuorum(
  name: string,
  { quorum, hysteresis }: Values<typeof VIRTUAL_SERVER>,
  servers: readonly RealServerConfiguration[],
  log: DiagnosticLog,
): Pick<VirtualServerConfiguration, 'quorum' | 'hysteresis'> {
  const total = servers.reduce((sum, { weight }) => sum + weight, 0)
  const wanted = quorum?.value ?? 1
  const reached = Math.min(wanted, total)
  if (quorum !== undefined && reached < wanted) {
    const message = `the quorum ${wanted} of ${name} is more than the weights of its servers together: it becomes ${total}`
    log.report('quorum-out-of-reach', quorum.position, message)
  }
  const slack = hysteresis?.value ?? 0
  const most = Math.max(reached - 1, 0)
  if (hysteresis !== undefined && slack > most) {
    const message = `the hysteresis ${slack} of ${name} must be less than its quorum ${reached}: it becomes ${most}`
    log.report('quorum-out-of-reach', hysteresis.position, message)
  }
  return { quorum: reached, hysteresis: Math.min(slack, most) }
}

function completeHaSuspend(
  name: string,
  { ha_suspend: suspend }: Values<typeof VIRTUAL_SERVER>,
  targets: readonly VirtualServerTarget[],
  log: DiagnosticLog,
): boolean {
  if (suspend === undefined || targets.every(({ type }) => type === 'address')) return suspend !== undefined
  log.report('ineffective-keyword', suspend.position, `'ha_suspend' of ${name} does nothing: a mark has no address`)
  return false
}

function distinct(
  servers: readonly RealServerConfiguration[],
  name: string,
  log: DiagnosticLog,
): readonly RealServerConfiguration[] {
  const seen = new Map<string, RealServerConfiguration>()
  for (const server of servers) {
    const earlier = seen.get(server.name)
    if (earlier === undefined) {
      seen.set(server.name, server)
      continue
    }
    const related = [{ ...earlier.origin.position, message: 'the first one is here' }]
    log.report('repeated-server', server.origin.position, `${name} has ${server.name} twice: this one is left out`, {
      related,
    })
  }
  return [...seen.values()]
}
