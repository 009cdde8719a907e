/**
 * One command of ipvsadm(8) from options that a command line has read already: complete, or as a change of what is there.
 */
import type { Destination } from './destination.ts'
import { formatDestinationOptions, formatIpvsadm } from './format-ipvsadm.ts'
import type { NameLookup } from './ipvsadm-endpoint.ts'
import { readLine, splitWords, type TextProblem, type Word } from './ipvsadm-line.ts'
import { EXCLUSIVE, type IpvsadmCommand, type IpvsadmOption } from './ipvsadm-options.ts'
import type { IpvsadmStatement } from './ipvsadm-statement.ts'
import { parseWords } from './parse-ipvsadm.ts'
import type { Service } from './service.ts'
import type { SyncDaemonState } from './sync-daemon.ts'

/** Options by their long names: their values, `true` for those without one, `false` for those to take away. */
export type IpvsadmArguments = Readonly<Partial<Record<IpvsadmOption, string | boolean>>>

/**
 * The statement that a command with these options is.
 * @param kept - what is there, of `edit-service` and `edit-server`: its settings stay where no option says otherwise;
 *   of `start-daemon` the state
 * @returns the problems, when there is an error among them without the statement
 */
export function statementOf(
  command: IpvsadmCommand,
  given: IpvsadmArguments,
  names: NameLookup,
  kept?: Service | Destination | SyncDaemonState,
): { readonly statement: IpvsadmStatement | undefined; readonly problems: readonly TextProblem[] } {
  const [value, others] =
    typeof kept === 'string' ? [`=${kept}`, []] : ['', kept === undefined ? [] : keptWords(kept, given)]
  const words = [word(`--${command}${value}`), ...wordsOf(given), ...others]
  const problems: TextProblem[] = []
  const statement = parseWords(words, 1, names, problems)
  return { statement, problems }
}

function wordsOf(given: IpvsadmArguments): Word[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === false) return []
    return [word(value === true ? `--${name}` : `--${name}=${value}`)]
  })
}

/** The options of what is there that no given option replaces. */
function keptWords(kept: Service | Destination, given: IpvsadmArguments): Word[] {
  const line =
    'weight' in kept ? formatDestinationOptions(kept) : (formatIpvsadm([{ ...kept, destinations: [] }])[0] ?? '')
  const names = Object.keys(given)
  const replaced = new Set<string>([...names, ...names.flatMap(name => REPLACED_BY[name] ?? [])])
  if (given.persistent === false) for (const name of ['netmask', 'pe']) replaced.add(name)
  for (const group of EXCLUSIVE) {
    if (group.some(name => replaced.has(name))) for (const name of group) replaced.add(name)
  }
  return readLine(splitWords(line)).options.flatMap(({ name, value }) => {
    if (NEVER_KEPT.has(name) || replaced.has(name)) return []
    return [word(value === undefined ? `--${name}` : `--${name}=${value.text}`)]
  })
}

/** What names the service and the server is given. */
const NEVER_KEPT = new Set<string>([
  'add-service',
  'tcp-service',
  'udp-service',
  'sctp-service',
  'fwmark-service',
  'ipv6',
  'real-server',
])

const TUNNEL: readonly IpvsadmOption[] = ['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum']

/** What loses its meaning with another option: flags are a scheduler's, a port is a tunnel's. */
const REPLACED_BY: Readonly<Record<string, readonly IpvsadmOption[]>> = {
  scheduler: ['sched-flags'],
  masquerading: TUNNEL,
  gatewaying: TUNNEL,
  'tun-type': TUNNEL,
}

function word(text: string): Word {
  return { text, column: 1 }
}
