/**
 * How each type of check is done on this machine.
 */
import { defaultScriptUser, prepareCommand, startCommand } from '../process/index.ts'
import type { Clock } from '../time/index.ts'
import type { MiscCheck } from './check-specification.ts'
import { CoarseClock } from './coarse-clock.ts'
import type { ConversationPorts } from './conversation.ts'
import { lookAtHost, lookAtNameServer, lookAtService } from './datagram-looks.ts'
import { lookIntoFile } from './file-look.ts'
import type { Lookers } from './look.ts'
import { type CommandPorts, lookByProgram } from './misc-look.ts'
import { lookAtMailServer } from './smtp-look.ts'
import type { SocketOpener } from './socket-opener.ts'
import { lookAtPort } from './tcp-look.ts'
import { lookAtPage } from './web-look.ts'

/** What looks stand on. */
export interface LookPorts {
  readonly clock: Clock
  /**
   * For marks, interfaces, PING_CHECK and all ICMP errors of UDP_CHECK: `LinuxSocketOpener`. Without it checks that need
   * it cannot be tried (failure kind `local`).
   */
  readonly sockets?: SocketOpener
  /** How MISC_CHECK runs programs; default: as root or as keepalived_script, if there is such a user. */
  readonly commands?: CommandPorts
}

/** The lookers of this machine. */
export function standardLookers({ clock, sockets, commands = standardCommands() }: LookPorts): Lookers {
  const ports: ConversationPorts = { clock: new CoarseClock(clock), sockets }
  return {
    tcp: (check, _, done) => lookAtPort(check, ports, done),
    http: (check, step, done) => lookAtPage(check, step, ports, done),
    ssl: (check, step, done) => lookAtPage(check, step, ports, done),
    udp: (check, _, done) => lookAtService(check, ports, done),
    dns: (check, _, done) => lookAtNameServer(check, ports, done),
    ping: (check, _, done) => lookAtHost(check, ports, done),
    smtp: (check, _, done) => lookAtMailServer(check, ports, done),
    misc: (check, _, done) => lookByProgram(check, ports.clock, commands, done),
    file: (check, _, done) => lookIntoFile(check, done),
  }
}

function standardCommands(): CommandPorts {
  const policy = { user: defaultScriptUser(), security: false }
  return {
    prepare: ({ arguments: words, user, group }: MiscCheck) =>
      prepareCommand(
        { arguments: words, ...(user !== undefined && { user }), ...(group !== undefined && { group }) },
        policy,
      ),
    start: startCommand,
  }
}
