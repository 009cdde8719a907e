/**
 * The C library and libuv, called through koffi: every native declaration of vrrp-ts is in this file.
 *
 * Nothing native is loaded before the first use, so that importing this folder is safe everywhere. All calls answer
 * as the kernel does inside: a count or descriptor, or minus the error number.
 */
import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import { VrrpError } from '../errors.ts'

/** What a `void *` parameter takes: bytes (not moved or freed during the call), an address, or NULL. */
export type Pointer = Uint8Array | bigint | null

/** The C prototypes, by name. A wrong one is a crash, not an error: a test holds them against the types below. */
export const PROTOTYPES = {
  socket: 'int socket(int domain, int type, int protocol)',
  close: 'int close(int fd)',
  bind: 'int bind(int fd, void *address, unsigned int length)',
  connect: 'int connect(int fd, void *address, unsigned int length)',
  setsockopt: 'int setsockopt(int fd, int level, int option, void *value, unsigned int length)',
  getsockopt: 'int getsockopt(int fd, int level, int option, void *value, void *length)',
  sendto: 'long sendto(int fd, void *bytes, size_t length, int flags, void *address, unsigned int addressLength)',
  sendmsg: 'long sendmsg(int fd, void *header, int flags)',
  sendmmsg: 'int sendmmsg(int fd, void *headers, unsigned int count, int flags)',
  recv: 'long recv(int fd, void *bytes, size_t length, int flags)',
  recvmmsg: 'int recvmmsg(int fd, void *headers, unsigned int count, int flags, void *timeout)',
  poll: 'int poll(void *descriptors, unsigned long count, int timeout)',
  ppoll: 'int ppoll(void *descriptors, unsigned long count, void *timeout, void *signals)',
  eventfd: 'int eventfd(unsigned int value, int flags)',
  write: 'long write(int fd, void *bytes, size_t length)',
  read: 'long read(int fd, void *bytes, size_t length)',
  fcntl: 'int fcntl(int fd, int command, int argument)',
  setns: 'int setns(int fd, int type)',
  clock_gettime: 'int clock_gettime(int clock, void *time)',
  timerfd_create: 'int timerfd_create(int clock, int flags)',
  timerfd_settime: 'int timerfd_settime(int fd, int flags, void *value, void *old)',
  prctl: 'int prctl(int option, unsigned long argument)',
  sched_setscheduler: 'int sched_setscheduler(int thread, int policy, void *parameters)',
  sched_setaffinity: 'int sched_setaffinity(int thread, size_t length, void *mask)',
  sched_getaffinity: 'int sched_getaffinity(int thread, size_t length, void *mask)',
  setpriority: 'int setpriority(int which, unsigned int who, int priority)',
  madvise: 'int madvise(void *address, size_t length, int advice)',
  getrlimit: 'int getrlimit(int resource, void *limit)',
  setrlimit: 'int setrlimit(int resource, void *limit)',
} as const

/** The calls of {@link PROTOTYPES}: a result of 0 or more, or minus the error number. */
export interface Syscalls {
  socket(domain: number, type: number, protocol: number): number
  close(fd: number): number
  bind(fd: number, address: Pointer, length: number): number
  connect(fd: number, address: Pointer, length: number): number
  setsockopt(fd: number, level: number, option: number, value: Pointer, length: number): number
  getsockopt(fd: number, level: number, option: number, value: Pointer, length: Pointer): number
  sendto(fd: number, bytes: Pointer, length: number, flags: number, address: Pointer, addressLength: number): number
  sendmsg(fd: number, header: Pointer, flags: number): number
  sendmmsg(fd: number, headers: Pointer, count: number, flags: number): number
  recv(fd: number, bytes: Pointer, length: number, flags: number): number
  recvmmsg(fd: number, headers: Pointer, count: number, flags: number, timeout: Pointer): number
  poll(descriptors: Pointer, count: number, timeout: number): number
  ppoll(descriptors: Pointer, count: number, timeout: Pointer, signals: Pointer): number
  eventfd(value: number, flags: number): number
  write(fd: number, bytes: Pointer, length: number): number
  read(fd: number, bytes: Pointer, length: number): number
  fcntl(fd: number, command: number, argument: number): number
  setns(fd: number, type: number): number
  clock_gettime(clock: number, time: Pointer): number
  timerfd_create(clock: number, flags: number): number
  timerfd_settime(fd: number, flags: number, value: Pointer, old: Pointer): number
  prctl(option: number, argument: number): number
  sched_setscheduler(thread: number, policy: number, parameters: Pointer): number
  sched_setaffinity(thread: number, length: number, mask: Pointer): number
  sched_getaffinity(thread: number, length: number, mask: Pointer): number
  setpriority(which: number, who: number, priority: number): number
  madvise(address: Pointer, length: number, advice: number): number
  getrlimit(resource: number, limit: Pointer): number
  setrlimit(resource: number, limit: Pointer): number
}

