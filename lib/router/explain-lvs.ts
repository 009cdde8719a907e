/**
 * What the virtual servers of a configuration mean, in plain words: after how long a dead server gets no more connections,
 * what is needed, what happens when it is not there.
 */
import type {
  CheckConfiguration,
  ClusterNode,
  ForwardingConfiguration,
  LvsConfiguration,
  RealServerConfiguration,
  VirtualServerConfiguration,
} from '../keepalived/index.ts'
import { formatMs, list } from './explain-words.ts'

/** Explains the virtual servers of nodes; nodes with the same ones together. */
export function explainVirtualServers(nodes: readonly ClusterNode[]): readonly string[] {
  const owners = new Map<string, string[]>()
  for (const { name, configuration } of nodes) {
    for (const server of configuration.lvs?.virtualServers ?? []) {
      const text = explainVirtualServer(server).join('\n')
      owners.set(text, [...(owners.get(text) ?? []), name])
    }
  }
  const servers = [...owners].flatMap(([text, names]) => {
    const [title = '', ...lines] = text.split('\n')
    return [`${title}, on ${list(names)}`, ...lines, '']
  })
  const daemons = nodes.flatMap(({ name, configuration: { lvs } }) => (lvs === undefined ? [] : explainSync(name, lvs)))
  return daemons.length === 0 ? servers.slice(0, -1) : [...servers, ...daemons]
}

function explainVirtualServer(virtual: VirtualServerConfiguration): readonly string[] {
  const { name, scheduler, servers, persistence } = virtual
  const stay = persistence === undefined ? '' : `; a client stays with its server for ${formatMs(persistence.timeout)}`
  return [
    `Virtual server ${name}, ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}, ${scheduler}${stay}`,
    ...explainQuorum(virtual),
    ...[...new Set(servers.map(({ forwarding }) => explainForwarding(forwarding)))].map(line => `  - ${line}`),
    ...servers.flatMap(server => explainServer(server)),
  ]
}

function explainQuorum({ quorum, hysteresis, servers, sorryServer }: VirtualServerConfiguration): readonly string[] {
  const total = servers.reduce((sum, { weight }) => sum + weight, 0)
  const gained = quorum + hysteresis
  const back = hysteresis === 0 ? '' : `, and ${gained} to be enough again`
  const otherwise =
    sorryServer === undefined
      ? 'with less it goes on with whoever is left, and quorum_down is called'
      : `with less ${sorryServer.name} answers alone`
  return [`  - needs a weight of ${Math.max(quorum - hysteresis, 1)} of ${total} to go on${back}; ${otherwise}`]
}

function explainForwarding(forwarding: ForwardingConfiguration): string {
  switch (forwarding.type) {
    case 'nat':
      return 'NAT: the way back of a server must lead over this node (its default route), and net.ipv4.ip_forward be 1'
    case 'dr':
      return 'direct routing: a server holds the virtual address on lo, is silent about it (arp_ignore 1, arp_announce 2), and is on the same segment'
    case 'tunnel':
      return `tunnel by ${forwarding.tunnel}: a server holds the virtual address and a tunnel device, with rp_filter 0`
  }
}

function explainServer({ name, checks, weight, inhibitOnFailure }: RealServerConfiguration): readonly string[] {
  if (checks.length === 0) return [`  ${name}, weight ${weight}: is never checked, and stays whatever becomes of it`]
  const leaves = inhibitOnFailure ? 'gets no new connections' : 'leaves the table'
  return checks.map(check => {
    const { soonest, latest } = downAfter(check)
    const start = check.alpha ? 'down at the start' : 'up at the start, and one failure then is enough'
    return `  ${name}, weight ${weight}: ${check.type} check; when it dies it ${leaves} after ${formatMs(soonest)} to ${formatMs(latest)}; ${start}`
  })
}

/** From a death just before, or just after, a look, with answers that say so at once, or never come. */
function downAfter(check: CheckConfiguration): { readonly soonest: number; readonly latest: number } {
  const { interval, retry, delayBeforeRetry } = check
  const patience = 'connection' in check ? check.connection.timeout : check.type === 'misc' ? check.timeout : 0
  const soonest = retry * delayBeforeRetry
  return { soonest, latest: interval + patience + retry * (delayBeforeRetry + patience) }
}

function explainSync(node: string, { syncDaemon }: LvsConfiguration): readonly string[] {
  if (syncDaemon === undefined) return []
  const { interface: device, instance } = syncDaemon
  return [
    instance === undefined
      ? `${node} tells others of its connections over ${device}, and hears of theirs`
      : `${node} tells others of its connections over ${device} while '${instance}' is master, and hears of theirs while it is not`,
  ]
}
