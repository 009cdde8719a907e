/**
 * The signals of a daemon, keepalived's: TERM and INT end it, HUP reloads, USR1, USR2 and SIGRTMIN+2 dump.
 */
import type { LogWrite } from '../lib/router/keepalived-log.ts'

const END = ['SIGTERM', 'SIGINT'] as const
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

/** A signal that ends. */
export type EndSignal = (typeof END)[number]

/** A second signal within this time, in milliseconds, is the same told twice: timeout(1) tells a process and then its group. */
const SAME = 1000

/**
 * Resolves with the first of TERM and INT. Another one a second later ends the process at once, as an impatient operator
 * expects; by then the virtual routers have long resigned.
 * @param act - called with the first at once, before whoever waits for the promise
 */
export function untilTold(act = () => {}): Promise<EndSignal> {
  return new Promise(resolve => {
    let first: number | undefined
    const hear = (signal: EndSignal) => {
      if (first === undefined) act()
      first ??= performance.now()
      if (performance.now() - first > SAME) process.exit(128 + NUMBERS[signal])
      resolve(signal)
    }
    for (const name of END) process.on(name, hear)
  })
}

let warned = false

/**
 * Catches SIGXCPU from now on, which would end the process: the warning before the end that `vrrp_rlimit_rttime` sets to a
 * thread that computes too long. To be called before there is such a limit.
 */
export function catchRealTimeWarning(write: LogWrite): void {
  if (warned) return
  warned = true
  process.on('SIGXCPU', () =>
    write(
      'warning',
      'the engine has used too much CPU time without waiting, vrrp_rlimit_rttime may need to be increased',
    ),
  )
}

/** What a daemon does at the signals that do not end it. */
export interface DaemonActions {
  reload(): void
  dumpData(): void
  dumpStatistics(): void
  dumpJson(): void
}

/**
 * Catches the signals from now on; what came before {@link DaemonSignals.attach} is done then. Uncaught, every one of
 * them would end the process, or (USR1) open node's debugger.
 */
export class DaemonSignals {
  readonly #early = new Set<keyof DaemonActions>()
  #actions: DaemonActions | undefined

  /**
   * @param onSignal - catches a signal that node has no name for
   * @param json - the number of the signal for JSON
   */
  constructor(onSignal: (signal: number, listener: () => void) => void, json: number) {
    process.on('SIGHUP', () => this.#come('reload'))
    process.on('SIGUSR1', () => this.#come('dumpData'))
    process.on('SIGUSR2', () => this.#come('dumpStatistics'))
    onSignal(json, () => this.#come('dumpJson'))
  }

  /** From now on these are done. */
  attach(actions: DaemonActions): void {
    this.#actions = actions
    for (const action of this.#early) actions[action]()
    this.#early.clear()
  }

  /** From now on nothing is done. */
  detach(): void {
    this.#actions = { reload: () => {}, dumpData: () => {}, dumpStatistics: () => {}, dumpJson: () => {} }
  }

  #come(action: keyof DaemonActions): void {
    if (this.#actions === undefined) this.#early.add(action)
    else this.#actions[action]()
  }
}
