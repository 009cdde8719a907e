/**
 * The commands of vrrp-cli, put together.
 */
import { Command, CommanderError } from 'commander'
import { messageOf } from '../lib/errors.ts'
import { EXIT, type Output, processOutput } from './output.ts'
import { type ProgramHost, plainHost } from './program-host.ts'
import { version } from './version.ts'

/** Each loads what it needs and nothing else: a decoder of captures has no use for a router. */
const COMMANDS: Readonly<Record<string, (output: Output, host: ProgramHost) => Promise<Command>>> = {
  check: async output => (await import('./commands/check.ts')).checkCommand(output),
  simulate: async output => (await import('./commands/simulate.ts')).simulateCommand(output),
  run: async (output, host) => (await import('./commands/run.ts')).runCommand(output, host),
  status: async output => (await import('./commands/status.ts')).statusCommand(output),
  decode: async output => (await import('./commands/decode.ts')).decodeCommand(output),
  ipvs: async output => (await import('./commands/ipvs.ts')).ipvsCommands(output),
  monitor: async output => (await import('./commands/monitor.ts')).monitorCommand(output),
  genhash: async output => (await import('./commands/genhash.ts')).genhashCommand(output),
  advertise: async output => (await import('./commands/advertise.ts')).advertiseCommand(output),
}

/**
 * The command line, with the command that the arguments name, or with all of them when they name none.
 * It throws CommanderError instead of ending the process.
 * @param args - what follows the program's name
 */
export async function program(output: Output, args: readonly string[], host = plainHost): Promise<Command> {
  const command = new Command('vrrp-cli')
    .description(
      'VRRP for operators: decode captures, check and simulate keepalived.conf, run a router, send adverts, balance load',
    )
    .version(version(), '-V, --version')
    .showHelpAfterError('(vrrp-cli --help tells the commands and options)')
    // A command may have an option of the same name: advertise --version 3.
    .enablePositionalOptions()
    .exitOverride()
  const named = args[0] ?? ''
  for (const name of Object.hasOwn(COMMANDS, named) ? [named] : Object.keys(COMMANDS)) {
    const subcommand = await COMMANDS[name]?.(output, host)
    if (subcommand !== undefined) command.addCommand(subcommand.copyInheritedSettings(command))
  }
  return command
}

/** Runs the command that the arguments name, to its exit code. Never rejects. */
export async function runProgram(args: readonly string[], host?: ProgramHost): Promise<void> {
  const output = processOutput()
  try {
    await (await program(output, args, host)).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
    } else {
      output.err(`vrrp-cli: ${messageOf(error)}`)
      process.exitCode = EXIT.failed
    }
  }
}
