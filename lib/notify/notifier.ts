/**
 * Tells the outside of changes, by all ways that are configured: scripts, FIFOs, mail. Nothing of it waits, and nothing that
 * goes wrong with it reaches the caller.
 */
import { hostname } from 'node:os'
import { messageOf } from '../errors.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'
import { Fifo, type FifoSettings } from './fifo.ts'
import type { NotifyLog } from './log.ts'
import { MailQueue, type MailSettings } from './mail-queue.ts'
import { fifoLine, mailText, scriptEnvironment, scriptWords } from './message.ts'
import { isNotifyState, type Notification, type NotifySubject } from './notification.ts'
import type { NotifyScripts, NotifySettings, SubjectSettings } from './notify-settings.ts'
import { type PreparedScripts, prepareScripts } from './prepare-scripts.ts'
import { type ScriptCall, ScriptQueue } from './script-queue.ts'
import { type ServerNotification, serverFifoLine, serverMail } from './server-notification.ts'
import { ServerScripts } from './server-scripts.ts'

/** What a {@link Notifier} needs. */
export interface NotifierOptions {
  readonly log: NotifyLog
  /** How long one script may take. Default 60 s. */
  readonly scriptTimeLimit?: Milliseconds
}

/** How long what a new configuration does away with may take to end. */
const REPLACED_GRACE = milliseconds(1000)

/** The script for each word, before `notify`. */
const SCRIPT_OF: Readonly<Record<Notification['state'], keyof NotifyScripts | undefined>> = {
  MASTER: 'master',
  BACKUP: 'backup',
  FAULT: 'fault',
  STOP: 'stop',
  DELETED: 'deleted',
  MASTER_RX_LOWER_PRI: 'masterRxLowerPriority',
  MASTER_PRIORITY: undefined,
  BACKUP_PRIORITY: undefined,
}

interface Subject {
  readonly settings: SubjectSettings
  readonly scripts: PreparedScripts
  readonly queue: ScriptQueue
}

