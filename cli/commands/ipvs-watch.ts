/**
 * `vrrp-cli ipvs watch`: the table again and again on a terminal, or each change of it as a line.
 */
import type { Command } from 'commander'
import { formatListing, formatListingHead, formatPlan } from '../../lib/ipvs/index.ts'
import { ipvsCommand, type OpenIpvs, type SessionOptions, withIpvs } from '../ipvs-session.ts'
import { EXIT, type Output } from '../output.ts'

interface WatchOptions extends SessionOptions {
  readonly interval: string
  readonly json?: true
  readonly rate?: true
}

const CLEAR_SCREEN = '\u001b[H\u001b[2J\u001b[3J'

/** `vrrp-cli ipvs watch`. Sets the exit code of the process. */
export function watchCommand(output: Output, open: OpenIpvs, isTerminal = process.stdout.isTTY === true): Command {
  return ipvsCommand('watch', 'show the table again and again; when not on a terminal, each change as a line')
    .option('--interval <seconds>', 'time between two looks', '2')
    .option('--rate', 'rates instead of connections')
    .option('--json', 'print each look as one line of JSON: services, and what changed')
    .action(async (options: WatchOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        const interval = Number(options.interval) * 1000
        const { version, connectionTableSize } = await client.info()
        for await (const { table, changes, rates } of client.watch({ interval })) {
          const steps = formatPlan({ ...changes, draining: [] })
          if (options.json) {
            output.out(JSON.stringify({ services: table, changes: lines(steps), rates: Object.fromEntries(rates) }))
          } else if (isTerminal) {
            output.out(CLEAR_SCREEN + formatListingHead(version, connectionTableSize))
            const form = options.rate ? 'rate' : 'connections'
            for (const line of formatListing(table, { form })) output.out(line)
          } else {
            const time = new Date().toISOString()
            for (const line of lines(steps)) output.out(`${time} ${line}`)
          }
        }
        return EXIT.ok
      })
    })
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(Boolean)
}