/** Prototypes of libuv's poll and signal handles, which node exports for addons (docs.libuv.org, uv_poll_t, uv_signal_t). */
export const UV_PROTOTYPES = {
  uv_default_loop: 'void *uv_default_loop()',
  uv_handle_size: 'size_t uv_handle_size(int type)',
  uv_poll_init: 'int uv_poll_init(void *loop, void *handle, int fd)',
  uv_poll_start: 'int uv_poll_start(void *handle, int events, void *callback)',
  uv_signal_init: 'int uv_signal_init(void *loop, void *handle)',
  uv_signal_start: 'int uv_signal_start(void *handle, void *callback, int signal)',
  uv_close: 'void uv_close(void *handle, void *callback)',
  uv_ref: 'void uv_ref(void *handle)',
  uv_unref: 'void uv_unref(void *handle)',
} as const

/** libuv as the reactor uses it. Only the main thread may: the default loop is its loop. */
export interface Uv {
  uv_default_loop(): bigint
  uv_handle_size(type: number): number
  uv_poll_init(loop: bigint, handle: bigint, fd: number): number
  uv_poll_start(handle: bigint, events: number, callback: bigint): number
  uv_signal_init(loop: bigint, handle: bigint): number
  uv_signal_start(handle: bigint, callback: bigint, signal: number): number
  uv_close(handle: bigint, callback: bigint): void
  uv_ref(handle: bigint): void
  uv_unref(handle: bigint): void
  /** Zeroed memory outside the JavaScript heap. */
  allocate(size: number): bigint
  free(pointer: bigint): void
  /** Makes a `void (*)(uv_poll_t *, int status, int events)`. Lives as long as the process. */
  pollCallback(callback: (handle: bigint, status: number, events: number) => void): bigint
  /** Makes a `void (*)(uv_signal_t *, int signal)`. Lives as long as the process. */
  signalCallback(callback: (handle: bigint, signal: number) => void): bigint
  /** Makes a `void (*)(uv_handle_t *)`. Lives as long as the process. */
  closeCallback(callback: (handle: bigint) => void): bigint
}

/** Sizes of C types that differ between machines. */
export interface NativeSizes {
  /** Bytes of a pointer, of `long` and of `size_t`: 4 or 8. */
  readonly word: 4 | 8
}

type Koffi = typeof import('koffi')
type Native = (...parameters: readonly (number | Pointer)[]) => number

let koffi: Koffi | undefined
let calls: Syscalls | undefined
let uvCalls: Uv | undefined

/** Loads koffi. @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when this is no little-endian Linux, or koffi does not load. */
function loadKoffi(): Koffi {
  if (koffi !== undefined) return koffi
  if (process.platform !== 'linux' || endianness() !== 'LE') {
    const here = `${process.platform} ${process.arch}`
    throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', `the Linux ports need a little-endian Linux; this is ${here}`)
  }
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', `the package koffi does not load: ${why}`, { cause })
  }
  return koffi
}

/** The system calls. @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` */
export function syscalls(): Syscalls {
  if (calls !== undefined) return calls
  const { load, errno } = loadKoffi()
  const libc = load(null)
  const bound: Record<string, Native> = {}
  for (const [name, prototype] of Object.entries(PROTOTYPES)) {
    const native: Native = libc.func(prototype)
    bound[name] = (...parameters) => {
      const result = native(...parameters)
      return result < 0 ? -errno() : result
    }
  }
  calls = bound as unknown as Syscalls
  return calls
}

/** libuv. @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE`, also when this runtime does not export libuv. */
export function uv(): Uv {
  if (uvCalls !== undefined) return uvCalls
  const native = loadKoffi()
  const library = native.load(null)
  const bound: Record<string, unknown> = {}
  try {
    for (const [name, prototype] of Object.entries(UV_PROTOTYPES)) bound[name] = library.func(prototype)
  } catch (cause) {
    throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'this runtime does not export libuv (node does)', { cause })
  }
  const poll = native.pointer(native.proto('void uv_poll_cb(void *handle, int status, int events)'))
  const signal = native.pointer(native.proto('void uv_signal_cb(void *handle, int signal)'))
  const close = native.pointer(native.proto('void uv_close_cb(void *handle)'))
  bound.allocate = (size: number) => {
    const pointer = native.alloc('uint8_t', size)
    new Uint8Array(native.view(pointer, size)).fill(0)
    return pointer
  }
  bound.free = (pointer: bigint) => native.free(pointer)
  bound.pollCallback = (callback: () => void) => native.register(callback, poll)
  bound.signalCallback = (callback: () => void) => native.register(callback, signal)
  bound.closeCallback = (callback: () => void) => native.register(callback, close)
  uvCalls = bound as unknown as Uv
  return uvCalls
}

/** The address of bytes outside the JavaScript heap, for structures that hold pointers. They must outlive its use. */
export function addressOf(bytes: ArrayBuffer): bigint {
  return loadKoffi().address(bytes)
}

/** Gives memory that is free in the C library back to the kernel, where it can: malloc_trim(3), of glibc alone. */
export function trimMemory(): void {
  try {
    loadKoffi().load(null).func('int malloc_trim(size_t padding)')(0)
  } catch {
    // Another C library, which needs no asking or cannot be asked.
  }
}

/** The machine's sizes. */
export function nativeSizes(): NativeSizes {
  return { word: loadKoffi().sizeof('void *') === 4 ? 4 : 8 }
}
