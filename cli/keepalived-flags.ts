/**
 * keepalived's flags that `vrrp-cli run` does not have, each with the reason: whoever replaces keepalived in a script is
 * told at once what will not be, instead of guessing at an unknown option.
 */
import { type Command, Option } from 'commander'

const ONE_PROCESS = 'there is one process; its pid file is -p'

/** Flags with the reason why not. */
const REFUSED: readonly (readonly [flags: string, why: string])[] = [
  ['-c, --checkers_pid <file>', 'there is one process'],
  ['-B, --no_bfd', 'there is no BFD in this version, so none to leave out'],
  ['-b, --bfd_pid <file>', 'there is no BFD in this version'],
  ['-r, --vrrp_pid <file>', ONE_PROCESS],
  ['-V, --dont-release-vrrp', 'a router that ends takes its addresses away'],
  ['-X, --release-vips', 'left-over addresses are always removed'],
  ['-x, --snmp', 'there is no SNMP; see --metrics and vrrp-cli status'],
  ['-A, --snmp-agent-socket <socket>', 'there is no SNMP; see --metrics and vrrp-cli status'],
  ['-s, --namespace <name>', 'start it there: ip netns exec NAME vrrp-cli run'],
  ['-u, --umask <mask>', "the service manager's umask counts"],
  ['-m, --core-dump', 'core files are the affair of the service manager (LimitCORE)'],
]

/** Adds them to a command, hidden; each ends it with its reason. */
export function refuseKeepalivedFlags(command: Command): Command {
  for (const [flags, why] of REFUSED) {
    const option = new Option(flags).hideHelp()
    command.addOption(option)
    command.on(`option:${option.name()}`, () => command.error(`error: ${flags.split(' <')[0]}: not here: ${why}`))
  }
  return command
}

/** What the help says of them. */
export function refusedFlagsHelp(): string {
  return REFUSED.map(([flags, why]) => `  ${flags.padEnd(34)}${why}`).join('\n')
}
