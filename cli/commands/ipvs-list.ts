/**
 * `vrrp-cli ipvs list` and `connections`: what `ipvsadm -Ln` prints, in each of its forms, or JSON.
 */
import { type Command, Option } from 'commander'
import {
  formatConnection,
  formatConnectionHead,
  formatListing,
  formatListingHead,
  formatServiceKey,
  type IpvsadmArguments,
  type IpvsClient,
  type ListingForm,
  type ServiceKey,
  statementOf,
} from '../../lib/ipvs/index.ts'
import { withNames } from '../ipvs-names.ts'
import { addKeyOptions, givenOptions } from '../ipvs-options.ts'
import { ipvsCommand, type OpenIpvs, printProblems, type SessionOptions, withIpvs } from '../ipvs-session.ts'
import { EXIT, type Output } from '../output.ts'

interface ListOptions extends SessionOptions {
  readonly json?: true
  readonly exact?: true
  readonly sort: boolean
  readonly [form: string]: unknown
}

const FORMS = {
  stats: ['stats', 'counters'],
  rate: ['rate', 'rates per second'],
  thresholds: ['thresholds', 'thresholds of the servers'],
  persistentConn: ['persistent-conn', 'persistent connections'],
  tunInfo: ['tun-info', 'tunnels'],
} as const satisfies Readonly<Record<string, readonly [ListingForm, string]>>

/** `vrrp-cli ipvs list`. Sets the exit code of the process. */
export function listCommand(output: Output, open: OpenIpvs): Command {
  const command = addKeyOptions(ipvsCommand('list', 'show the table as ipvsadm -Ln does, or one service of it'))
  const names = Object.keys(FORMS)
  for (const [name, [flag, description]] of Object.entries(FORMS)) {
    command.addOption(new Option(`--${flag}`, description).conflicts(names.filter(other => other !== name)))
  }
  return command
    .option('-X, --exact', 'large numbers in full')
    .option('--no-sort', 'in the order of the kernel')
    .option('-n, --numeric', 'addresses and ports as numbers: always so')
    .option('--json', 'print one JSON document')
    .action(async (options: ListOptions) => {
      process.exitCode = await withIpvs(output, open, options, client => list(client, options, output))
    })
}

async function list(client: IpvsClient, options: ListOptions, output: Output): Promise<number> {
  const given = keyOptions(options)
  const isOne = Object.keys(given).length > 0
  let key: ServiceKey | undefined
  if (isOne) {
    const { statement, problems } = await withNames(names => statementOf('delete-service', given, names))
    if (printProblems(output, problems) || statement?.command !== 'delete-service') return EXIT.usage
    key = statement.service
  }
  const [table, info] = [await client.table(), await client.info()]
  const name = key && formatServiceKey(key)
  const services = name === undefined ? table : table.filter(service => formatServiceKey(service) === name)
  if (name !== undefined && services.length === 0) {
    output.err(`vrrp-cli: there is no service ${name}`)
    return EXIT.failed
  }
  if (options.json) {
    output.out(JSON.stringify({ ...info, services }))
    return EXIT.ok
  }
  const form = Object.entries(FORMS).find(([option]) => options[option] === true)?.[1][0] ?? 'connections'
  // As ipvsadm, which has no head above a single service.
  if (!isOne) output.out(formatListingHead(info.version, info.connectionTableSize))
  const { exact = false, sort } = options
  for (const line of formatListing(services, { form, exact, sort })) output.out(line)
  return EXIT.ok
}

function keyOptions(options: ListOptions): IpvsadmArguments {
  const { 'tcp-service': tcp, 'udp-service': udp, 'sctp-service': sctp, ...rest } = givenOptions(options)
  const { 'fwmark-service': fwmark, ipv6 } = rest
  const entries = Object.entries({
    'tcp-service': tcp,
    'udp-service': udp,
    'sctp-service': sctp,
    'fwmark-service': fwmark,
    ipv6,
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

interface ConnectionsOptions extends SessionOptions {
  readonly json?: true
  readonly persistentConn?: true
}

/** `vrrp-cli ipvs connections`. Sets the exit code of the process. */
export function connectionsCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('connections', 'show the connections that IPVS remembers, as ipvsadm -Lnc does')
    .option('--persistent-conn', 'with what the persistence engine knows of them')
    .option('--json', 'print each connection as one line of JSON')
    .action(async (options: ConnectionsOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        const { json, persistentConn: engine = false } = options
        if (!json) for (const line of formatConnectionHead(engine)) output.out(line)
        for await (const connection of client.connections()) {
          output.out(json ? JSON.stringify(connection) : formatConnection(connection, engine))
        }
        return EXIT.ok
      })
    })
}
