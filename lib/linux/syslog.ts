/**
 * The system log: datagrams to /dev/log, as syslog(3) of the C library writes them. RFC 3164 §4.1.
 */
import { AF_UNIX, SOCK_DGRAM } from './constants.ts'
import { openDescriptor } from './raw-descriptor.ts'
import { syscalls } from './syscalls.ts'

/** Severities that vrrp-ts uses, with their numbers. */
const SEVERITY = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const

/** A severity of the system log. */
export type SyslogLevel = keyof typeof SEVERITY

const FACILITY_DAEMON = 3
const SOCKET = '/dev/log'

/** The text of one entry: `<29>Nov 23 18:00:00 vrrp-cli[4711]: line`. */
export function formatSyslog(
  identity: string,
  level: SyslogLevel,
  line: string,
  date: Date,
  facility = FACILITY_DAEMON,
): string {
  const [, month, day = ''] = date.toDateString().split(' ')
  const time = `${month} ${day.replace(/^0/, ' ')} ${date.toTimeString().slice(0, 8)}`
  return `<${facility * 8 + SEVERITY[level]}>${time} ${identity}[${process.pid}]: ${line}`
}

/**
 * Opens the log. An entry that the log daemon does not take (none runs, or it is behind) is dropped: logging never
 * holds up the protocol.
 * @param identity the program's name
 * @param facility number of syslog(3); default LOG_DAEMON, 3
 * @throws SystemError
 */
export function openSyslog(identity: string, facility?: number): (level: SyslogLevel, line: string) => void {
  const { fd } = openDescriptor('syslog', [AF_UNIX, SOCK_DGRAM, 0], () => {})
  // struct sockaddr_un: family, path.
  const address = Buffer.from(`\0\0${SOCKET}\0`)
  address.writeUInt16LE(AF_UNIX)
  return (level, line) => {
    const entry = Buffer.from(formatSyslog(identity, level, line, new Date(), facility))
    syscalls().sendto(fd, entry, entry.length, 0, address, address.length)
  }
}
