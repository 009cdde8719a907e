/**
 * What a service says to systemd: sd_notify(3), datagrams to the socket of $NOTIFY_SOCKET.
 */
import { AF_UNIX, SOCK_DGRAM } from './constants.ts'
import { openDescriptor } from './raw-descriptor.ts'
import { syscalls } from './syscalls.ts'

/** A service manager that listens. */
export interface ServiceManager {
  /** Sends assignments such as `READY=1`, one a line. One that does not arrive is no error: nothing depends on it. */
  notify(...assignments: readonly string[]): void
  /** How often it wants to hear `WATCHDOG=1`, ms; undefined when it does not. */
  readonly watchdog: number | undefined
}

/** The parts of the environment that systemd sets. */
export type ServiceEnvironment = Readonly<
  Record<'NOTIFY_SOCKET' | 'WATCHDOG_USEC' | 'WATCHDOG_PID', string | undefined>
>

/**
 * The service manager that started this process; undefined when none did.
 * @throws SystemError when no socket can be opened
 */
export function serviceManager(environment: ServiceEnvironment): ServiceManager | undefined {
  const { NOTIFY_SOCKET: path = '', WATCHDOG_USEC, WATCHDOG_PID } = environment
  if (!path.startsWith('/') && !path.startsWith('@')) return undefined
  const { fd } = openDescriptor('notify', [AF_UNIX, SOCK_DGRAM, 0], () => {})
  // struct sockaddr_un: family, path. A name in the abstract namespace begins with 0 and ends with the address.
  const address = Buffer.from(path.startsWith('@') ? `\0\0\0${path.slice(1)}` : `\0\0${path}\0`)
  address.writeUInt16LE(AF_UNIX)
  const microseconds = Number(WATCHDOG_USEC)
  const forUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid
  return {
    notify: (...assignments) => {
      const message = Buffer.from(assignments.join('\n'))
      syscalls().sendto(fd, message, message.length, 0, address, address.length)
    },
    watchdog: forUs && microseconds > 0 ? microseconds / 1000 : undefined,
  }
}
