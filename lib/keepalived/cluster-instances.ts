/**
 * The instances of one virtual router on several nodes against each other.
 */
import { trailerRefused } from './cluster-hmac.ts'
import type { NodeInstance, VirtualRouterSet } from './cluster-node.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { DiagnosticCode } from './diagnostic-codes.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { positionOf } from './sourced.ts'

/** What differs, where that is set, and what follows. */
interface Difference {
  readonly code: DiagnosticCode
  readonly keyword: string
  readonly message: string
  /** How the other node has it. */
  readonly other: string
}

const BOTH_MASTER = 'each drops the adverts of the other and both become master'

/** Reports what differs from the first node, and what should differ and does not. */
export function compareInstances(router: VirtualRouterSet, log: DiagnosticLog): void {
  const [first, ...others] = router
  if (first === undefined) return
  for (const other of others) {
    for (const difference of differences(first.instance, other.instance)) report(difference, first, other, log)
  }
  checkPriorities(router, log)
  checkPeers(router, log)
}

function report(
  { code, keyword, message, other }: Difference,
  first: NodeInstance,
  second: NodeInstance,
  log: DiagnosticLog,
): void {
  const related = [{ ...positionOf(first.instance, keyword), message: other }]
  log.report(code, positionOf(second.instance, keyword), message, { related })
}

function* differences(a: InstanceConfiguration, b: InstanceConfiguration): Generator<Difference> {
  const here = `'${b.name}'`
  const there = `'${a.name}'`
  if (a.version !== b.version) {
    const message = `${here} speaks version ${b.version} and the other node version ${a.version}: ${BOTH_MASTER}`
    yield { code: 'cluster-version', keyword: 'version', message, other: `${there} speaks version ${a.version}` }
    return
  }
  yield* destinationDifference(a, b)
  yield* authenticationDifference(a, b)
  yield* trailerDifference(a, b)
  if (a.interval !== b.interval) {
    const values = `${here} advertises every ${b.interval / 1000} s and the other node every ${a.interval / 1000} s`
    const other = `${there} advertises every ${a.interval / 1000} s`
    if (a.version === 2)
      yield { code: 'cluster-interval', keyword: 'advert_int', message: `${values}: ${BOTH_MASTER}`, other }
    else {
      const message = `${values}: a backup takes the interval of the master, so the time to fail over depends on who that is`
      yield { code: 'cluster-interval-learnt', keyword: 'advert_int', message, other }
    }
  }
  yield* addressDifference(a, b)
  if (a.version === 3 && a.family === 4 && a.checksumForm !== b.checksumForm) {
    const message = `${here} and the other node send different forms of checksum: keepalived 2.x drops those it does not expect. Set v3_checksum_as_v2 on both or on none`
    yield {
      code: 'cluster-checksum',
      keyword: 'v3_checksum_as_v2',
      message,
      other: `${there} sends the ${a.checksumForm} form`,
    }
  }
  if (a.preempt !== b.preempt) {
    const [keeps, takes] = a.preempt ? [here, there] : [there, here]
    const message = `one node preempts and the other does not: ${takes} takes its addresses back after a failure, ${keeps} leaves them where they are. Set nopreempt (with state BACKUP) on all nodes or on none`
    yield {
      code: 'cluster-preempt',
      keyword: 'nopreempt',
      message,
      other: `${there} ${a.preempt ? 'preempts' : 'does not preempt'}`,
    }
  }
}

function* destinationDifference(a: InstanceConfiguration, b: InstanceConfiguration): Generator<Difference> {
  const [one, two] = [a.destination, b.destination]
  if (one.type !== two.type) {
    const keyword = 'unicast_peer'
    const message = `'${b.name}' sends ${two.type} and the other node ${one.type}: they do not hear each other and both become master`
    yield { code: 'cluster-destination', keyword, message, other: `'${a.name}' sends ${one.type}` }
  } else if (one.type === 'multicast' && two.type === 'multicast' && one.group !== two.group) {
    const message = `'${b.name}' sends to the multicast group ${two.group} and the other node to ${one.group}: they do not hear each other and both become master`
    yield {
      code: 'cluster-group-address',
      keyword: 'mcast_dst_ip',
      message,
      other: `'${a.name}' sends to ${one.group}`,
    }
  }
}