/**
 * Notifies of changes.
 *
 * @example
 * ```ts
 * const notifier = new Notifier({ log: (level, line) => console.error(level, line) })
 * notifier.configure({ policy: { user: defaultScriptUser(), security: true }, subjects, fifos: [] })
 * notifier.tell({ subject: { type: 'INSTANCE', name: 'VI_1' }, state: 'MASTER', priority: 100 })
 * ```
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #log: NotifyLog
  #subjects = new Map<string, Subject>()
  readonly #serverScripts: ServerScripts
  /** Keys of servers that mail is sent about. */
  #mailedServers: ReadonlySet<string> = new Set()
  #fifos = new Map<string, Fifo>()
  #mail: { readonly key: string; readonly queue: MailQueue; readonly faults: boolean } | undefined
  #routerName = hostname()

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#log = options.log
    this.#serverScripts = new ServerScripts(options.log, options.scriptTimeLimit)
  }

  /** Takes (other) settings: what did not change goes on, what is gone is let run out. Problems go to the log. */
  configure(settings: NotifySettings): void {
    const { subjects, servers = [], policy, fifos, mail, routerName } = settings
    const { scriptTimeLimit: timeLimit } = this.#options
    this.#routerName = routerName ?? hostname()
    const old = this.#subjects
    this.#subjects = new Map()
    for (const [subject, scripts] of prepareScripts(subjects, policy, this.#log)) {
      const queue =
        old.get(keyOf(subject))?.queue ??
        new ScriptQueue({ name: subject.name, log: this.#log, ...(timeLimit !== undefined && { timeLimit }) })
      this.#subjects.set(keyOf(subject), { settings: subject, scripts, queue })
    }
    this.#serverScripts.configure(servers, policy)
    this.#mailedServers = new Set(servers.filter(server => server.mail).map(({ key }) => key))
    this.#configureFifos(fifos, policy)
    this.#configureMail(mail)
  }

  /** Tells of one change. Returns at once. */
  tell(given: Notification): void {
    const subject = this.#subjects.get(keyOf(given.subject))
    if (subject === undefined) return
    const notification = subject.settings.tellsDeletion === true ? given : deletionAsFault(given)
    if (notification === undefined) return
    this.#publish(subject, notification)
    // Losing adverts come every second: behind a slow script they must not push the states out of the queue.
    if (!isNotifyState(notification.state) && subject.queue.behind) return
    subject.queue.push(callsFor(subject, notification))
  }

  /** Tells of a change of a virtual or real server. Returns at once. */
  tellServer(notification: ServerNotification): void {
    const { key, cause, checkOnly = false } = notification
    if (!checkOnly) {
      for (const fifo of this.#fifos.values()) if (fifo.only !== 'vrrp') fifo.write(serverFifoLine(notification))
      this.#serverScripts.call(notification)
    }
    if (cause !== undefined && this.#mailedServers.has(key)) {
      this.#mail?.queue.push(serverMail(notification, cause, this.#routerName))
    }
  }

  /**
   * Tells of the end, in the order of the subjects, and ends: scripts, FIFO readers and mail have `grace` to come to theirs, then they are
   * killed. Resolves when nothing is left.
   */
  async stop(notifications: readonly Notification[], grace: Milliseconds): Promise<void> {
    const last = new Map(notifications.map(each => [keyOf(each.subject), each]))
    const ends: Promise<void>[] = []
    for (const [key, subject] of this.#subjects) {
      const notification = last.get(key)
      if (notification !== undefined) this.#publish(subject, notification)
      ends.push(subject.queue.stop(notification === undefined ? [] : callsFor(subject, notification), grace))
    }
    ends.push(this.#serverScripts.stop(grace))
    if (this.#mail !== undefined) ends.push(this.#mail.queue.stop(grace))
    for (const fifo of this.#fifos.values()) ends.push(fifo.close(grace))
    await Promise.all(ends)
  }

  /** FIFO and mail. */
  #publish({ settings }: Subject, notification: Notification): void {
    const { state } = notification
    const isPriority = state === 'MASTER_PRIORITY' || state === 'BACKUP_PRIORITY'
    if (!isPriority || settings.priorityChanges) {
      for (const fifo of this.#fifos.values()) if (fifo.only !== 'lvs') fifo.write(fifoLine(notification))
    }
    if (settings.mail && isNotifyState(state) && (state !== 'FAULT' || this.#mail?.faults)) {
      this.#mail?.queue.push(mailText(notification.subject, state, this.#routerName))
    }
  }

  #configureFifos(fifos: readonly FifoSettings[], policy: NotifySettings['policy']): void {
    const old = this.#fifos
    this.#fifos = new Map()
    // What is no longer wanted is closed first: its successor may have the same path.
    const wanted = new Map(fifos.map(settings => [JSON.stringify([settings, policy]), settings]))
    for (const [key, fifo] of old) if (!wanted.has(key)) void fifo.close(REPLACED_GRACE)
    for (const [key, settings] of wanted) {
      try {
        this.#fifos.set(key, old.get(key) ?? new Fifo(settings, policy, this.#log))
      } catch (error) {
        this.#log('error', `FIFO ${settings.path}: not used: ${messageOf(error)}`)
      }
    }
  }

  #configureMail(mail: MailSettings | undefined): void {
    const key = JSON.stringify(mail)
    if (this.#mail?.key === key) return
    void this.#mail?.queue.stop(REPLACED_GRACE)
    const { faults = true } = mail ?? {}
    this.#mail = mail === undefined ? undefined : { key, queue: new MailQueue(mail, this.#log), faults }
  }
}

function keyOf({ type, name }: NotifySubject): string {
  return `${type} ${name}`
}

/** keepalived: what a reload does away with is told as faulty, if it was not already. */
function deletionAsFault(notification: Notification): Notification | undefined {
  if (notification.state !== 'DELETED') return notification
  return notification.previous === 'FAULT' ? undefined : { ...notification, state: 'FAULT' }
}

/** The scripts of one notification in their order: `notify_master` with its own arguments, then `notify`. */
function callsFor({ scripts }: Subject, notification: Notification): readonly ScriptCall[] {
  const kind = SCRIPT_OF[notification.state]
  const own = kind === undefined ? undefined : scripts[kind]
  const { any } = scripts
  if (own === undefined && any === undefined) return []
  const environment = scriptEnvironment(notification)
  return [
    ...(own === undefined ? [] : [{ command: own, words: [], environment }]),
    ...(any === undefined || !isNotifyState(notification.state)
      ? []
      : [{ command: any, words: scriptWords(notification), environment }]),
  ]
}
