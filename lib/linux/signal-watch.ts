/**
 * Signals that node has no name for, such as keepalived's SIGRTMIN+2. signal(7).
 *
 * They are caught by libuv, as node's own are: its handler only writes to a pipe that the event loop reads. signalfd(2)
 * would need the signal blocked in every thread, and node has made its threads before any program of ours runs.
 */
import { systemError } from '../netlink/system-error.ts'
import { uv } from './syscalls.ts'

/** keepalived's signal for a dump in JSON: SIGRTMIN+2, where glibc keeps the first two for itself (musl: three). */
export const SIGNAL_JSON = 36

const UV_SIGNAL = 16

/**
 * Calls `listener` each time the signal comes, as long as the process lives; it does not keep the process alive.
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE`, SystemError for a number that cannot be caught
 */
export function onSignal(signal: number, listener: () => void): void {
  const calls = uv()
  const handle = calls.allocate(calls.uv_handle_size(UV_SIGNAL))
  // Inside libuv no JavaScript may throw: the work is for the next phase of the loop.
  const callback = calls.signalCallback(() => setImmediate(listener))
  const refused = calls.uv_signal_init(calls.uv_default_loop(), handle)
  const failed = refused < 0 ? refused : calls.uv_signal_start(handle, callback, signal)
  if (failed < 0) throw systemError(`catch signal ${signal}`, -failed)
  calls.uv_unref(handle)
  // The loop turns once more while node is torn down; no callback may reach JavaScript then.
  process.once('exit', () => calls.uv_close(handle, 0n))
}
