/**
 * The name of the thread that calls, as ps(1), top(1) and killall(1) show it. proc_pid_comm(5).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { messageOf } from '../errors.ts'

const COMM = '/proc/thread-self/comm'

/** Its name; undefined where /proc does not tell it. */
export function threadName(): string | undefined {
  try {
    return readFileSync(COMM, 'utf8').trimEnd()
  } catch {
    return undefined
  }
}

/**
 * Gives it another one; that of the main thread is the name of the process.
 * @param name - 1 to 15 bytes: the kernel cuts off what is behind them
 * @returns why it could not, in words
 */
export function nameThread(name: string): string | undefined {
  try {
    writeFileSync(COMM, name)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
