/**
 * The commands of vrrp-cli, put together.
 */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { advertiseCommand } from './commands/advertise.ts'
import { checkCommand } from './commands/check.ts'
import { decodeCommand } from './commands/decode.ts'
import { runCommand } from './commands/run.ts'
import { simulateCommand } from './commands/simulate.ts'
import type { Output } from './output.ts'

/** The whole command line. It throws CommanderError instead of ending the process. */
export function program(output: Output): Command {
  const command = new Command('vrrp-cli')
    .description('VRRP for operators: decode captures, check and simulate keepalived.conf, run a router, send adverts')
    .version(version(), '-V, --version')
    .showHelpAfterError('(vrrp-cli --help tells the commands and options)')
    // A command may have an option of the same name: advertise --version 3.
    .enablePositionalOptions()
    .exitOverride()
  const commands = [
    checkCommand(output),
    simulateCommand(output),
    runCommand(output),
    decodeCommand(),
    advertiseCommand(output),
  ]
  for (const subcommand of commands) command.addCommand(subcommand.copyInheritedSettings(command))
  return command
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
