/**
 * Kernel error numbers as {@link SystemError}: the name, the system's own text, and what to do about it.
 */
import { getSystemErrorMap } from 'node:util'
import { SystemError, type VrrpErrorCode } from '../errors.ts'

/** Error numbers that the code in this folder tells apart (asm-generic/errno.h). */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
} as const

const HINTS = new Map<number, string>([
  [ERRNO.EPERM, 'it needs root, or the capabilities CAP_NET_RAW and CAP_NET_ADMIN'],
  [ERRNO.ENODEV, 'the interface does not exist (any more)'],
  [ERRNO.ENXIO, 'the interface does not exist (any more)'],
  [24, 'the process has too many open files (ulimit -n)'],
  [97, 'this kernel does not have the address family'],
  [ERRNO.ENETDOWN, 'the interface is down'],
  [ERRNO.ENETUNREACH, 'the interface is down, or has no route there'],
])

/** Node makes the map anew each time that it is asked. */
let names: ReturnType<typeof getSystemErrorMap> | undefined

/** `ENODEV: no such device` */
export function describeErrno(errno: number): string {
  names ??= getSystemErrorMap()
  const known = names.get(-errno)
  if (known !== undefined) return `${known[0]}: ${known[1]}`
  return EXTRA.get(errno) ?? `error ${errno}`
}

// libuv has no name for these, and they are common here.
const EXTRA = new Map<number, string>([
  [ERRNO.ENODEV, 'ENODEV: no such device'],
  [ERRNO.EADDRNOTAVAIL, 'EADDRNOTAVAIL: cannot assign requested address'],
  [92, 'ENOPROTOOPT: protocol not available'],
])

/**
 * The error for a refused call.
 * @param call the call and its object: `bind eth0`
 * @param errno positive
 * @param options.message the kernel's own words, if it gave any (netlink extended acknowledgement)
 */
export function systemError(
  call: string,
  errno: number,
  options: { readonly code?: VrrpErrorCode; readonly hint?: string; readonly message?: string } = {},
): SystemError {
  const text = options.message === undefined ? describeErrno(errno) : `${describeErrno(errno)} (${options.message})`
  return new SystemError(options.code ?? 'ERR_SYSCALL', call, errno, text, options.hint ?? HINTS.get(errno))
}

/** Gives back `result`, or throws when it is a negative error number. @throws SystemError */
export function check(call: string, result: number): number {
  if (result < 0) throw systemError(call, -result)
  return result
}
