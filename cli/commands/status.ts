/**
 * `vrrp-cli status`: what a running router is and knows, from its status socket.
 */
import { Command } from 'commander'
import { VrrpError } from '../../lib/errors.ts'
import { formatStatus } from '../../lib/status/format-status.ts'
import type { NodeStatus } from '../../lib/status/index.ts'
import { DEFAULT_STATUS_SOCKET } from '../../lib/status/protocol.ts'
import { readStatus, watchStatus } from '../../lib/status/status-client.ts'
import { EXIT, type Output } from '../output.ts'

interface StatusOptions {
  readonly json?: true
  readonly watch?: true
  readonly schema?: true
  readonly socket: string
}

/** An instance is in FAULT. */
const EXIT_FAULT = 3

const CLEAR_SCREEN = '\u001b[H\u001b[2J\u001b[3J'

/** The command. Sets the exit code of the process: 0, 1 nobody answers, 3 an instance is in FAULT. */
export function statusCommand(output: Output, isTerminal = process.stdout.isTTY === true): Command {
  return new Command('status')
    .description('show the virtual routers of a running vrrp-cli: states, priorities, trackers, peers, warnings')
    .option('--json', 'print the status document as one line of JSON (docs/status.md)')
    .option('--watch', 'show it again after each change, until the router ends')
    .option('--socket <path>', 'status socket of the router', DEFAULT_STATUS_SOCKET)
    .option('--schema', 'print the JSON Schema of that document')
    .addHelpText('after', '\nExit status: 0 no fault, 1 cannot ask (the message says why), 3 an instance is in FAULT.')
    .action(async (options: StatusOptions) => {
      process.exitCode = await status(options, output, isTerminal)
    })
}

async function status(
  { json, watch, schema, socket }: StatusOptions,
  output: Output,
  isTerminal: boolean,
): Promise<number> {
  if (schema) {
    const { NODE_STATUS_SCHEMA } = await import('../../lib/status/schema.ts')
    output.out(JSON.stringify(NODE_STATUS_SCHEMA, undefined, 2))
    return EXIT.ok
  }
  const print = (document: NodeStatus, again: boolean): number => {
    if (json) output.out(JSON.stringify(document))
    else {
      if (watch && isTerminal) output.out(CLEAR_SCREEN)
      else if (again) output.out('')
      for (const line of formatStatus(document)) output.out(line)
    }
    return document.instances.some(each => each['keepalived-state'] === 'FAULT') ? EXIT_FAULT : EXIT.ok
  }
  try {
    if (!watch) return print(await readStatus(socket), false)
    let code: number | undefined
    for await (const document of watchStatus(socket)) code = print(document, code !== undefined)
    output.err('vrrp-cli: the router has ended')
    return code ?? EXIT.failed
  } catch (error) {
    if (!(error instanceof VrrpError)) throw error
    output.err(`vrrp-cli: ${error.message}`)
    return EXIT.failed
  }
}
