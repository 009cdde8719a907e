/**
 * What the kernel's refusals mean. Its error numbers are few, and one number means different things for different
 * commands; its own words are in its log at best.
 */
import { SystemError, type VrrpErrorCode } from '../errors.ts'
import { describeErrno, ERRNO } from '../netlink/index.ts'
import { describeCommand, type IpvsCommand } from './command.ts'
import type { ServiceKey } from './service-key.ts'

/** A command or a question that the kernel refused. */
export class IpvsError extends SystemError {
  /** What was asked for; undefined for a question. */
  readonly command: IpvsCommand | undefined
  /** The service that it is about. */
  readonly key: ServiceKey | undefined

  constructor(
    code: VrrpErrorCode,
    call: string,
    errno: number,
    options: {
      readonly command?: IpvsCommand
      readonly key?: ServiceKey
      readonly text?: string
      readonly hint?: string
    },
  ) {
    const text = options.text === undefined ? describeErrno(errno) : `${options.text} (${describeErrno(errno)})`
    super(code, call, errno, text, options.hint)
    this.command = options.command
    this.key = options.key
  }
}

interface Meaning {
  readonly code: VrrpErrorCode
  readonly text?: string
  readonly hint?: string
}

const PERMISSION: Meaning = {
  code: 'ERR_IPVS_PERMISSION',
  hint: 'it needs root, or the capability CAP_NET_ADMIN in the initial user namespace, even to read',
}
const NO_SERVICE: Meaning = { code: 'ERR_IPVS_SERVICE_NOT_FOUND', text: 'there is no such service' }
const NO_DESTINATION: Meaning = { code: 'ERR_IPVS_DESTINATION_NOT_FOUND', text: 'the service has no such destination' }

/** The error of a refused command. @param engineMissing - of an ENOENT about a service: the scheduler is there */
export function commandError(command: IpvsCommand, errno: number, engineMissing = false): IpvsError {
  const { code, text, hint } = meaningOf(command, errno, engineMissing)
  const key = 'service' in command ? command.service : undefined
  return new IpvsError(code, describeCommand(command), errno, {
    command,
    ...(key !== undefined && { key }),
    ...(text !== undefined && { text }),
    ...(hint !== undefined && { hint }),
  })
}

/** The error of a refused question. @param call `destinations of tcp 192.0.2.1:80` */
export function questionError(call: string, errno: number, key?: ServiceKey): IpvsError {
  const { code, text, hint } =
    errno === ERRNO.EPERM ? PERMISSION : errno === ERRNO.ESRCH ? NO_SERVICE : ({ code: 'ERR_IPVS' } as Meaning)
  return new IpvsError(code, call, errno, {
    ...(key !== undefined && { key }),
    ...(text !== undefined && { text }),
    ...(hint !== undefined && { hint }),
  })
}

/** The error when there is no IPVS family. */
export function unavailableError(): IpvsError {
  return new IpvsError('ERR_IPVS_UNAVAILABLE', 'open IPVS', ERRNO.ENOENT, {
    text: 'this kernel has no IPVS',
    hint: 'modprobe ip_vs loads it, where the kernel was built with it',
  })
}

function meaningOf(command: IpvsCommand, errno: number, engineMissing: boolean): Meaning {
  if (errno === ERRNO.EPERM) return PERMISSION
  switch (command.type) {
    case 'add-service':
    case 'edit-service':
      return serviceMeaning(command.service.scheduler, command.service.persistenceEngine, errno, engineMissing)
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      return destinationMeaning(errno)
    case 'start-daemon':
    case 'stop-daemon':
      return daemonMeaning(errno)
    default:
      return errno === ERRNO.ESRCH ? NO_SERVICE : { code: 'ERR_IPVS' }
  }
}

function serviceMeaning(scheduler: string, engine: string | false, errno: number, engineMissing: boolean): Meaning {
  if (errno === ERRNO.EEXIST) return { code: 'ERR_IPVS_SERVICE_EXISTS', text: 'the service is there already' }
  if (errno === ERRNO.ESRCH) return NO_SERVICE
  if (errno === ERRNO.ENOENT && engineMissing) {
    const hint = `modprobe ip_vs_pe_${engine} loads it, where there is one`
    return { code: 'ERR_IPVS_ENGINE_NOT_FOUND', text: `there is no persistence engine ${engine}`, hint }
  }
  if (errno === ERRNO.ENOENT) {
    const hint = `modprobe ip_vs_${scheduler} loads it, where there is one`
    return { code: 'ERR_IPVS_SCHEDULER_NOT_FOUND', text: `there is no scheduler ${scheduler}`, hint }
  }
  if (errno === EAFNOSUPPORT) return { code: 'ERR_IPVS', hint: 'the IPVS of this kernel was built without IPv6' }
  return { code: 'ERR_IPVS' }
}

const EAFNOSUPPORT = 97

function destinationMeaning(errno: number): Meaning {
  if (errno === ERRNO.EEXIST) {
    return { code: 'ERR_IPVS_DESTINATION_EXISTS', text: 'the destination is there already' }
  }
  if (errno === ERRNO.ESRCH) return NO_SERVICE
  if (errno === ERRNO.ENOENT) return NO_DESTINATION
  if (errno === ERRNO.EINVAL) {
    const hint =
      'its address must be unicast here: no broadcast of a connected network, no link-local address; ' +
      'one of another family than the service’s is refused while a synchronisation daemon runs'
    return { code: 'ERR_IPVS', hint }
  }
  return { code: 'ERR_IPVS' }
}

function daemonMeaning(errno: number): Meaning {
  if (errno === ERRNO.EEXIST) {
    return { code: 'ERR_IPVS_DAEMON_EXISTS', text: 'a daemon of this state runs already', hint: 'stop it first' }
  }
  if (errno === ERRNO.ESRCH) return { code: 'ERR_IPVS_DAEMON_NOT_FOUND', text: 'no daemon of this state runs' }
  if (errno === ERRNO.EINVAL) {
    return { code: 'ERR_IPVS', hint: 'a destination of another family than its service’s keeps daemons from starting' }
  }
  if (errno === ERRNO.ENETUNREACH || errno === ERRNO.EADDRNOTAVAIL || errno === ERRNO.ENODEV) {
    return {
      code: 'ERR_INTERFACE',
      hint: 'its interface must be there, be up and have an address of the group’s family',
    }
  }
  return { code: 'ERR_IPVS' }
}
