/**
 * The scripts of virtual and real servers: quorum_up, quorum_down, notify_up, notify_down. Each server has its own queue,
 * so that its scripts run one after the other; servers without scripts cost nothing.
 */
import { type CommandPolicy, type PreparedCommand, prepareCommand } from '../process/index.ts'
import type { Milliseconds } from '../time/index.ts'
import type { NotifyLog } from './log.ts'
import { ScriptQueue } from './script-queue.ts'
import { type ServerNotification, type ServerSubject, serverEnvironment } from './server-notification.ts'

interface Scripts {
  readonly up: PreparedCommand | undefined
  readonly down: PreparedCommand | undefined
  readonly queue: ScriptQueue
}

/** Calls scripts of servers. */
export class ServerScripts {
  readonly #log: NotifyLog
  readonly #timeLimit: Milliseconds | undefined
  #scripts = new Map<string, Scripts>()

  constructor(log: NotifyLog, timeLimit: Milliseconds | undefined) {
    this.#log = log
    this.#timeLimit = timeLimit
  }

  /** Takes (other) servers. What is queued runs out. Scripts that cannot be called go to the log, one line for each reason. */
  configure(subjects: readonly ServerSubject[], policy: CommandPolicy): void {
    const said = new Set<string>()
    const prepare = (command: ServerSubject['up']): PreparedCommand | undefined => {
      if (command === undefined) return undefined
      const prepared = prepareCommand(command, policy)
      const problem = 'problem' in prepared ? prepared.problem : prepared.warning
      if (problem !== undefined && !said.has(problem)) {
        said.add(problem)
        if ('problem' in prepared) this.#log('error', `script of servers not called: ${problem}`)
        else this.#log('warning', `script ${prepared.path}: ${problem}`)
      }
      return 'problem' in prepared ? undefined : prepared
    }
    const old = this.#scripts
    this.#scripts = new Map()
    for (const { key, up, down } of subjects) {
      if ((up ?? down) === undefined) continue
      const limit = this.#timeLimit === undefined ? {} : { timeLimit: this.#timeLimit }
      const queue = old.get(key)?.queue ?? new ScriptQueue({ name: key, log: this.#log, ...limit })
      this.#scripts.set(key, { up: prepare(up), down: prepare(down), queue })
    }
  }

  /** Calls what belongs to a change. Returns at once. */
  call(notification: ServerNotification): void {
    const scripts = this.#scripts.get(notification.key)
    const command = notification.state === 'UP' ? scripts?.up : scripts?.down
    if (scripts === undefined || command === undefined) return
    scripts.queue.push([{ command, words: [], environment: serverEnvironment(notification) }])
  }

  /** Resolves when no script runs any more; they are killed after `grace`. */
  async stop(grace: Milliseconds): Promise<void> {
    await Promise.all([...this.#scripts.values()].map(({ queue }) => queue.stop([], grace)))
  }
}
