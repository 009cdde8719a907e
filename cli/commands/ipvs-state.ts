/**
 * `vrrp-cli ipvs timeouts` and `daemon`: what IPVS has beside its table.
 */
import { Argument, type Command } from 'commander'
import { formatSyncDaemon, formatTimeouts, NO_NAMES, type SyncDaemon, statementOf } from '../../lib/ipvs/index.ts'
import { givenOptions } from '../ipvs-options.ts'
import { ipvsCommand, type OpenIpvs, printProblems, type SessionOptions, withIpvs } from '../ipvs-session.ts'
import { EXIT, type Output } from '../output.ts'

interface TimeoutOptions extends SessionOptions {
  readonly json?: true
  readonly tcp?: string
  readonly tcpFin?: string
  readonly udp?: string
}

/** `vrrp-cli ipvs timeouts`. Sets the exit code of the process. */
export function timeoutsCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('timeouts', 'show how long connections are remembered, or set it')
    .option('--tcp <seconds>', 'TCP connections')
    .option('--tcp-fin <seconds>', 'TCP connections after a FIN')
    .option('--udp <seconds>', 'UDP')
    .option('--json', 'print one JSON document')
    .action(async (options: TimeoutOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        const { json, tcp, tcpFin, udp } = options
        const given = Object.entries({ tcp, tcpFin, udp }).filter(([, value]) => value !== undefined)
        if (given.length > 0) {
          await client.setTimeouts(Object.fromEntries(given.map(([name, value]) => [name, Number(value)])))
          return EXIT.ok
        }
        const timeouts = await client.timeouts()
        output.out(json ? JSON.stringify(timeouts) : formatTimeouts(timeouts))
        return EXIT.ok
      })
    })
}

interface DaemonOptions extends SessionOptions {
  readonly json?: true
  readonly [option: string]: unknown
}

/** `vrrp-cli ipvs daemon`. Sets the exit code of the process. */
export function daemonCommand(output: Output, open: OpenIpvs): Command {
  return ipvsCommand('daemon', 'show the daemons that synchronise connections with other directors, start or stop one')
    .addArgument(new Argument('[action]', 'what to do').choices(['show', 'start', 'stop']).default('show'))
    .addArgument(new Argument('[state]', 'which one').choices(['master', 'backup']))
    .option('--mcast-interface <name>', 'interface of the multicast messages (default eth0)')
    .option('--syncid <id>', 'only messages of this id are taken, 0-255 (default 0)')
    .option('--sync-maxlen <octets>', 'length of a message at most (default: what fits the interface)')
    .option('--mcast-group <address>', 'multicast group (default 224.0.0.81)')
    .option('--mcast-port <port>', 'UDP port (default 8848)')
    .option('--mcast-ttl <hops>', 'TTL or hop limit (default 1)')
    .option('--json', 'print one JSON document')
    .action(async (action: string, state: string | undefined, options: DaemonOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        if (action === 'show') {
          const daemons: SyncDaemon[] = []
          for await (const daemon of client.daemons()) daemons.push(daemon)
          if (options.json) output.out(JSON.stringify(daemons))
          else for (const daemon of daemons) output.out(formatSyncDaemon(daemon))
          return EXIT.ok
        }
        if (state !== 'master' && state !== 'backup') {
          output.err(`vrrp-cli: which daemon: ${action} master, or ${action} backup`)
          return EXIT.usage
        }
        if (action === 'stop') {
          await client.stopDaemon(state)
          return EXIT.ok
        }
        const { statement, problems } = statementOf('start-daemon', givenOptions(options), NO_NAMES, state)
        if (printProblems(output, problems) || statement?.command !== 'start-daemon') return EXIT.usage
        await client.startDaemon(statement.daemon)
        return EXIT.ok
      })
    })
}
