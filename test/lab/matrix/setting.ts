/**
 * The rows of the interop matrix: each form in which VRRP is spoken, as a keepalived.conf for every node.
 */

/** A daemon of somebody else. */
export type Peer = 'keepalived' | 'frr'

/** A form of VRRP, and who speaks it. */
export interface Setting {
  readonly name: string
  readonly version: 2 | 3
  readonly family: 4 | 6
  /** One node each, the highest first: the order in which they are ended. */
  readonly priorities: readonly [number, number, ...number[]]
  /** Further lines of `vrrp_instance`. @param node - the node's place in {@link priorities} */
  readonly lines?: (node: number) => readonly string[]
  /** Lines of `global_defs`. */
  readonly globals?: readonly string[]
  /** Adverts come from the virtual MAC address, whoever sends them. */
  readonly virtualMac?: true
  /** Adverts go from router to router. */
  readonly unicast?: true
  /**
   * The virtual MAC address is answered for, but adverts come from another one. Of a new master the switch hears too
   * little then to send everything its way while the kernel of a dead one still answers.
   */
  readonly contested?: true
  /** Nobody answers for the address who does not own it (priority 255). */
  readonly silent?: true
  /** The checksum leaves the pseudo-header out, which tcpdump takes for a mistake. */
  readonly messageChecksum?: true
  /** keepalived 2.2.7 leaves the hop limit to the kernel, which says 64; RFC 9568 §5.1.2.3 is about multicast. */
  readonly kernelHopLimit?: true
  /** Who can speak it beside ours. */
  readonly peers: readonly Peer[]
}

/** The virtual router of every setting. */
export const VRID = 51

/** The addresses of node `n`, with which it is reached and from which it advertises. */
export function nodeAddress(family: 4 | 6, node: number): string {
  return family === 4 ? `172.16.8.${10 + node}` : `fe80::1${node}`
}

/** The unicast address of node `n`: what routers give each other over IPv6 is no link-local address. */
export function unicastAddress(family: 4 | 6, node: number): string {
  return family === 4 ? nodeAddress(4, node) : `2001:db8::1${node}`
}

/** Virtual addresses; the last one is what the client asks for. Over IPv6 a link-local one comes first (RFC 9568 §5.2.9). */
export function virtualAddresses(family: 4 | 6): readonly [string, ...string[]] {
  return family === 4 ? ['172.16.8.100'] : ['fe80::100', '2001:db8::100']
}

/** The virtual MAC address of the virtual router (RFC 9568 §7.3). */
export function virtualMac(family: 4 | 6): string {
  return `00:00:5e:00:0${family === 4 ? 1 : 2}:${VRID.toString(16)}`
}

const unicast =
  (family: 4 | 6, nodes: number, limits = '') =>
  (node: number) => [
    `unicast_src_ip ${unicastAddress(family, node)}`,
    'unicast_peer {',
    ...Array.from({ length: nodes }, (_, peer) => peer)
      .filter(peer => peer !== node)
      .map(peer => `    ${unicastAddress(family, peer)}${limits}`),
    '}',
  ]

const password = (type: 'PASS' | 'AH') => () => [
  'authentication {',
  `    auth_type ${type}`,
  '    auth_pass secret12',
  '}',
]

const KEEPALIVED = ['keepalived'] as const
const BOTH = ['keepalived', 'frr'] as const
const V2 = { version: 2, family: 4, priorities: [200, 100], peers: KEEPALIVED } as const
const V3 = { ...V2, version: 3 } as const
const V3_IPV6 = { ...V3, family: 6 } as const

/** Everything that is spoken. */
export const SETTINGS: readonly Setting[] = [
  { name: 'v2', ...V2, peers: BOTH },
  { name: 'v2-pass', ...V2, lines: password('PASS') },
  { name: 'v2-ah', ...V2, lines: password('AH') },
  {
    name: 'v2-ah-unicast',
    unicast: true,
    ...V2,
    lines: node => [...password('AH')(), ...unicast(4, 2)(node)],
  },
  { name: 'v3', ...V3, peers: BOTH },
  // keepalived learnt the form after 2.2.7, and FRR after 8.4.
  { name: 'v3-message-checksum', ...V3, peers: [], lines: () => ['v3_checksum_as_v2'], messageChecksum: true },
  { name: 'v3-ipv6', ...V3_IPV6, peers: BOTH },
  {
    name: 'v3-unicast',
    unicast: true,
    ...V3,
    lines: node => ['check_unicast_src', 'unicast_ttl 255', ...unicast(4, 2, ' min_ttl 255 max_ttl 255')(node)],
  },
  {
    name: 'v3-unicast-ipv6',
    unicast: true,
    ...V3_IPV6,
    lines: node => ['check_unicast_src', ...unicast(6, 2)(node)],
    kernelHopLimit: true,
  },
  { name: 'v3-vmac', ...V3, peers: BOTH, lines: () => ['use_vmac'], virtualMac: true },
  { name: 'v3-vmac-ipv6', ...V3_IPV6, peers: BOTH, lines: () => ['use_vmac'], virtualMac: true },
  { name: 'v3-vmac-xmit-base', ...V3, lines: () => ['use_vmac', 'vmac_xmit_base'], contested: true },
  { name: 'v3-no-accept', ...V3, lines: () => ['no_accept'], silent: true },
  { name: 'v3-strict', ...V3, globals: ['vrrp_strict'], silent: true },
  { name: 'v3-strict-owner', ...V3, priorities: [255, 100], globals: ['vrrp_strict'], silent: true },
  { name: 'v3-three-nodes', ...V3, priorities: [200, 150, 100], peers: BOTH },
  { name: 'v3-owner', ...V3, priorities: [255, 100] },
]

/** The keepalived.conf of a node. @param interval - seconds between adverts */
export function configurationOf(setting: Setting, node: number, interval: number): string {
  const { version, family, globals = [], lines = () => [] } = setting
  const priority = setting.priorities[node] ?? 0
  const block = (name: string, body: readonly string[]) => [`${name} {`, ...body.map(line => `    ${line}`), '}']
  const text = [
    ...(globals.length > 0 ? block('global_defs', globals) : []),
    ...block('vrrp_instance VI_1', [
      // keepalived's owner is master at once only when it is told so.
      `state ${priority === 255 ? 'MASTER' : 'BACKUP'}`,
      'interface eth0',
      `version ${version}`,
      `virtual_router_id ${VRID}`,
      `priority ${priority}`,
      `advert_int ${interval}`,
      ...lines(node),
      ...block('virtual_ipaddress', virtualAddresses(family)),
    ]),
  ]
  return `${text.join('\n')}\n`
}