function* authenticationDifference(a: InstanceConfiguration, b: InstanceConfiguration): Generator<Difference> {
  const [one, two] = [a.authentication, b.authentication]
  if (one.type !== two.type) {
    const message = `'${b.name}' uses ${describeType(two.type)} and the other node ${describeType(one.type)}: ${BOTH_MASTER}`
    yield {
      code: 'cluster-auth-type',
      keyword: 'auth_type',
      message,
      other: `'${a.name}' uses ${describeType(one.type)}`,
    }
  } else if (one.type !== 'none' && two.type !== 'none' && one.password !== two.password) {
    const message = `'auth_pass' of '${b.name}' is not that of the other node: ${BOTH_MASTER}`
    yield { code: 'cluster-password', keyword: 'auth_pass', message, other: `'${a.name}' has another one` }
  }
}

function* trailerDifference(a: InstanceConfiguration, b: InstanceConfiguration): Generator<Difference> {
  const [here, there] = [trailerRefused(a.hmac, b.hmac), trailerRefused(b.hmac, a.hmac)]
  const refused = here ?? there
  if (refused === undefined) return
  const who = here === undefined ? 'the other node' : `'${b.name}'`
  const message = `${who} ${refused}: it does not hear the active router and becomes master, too`
  yield { code: 'cluster-hmac', keyword: 'auth_hmac', message, other: `auth_hmac of '${a.name}'` }
}

function describeType(type: InstanceConfiguration['authentication']['type']): string {
  return { none: 'no authentication', simple: 'auth_type PASS', ah: 'auth_type AH' }[type]
}

function* addressDifference(a: InstanceConfiguration, b: InstanceConfiguration): Generator<Difference> {
  const [one, two] = [a, b].map(instance => new Set(instance.addresses.map(each => each.address)))
  if (one === undefined || two === undefined) return
  const onlyThere = [...one].filter(address => !two.has(address))
  const onlyHere = [...two].filter(address => !one.has(address))
  if (onlyThere.length + onlyHere.length === 0) return
  const parts = [
    onlyHere.length === 0 ? '' : `only here: ${onlyHere.slice(0, 5).join(', ')}`,
    onlyThere.length === 0 ? '' : `only on the other node: ${onlyThere.slice(0, 5).join(', ')}`,
  ].filter(part => part !== '')
  const message = `the virtual addresses of '${b.name}' differ from those of the other node (${parts.join('; ')}): keepalived up to 2.3.2 drops such adverts and both become master`
  yield { code: 'cluster-addresses', keyword: 'virtual_ipaddress', message, other: `the list of '${a.name}'` }
}

/** Priorities decide, so they must differ; one node at most wants to be master. */
function checkPriorities(router: VirtualRouterSet, log: DiagnosticLog): void {
  const byPriority = new Map<number, NodeInstance>()
  let master: NodeInstance | undefined
  for (const member of router) {
    const { instance } = member
    const equal = byPriority.get(instance.priority)
    if (equal === undefined) byPriority.set(instance.priority, member)
    else if (instance.priority === 255) {
      const message = `'${instance.name}' has priority 255 on two nodes: both claim to own the addresses and start as master at once`
      report({ code: 'cluster-owner', keyword: 'priority', message, other: 'the other owner' }, equal, member, log)
    } else {
      const message = `'${instance.name}' has priority ${instance.priority} on two nodes: neither takes over from the other, whoever came first stays master and 'state' decides nothing. Give the preferred node a higher one`
      report(
        { code: 'cluster-priority', keyword: 'priority', message, other: `${instance.priority} here too` },
        equal,
        member,
        log,
      )
    }
    if (instance.state !== 'MASTER') continue
    if (master !== undefined && instance.priority !== 255) {
      const message = `'${instance.name}' is 'state MASTER' on two nodes: write 'state BACKUP' on all but one, the priority decides anyway`
      report({ code: 'cluster-state', keyword: 'state', message, other: 'MASTER here too' }, master, member, log)
    }
    master ??= member
  }
}

/** Each node must be among the peers of every other, as far as their own addresses are known. */
function checkPeers(router: VirtualRouterSet, log: DiagnosticLog): void {
  for (const { instance } of router) {
    const { destination } = instance
    // What a name stands for is not known here.
    if (destination.type !== 'unicast' || instance.namedPeers !== undefined) continue
    for (const { instance: other } of router) {
      if (other === instance || other.source === undefined || destination.peers.includes(other.source)) continue
      const message = `'${instance.name}' does not list ${other.source}, the unicast_src_ip of another node, as a peer: that node does not hear it and becomes master too`
      const related = [{ ...positionOf(other, 'unicast_src_ip'), message: 'the node that is not listed' }]
      log.report('cluster-peers', positionOf(instance, 'unicast_peer'), message, { related })
    }
  }
}
