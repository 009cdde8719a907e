/**
 * The command line of ipvsadm(8) 1.31: its commands and options, and which of them go together.
 */

/** What comes after an option. */
export type OptionArgument = 'none' | 'required' | 'optional'

interface Declaration {
  /** Its letter; some have none, `list` has two. */
  readonly letters: string
  readonly argument: OptionArgument
}

const none = (letters = ''): Declaration => ({ letters, argument: 'none' })
const required = (letters = ''): Declaration => ({ letters, argument: 'required' })

/** The commands, by their long names. */
export const IPVSADM_COMMANDS = {
  'add-service': none('A'),
  'edit-service': none('E'),
  'delete-service': none('D'),
  clear: none('C'),
  restore: none('R'),
  save: none('S'),
  'add-server': none('a'),
  'edit-server': none('e'),
  'delete-server': none('d'),
  list: none('Ll'),
  zero: none('Z'),
  set: none(),
  'start-daemon': required(),
  'stop-daemon': required(),
  help: none('h'),
  version: none('v'),
} as const satisfies Readonly<Record<string, Declaration>>

/** The other options, by their long names. */
export const IPVSADM_OPTIONS = {
  'tcp-service': required('t'),
  'udp-service': required('u'),
  'sctp-service': required(),
  'fwmark-service': required('f'),
  ipv6: none('6'),
  scheduler: required('s'),
  'sched-flags': required('b'),
  persistent: { letters: 'p', argument: 'optional' },
  netmask: required('M'),
  pe: required(),
  ops: none('o'),
  'real-server': required('r'),
  gatewaying: none('g'),
  ipip: none('i'),
  masquerading: none('m'),
  'tun-type': required(),
  'tun-port': required(),
  'tun-nocsum': none(),
  'tun-csum': none(),
  'tun-remcsum': none(),
  weight: required('w'),
  'u-threshold': required('x'),
  'l-threshold': required('y'),
  'mcast-interface': required(),
  syncid: required(),
  'sync-maxlen': required(),
  'mcast-group': required(),
  'mcast-port': required(),
  'mcast-ttl': required(),
  numeric: none('n'),
  connection: none('c'),
  timeout: none(),
  daemon: none(),
  stats: none(),
  rate: none(),
  exact: none('X'),
  thresholds: none(),
  'persistent-conn': none(),
  'tun-info': none(),
  nosort: none(),
  sort: none(),
} as const satisfies Readonly<Record<string, Declaration>>

/** A command. */
export type IpvsadmCommand = keyof typeof IPVSADM_COMMANDS
/** An option that is no command. */
export type IpvsadmOption = keyof typeof IPVSADM_OPTIONS

/** A command or an option. */
export interface DeclaredOption {
  readonly name: IpvsadmCommand | IpvsadmOption
  readonly argument: OptionArgument
}

const BY_WORD = new Map<string, DeclaredOption>()
for (const [name, { letters, argument }] of Object.entries({ ...IPVSADM_COMMANDS, ...IPVSADM_OPTIONS })) {
  const declared = { name: name as DeclaredOption['name'], argument }
  BY_WORD.set(`--${name}`, declared)
  for (const letter of letters) BY_WORD.set(`-${letter}`, declared)
}

/** What `-t` or `--tcp-service` is; undefined when ipvsadm has no such option. */
export function findOption(word: string): DeclaredOption | undefined {
  return BY_WORD.get(word)
}

/** Every word that is an option. */
export function optionWords(): Iterable<string> {
  return BY_WORD.keys()
}

const KEY: readonly IpvsadmOption[] = ['tcp-service', 'udp-service', 'sctp-service', 'fwmark-service']
const ANY_KEY: readonly IpvsadmOption[] = [...KEY, 'ipv6']
const SERVICE: readonly IpvsadmOption[] = [...ANY_KEY, 'scheduler', 'sched-flags', 'persistent', 'netmask', 'pe', 'ops']
const SERVER: readonly IpvsadmOption[] = [
  ...ANY_KEY,
  'real-server',
  'gatewaying',
  'ipip',
  'masquerading',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
  'weight',
  'u-threshold',
  'l-threshold',
]
const LIST: readonly IpvsadmOption[] = [
  ...ANY_KEY,
  'numeric',
  'connection',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'exact',
  'thresholds',
  'persistent-conn',
  'tun-info',
  'nosort',
]

/** The options that a command takes; all take `--sort`, which does nothing. */
export const OPTIONS_OF: Readonly<Record<IpvsadmCommand, readonly IpvsadmOption[]>> = {
  'add-service': SERVICE,
  'edit-service': SERVICE,
  'delete-service': ANY_KEY,
  clear: [],
  restore: [],
  save: ['numeric'],
  'add-server': SERVER,
  'edit-server': SERVER,
  'delete-server': [...ANY_KEY, 'real-server'],
  list: LIST,
  zero: ANY_KEY,
  set: [],
  'start-daemon': ['mcast-interface', 'syncid', 'sync-maxlen', 'mcast-group', 'mcast-port', 'mcast-ttl'],
  'stop-daemon': [],
  help: [],
  version: [],
}

/** Options of which a command takes one. */
export const EXCLUSIVE: readonly (readonly IpvsadmOption[])[] = [
  KEY,
  ['gatewaying', 'ipip', 'masquerading'],
  ['tun-nocsum', 'tun-csum', 'tun-remcsum'],
]
