/**
 * What the commands of `vrrp-cli ipvs` have in common: the network namespace, the client, and one line for an error.
 */
import { Command } from 'commander'
import { VrrpError } from '../lib/errors.ts'
import { IpvsClient, type TextProblem } from '../lib/ipvs/index.ts'
import { suggest } from '../lib/keepalived/suggest.ts'
import { EXIT, type Output } from './output.ts'

/** Options that all of them have. */
export interface SessionOptions {
  readonly netns?: string
}

/** How a client comes about; tests pass their own. */
export type OpenIpvs = (options: SessionOptions) => Promise<IpvsClient>

/** A client of the kernel. */
export const openIpvs: OpenIpvs = ({ netns }) => IpvsClient.open(netns === undefined ? {} : { netns })

/** A subcommand with the option that all of them have. */
export function ipvsCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--netns <name>', 'network namespace to work in: a name (ip netns) or a path (/proc/PID/ns/net)')
}

/**
 * Runs `body` with a client; an error from outside becomes one line and an exit code.
 * @returns what `body` returns, by default 0
 */
export async function withIpvs(
  output: Output,
  open: OpenIpvs,
  options: SessionOptions,
  body: (client: IpvsClient) => Promise<number | undefined>,
): Promise<number> {
  try {
    await using client = await open(options)
    return (await body(client)) ?? EXIT.ok
  } catch (error) {
    if (error instanceof VrrpError) {
      output.err(`vrrp-cli: ${error.message}`)
      return error.code === 'ERR_IPVS_PERMISSION' || error.code === 'ERR_CAPABILITY' ? EXIT.permission : EXIT.failed
    }
    if (error instanceof RangeError || error instanceof TypeError) {
      output.err(`vrrp-cli: ${error.message}`)
      return EXIT.usage
    }
    throw error
  }
}

/** Prints problems, each in a line: `FILE:line:column: error: …` when they are about a file. @returns whether one is an error */
export function printProblems(output: Output, problems: readonly TextProblem[], file?: string): boolean {
  for (const { severity, line, column, message, unknown } of problems) {
    const meant = unknown && suggest(unknown.word, unknown.known)
    const place = file === undefined ? 'vrrp-cli' : `${file}:${line}:${column}`
    output.err(`${place}: ${severity}: ${message}${meant === undefined ? '' : ` (did you mean '${meant}'?)`}`)
  }
  return problems.some(({ severity }) => severity === 'error')
}
