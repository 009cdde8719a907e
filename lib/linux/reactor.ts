/**
 * Readiness of descriptors on the main thread.
 *
 * The descriptors join the event loop of node itself: libuv's `uv_poll_t`, which node exports for addons, driven
 * through koffi. One wake-up costs 1.7 us and no thread. The other ways were worse: a poll in a worker or in the
 * thread pool adds a thread switch to every packet (7.6 us, 100-300 us of latency) and can hold up the exit of the
 * process; a net.Socket over a duplicated descriptor reads without addresses and control messages.
 */
import { isMainThread } from 'node:worker_threads'
import { VrrpError } from '../errors.ts'
import { systemError } from '../netlink/system-error.ts'
import { takeSocketError } from './socket-error.ts'
import { type Uv, uv } from './syscalls.ts'

/** Called when a descriptor can be read. `errno` is its pending error (SO_ERROR), 0 for none. */
export type ReadableListener = (errno: number) => void

/** One descriptor under watch. */
export interface Watch {
  /** Whether this watch alone keeps the process alive. At first it does. */
  setRef(ref: boolean): void
  /** Ends it; the listener is not called afterwards. The descriptor itself stays open. Twice is once. */
  close(): void
}

/** Options of {@link Reactor.watch}. */
export interface WatchOptions {
  /**
   * Run after all others that became ready in the same turn. Timers do: a message that waits in a socket must be seen
   * before the deadline that it would have moved.
   */
  readonly last?: boolean
  /** What comes here is never left to gather with more of it, where a reactor does that. */
  readonly urgent?: boolean
}

/** Watches descriptors. */
export interface Reactor {
  /** Calls `listener` again and again as long as `fd` is readable. @throws SystemError */
  watch(fd: number, listener: ReadableListener, options?: WatchOptions): Watch
  /** Does `work` in a turn of its own, soon. */
  defer(work: () => void): void
}

const UV_POLL = 8
const UV_READABLE = 1

interface Entry {
  readonly handle: bigint
  readonly fd: number
  readonly listener: ReadableListener
  readonly last: boolean
  closed: boolean
  queued: boolean
  errno: number
}

class LoopReactor implements Reactor {
  readonly #uv: Uv = uv()
  readonly #entries = new Map<bigint, Entry>()
  readonly #onReady: bigint
  readonly #onClosed: bigint
  #ready: Entry[] = []
  #readyLast: Entry[] = []

  constructor() {
    this.#onReady = this.#uv.pollCallback((handle, status) => this.#enqueue(handle, status))
    this.#onClosed = this.#uv.closeCallback(handle => this.#uv.free(handle))
    // The loop turns once more while node is torn down; no callback may reach JavaScript then.
    process.once('exit', () => {
      for (const entry of this.#entries.values()) this.#end(entry, 0n)
    })
  }

  watch(fd: number, listener: ReadableListener, options: WatchOptions = {}): Watch {
    const handle = this.#uv.allocate(this.#uv.uv_handle_size(UV_POLL))
    const refused = this.#uv.uv_poll_init(this.#uv.uv_default_loop(), handle, fd)
    if (refused < 0) {
      this.#uv.free(handle)
      throw systemError(`watch descriptor ${fd}`, -refused)
    }
    const last = options.last ?? false
    const entry: Entry = { handle, fd, listener, last, closed: false, queued: false, errno: 0 }
    this.#entries.set(handle, entry)
    this.#start(entry)
    return {
      setRef: ref => {
        if (entry.closed) return
        if (ref) this.#uv.uv_ref(handle)
        else this.#uv.uv_unref(handle)
      },
      close: () => this.#end(entry, this.#onClosed),
    }
  }

  defer(work: () => void): void {
    setImmediate(work)
  }

  #start(entry: Entry): void {
    const refused = this.#uv.uv_poll_start(entry.handle, UV_READABLE, this.#onReady)
    if (refused < 0) throw systemError(`watch descriptor ${entry.fd}`, -refused)
  }

  #end(entry: Entry, onClosed: bigint): void {
    if (entry.closed) return
    entry.closed = true
    this.#entries.delete(entry.handle)
    this.#uv.uv_close(entry.handle, onClosed)
  }

  /**
   * Runs inside libuv's poll phase, where no JavaScript may throw and promises are not served: so it only queues. The
   * immediates run next, in the same turn of the loop.
   */
  #enqueue(handle: bigint, status: number): void {
    const entry = this.#entries.get(handle)
    if (entry === undefined) return
    // libuv stops a poll handle at POLLERR; reading SO_ERROR clears the condition, so that starting it again does not spin.
    if (status < 0) {
      entry.errno = takeSocketError(entry.fd)
      this.#start(entry)
    }
    if (entry.queued) return
    entry.queued = true
    if (this.#ready.length + this.#readyLast.length === 0) setImmediate(() => this.#run())
    if (entry.last) this.#readyLast.push(entry)
    else this.#ready.push(entry)
  }

  #run(): void {
    const batch = [...this.#ready, ...this.#readyLast]
    this.#ready = []
    this.#readyLast = []
    let done = 0
    try {
      for (const entry of batch) {
        done++
        entry.queued = false
        if (entry.closed) continue
        const { errno } = entry
        entry.errno = 0
        entry.listener(errno)
      }
    } finally {
      // A listener threw: the others are still readable and will be reported again.
      for (const entry of batch.slice(done)) entry.queued = false
    }
  }
}

let shared: LoopReactor | undefined

/**
 * The reactor of the main thread's event loop.
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` in a worker, and where koffi or libuv is not to be had.
 */
export function mainReactor(): Reactor {
  if (!isMainThread) {
    throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'this reactor belongs to the event loop of the main thread')
  }
  shared ??= new LoopReactor()
  return shared
}
