/**
 * `vrrp-cli ipvs`: the kernel's load balancer, as ipvsadm(8) shows and changes it.
 */
import { Command } from 'commander'
import { type OpenIpvs, openIpvs } from '../ipvs-session.ts'
import type { Output } from '../output.ts'
import { changeCommands } from './ipvs-change.ts'
import { connectionsCommand, listCommand } from './ipvs-list.ts'
import { daemonCommand, timeoutsCommand } from './ipvs-state.ts'
import { applyCommand, restoreCommand, saveCommand } from './ipvs-table.ts'
import { watchCommand } from './ipvs-watch.ts'

/** The command. Its subcommands set the exit code of the process. */
export function ipvsCommands(output: Output, open: OpenIpvs = openIpvs): Command {
  const ipvs = new Command('ipvs').description(
    "show and change the kernel's load balancer (IPVS): what ipvsadm does, whole tables at once, JSON",
  )
  const commands = [
    listCommand(output, open),
    saveCommand(output, open),
    restoreCommand(output, open),
    applyCommand(output, open),
    ...changeCommands(output, open),
    timeoutsCommand(output, open),
    daemonCommand(output, open),
    connectionsCommand(output, open),
    watchCommand(output, open),
  ]
  for (const command of commands) ipvs.addCommand(command)
  return ipvs.addHelpText(
    'after',
    '\nExit status: 0 done, 1 refused or not there (the message says why), 2 wrong command line, 4 not permitted.',
  )
}
