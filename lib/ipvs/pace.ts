/**
 * Long work in short pieces: the netlink calls block, and the process has other things to do in time.
 */

/** Milliseconds of work until others get their turn. */
const SLICE = 4

/** Lets the event loop turn, when it is time. */
export class Pace {
  readonly #signals: readonly AbortSignal[]
  #since = performance.now()

  /** @param signals an aborted one ends the work */
  constructor(...signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter(signal => signal !== undefined)
    this.check()
  }

  /** @throws the reason of an aborted signal */
  check(): void {
    for (const signal of this.#signals) signal.throwIfAborted()
  }

  /** Whether it is time to {@link rest}. */
  get due(): boolean {
    return performance.now() - this.#since >= SLICE
  }

  /** Lets the event loop turn once. @throws the reason of an aborted signal */
  async rest(): Promise<void> {
    await new Promise<void>(resolve => {
      setImmediate(resolve)
    })
    this.check()
    this.#since = performance.now()
  }

  /** Waits. @param duration in milliseconds @throws the reason of an aborted signal, as soon as it is aborted */
  async sleep(duration: number): Promise<void> {
    this.check()
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        for (const signal of this.#signals) signal.removeEventListener('abort', settle)
        const aborted = this.#signals.find(signal => signal.aborted)
        if (aborted === undefined) resolve()
        else reject(aborted.reason)
      }
      const timer = setTimeout(settle, duration)
      for (const signal of this.#signals) signal.addEventListener('abort', settle)
    })
  }
}
