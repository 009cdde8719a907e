/**
 * Errors that nobody caught. Scripts, mail, status and dumps fail beside the engine: their errors are logged, and the
 * virtual routers go on. An error inside the engine leaves it in a state that nobody has thought of, which a router that
 * holds addresses must not be in: it resigns, so that its peer takes over at once, and ends.
 */
import type { LogWrite } from '../lib/router/index.ts'

/** The same error again is logged each time its number is ten times as large. */
const KNOWN_LIMIT = 100

/** What {@link catchErrors} stands on. */
export interface LastResort {
  readonly write: LogWrite
  /** Whether an error came out of the engine's own work. */
  isBroken(): boolean
  /** Gives up: called once. */
  giveUp(): void
}

/** Catches from now on whatever nobody else catches. */
export function catchErrors({ write, isBroken, giveUp }: LastResort): void {
  const counts = new Map<string, number>()
  let ended = false
  const hear = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (isBroken()) {
      if (ended) return
      ended = true
      write('error', `Fatal error in the engine, giving up: ${text}`)
      return giveUp()
    }
    const count = (counts.get(text) ?? 0) + 1
    if (counts.size < KNOWN_LIMIT || counts.has(text)) counts.set(text, count)
    if (!Number.isInteger(Math.log10(count))) return
    write('error', `Error beside the engine, the virtual routers go on (${count} of this kind): ${text}`)
  }
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
}
