/**
 * Commands that start when they are told to and end when the test says so.
 */
import type { CommandOptions, CommandOutcome, PreparedCommand, RunningCommand } from '../../lib/process/index.ts'

/** A command that the code under test has started. */
export interface FakeCommand {
  readonly command: PreparedCommand
  /** Signals that it was sent. */
  readonly signals: string[]
  print(line: string): void
  /** Ends it, and lets everybody hear of it. */
  end(outcome: CommandOutcome): Promise<void>
}

/** `/bin/check`, ready to run. */
export const CHECK: PreparedCommand = { path: '/bin/check', arguments: [], user: { name: 'root', uid: 0, gid: 0 } }

/** Stands in for `startCommand`. */
export class FakeCommands {
  readonly started: FakeCommand[] = []

  readonly start = (command: PreparedCommand, { onLine }: CommandOptions): RunningCommand => {
    const signals: string[] = []
    let settle: (outcome: CommandOutcome) => void = () => {}
    const outcome = new Promise<CommandOutcome>(resolve => {
      settle = resolve
    })
    const end = async (how: CommandOutcome) => {
      settle(how)
      await flush()
    }
    this.started.push({ command, signals, print: line => onLine?.(line), end })
    return { outcome, kill: (signal = 'SIGKILL') => signals.push(signal) }
  }

  /** The one started last. @throws Error when there is none */
  get last(): FakeCommand {
    const last = this.started.at(-1)
    if (last === undefined) throw new Error('nothing was started')
    return last
  }
}

/** Lets settled promises be heard. */
export async function flush(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}
