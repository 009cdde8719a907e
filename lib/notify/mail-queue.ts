/**
 * Mail at a change of state: plain SMTP (RFC 5321) through nodemailer, one mail at a time, behind everything else.
 *
 * A failover is when the way to the mail server is most likely away, so mail waits until the server can be reached again,
 * and the log has one line about it and not one for each mail.
 */
import { connect, type Socket } from 'node:net'
import { hostname, userInfo } from 'node:os'
import type { Transporter } from 'nodemailer'
import { messageOf } from '../errors.ts'
import type { Milliseconds } from '../time/index.ts'
import type { NotifyLog } from './log.ts'
import type { MailText } from './message.ts'

/** Where mail goes. */
export interface MailSettings {
  readonly server: { readonly host: string; readonly port: number }
  /** At least one. */
  readonly recipients: readonly string[]
  /** Default: this user at this host. */
  readonly sender?: string
  /** Name in HELO. Default: the host name. */
  readonly heloName?: string
  readonly connectTimeout: Milliseconds
  /** Send mail about faults too. Default true. */
  readonly faults?: boolean
}

/** What a {@link MailQueue} can vary. */
export interface MailQueueOptions {
  /** Until the next attempt after a failure; the last one again and again. Default 5, 10, 20, 40, 60 s. */
  readonly retryDelays?: readonly number[]
}

/** So many mails wait for a server that does not answer; with more, the oldest is thrown away. */
const WAITING_LIMIT = 64
const RETRY_DELAYS: readonly number[] = [5_000, 10_000, 20_000, 40_000, 60_000]
/** How long a server may be silent in the middle of a dialogue, milliseconds. */
const SILENCE_LIMIT = 30_000

interface Mail extends MailText {
  readonly date: Date
}

/** Sends mail to one server. */
export class MailQueue {
  readonly #settings: MailSettings
  readonly #log: NotifyLog
  readonly #retryDelays: readonly number[]
  readonly #transport: Promise<Transporter>
  readonly #waiting: Mail[] = []
  #socket: Socket | undefined
  #work: Promise<void> | undefined
  #failures = 0
  #thrownAway = 0
  #closed = false
  #wake: () => void = () => {}

  constructor(settings: MailSettings, log: NotifyLog, { retryDelays = RETRY_DELAYS }: MailQueueOptions = {}) {
    this.#settings = settings
    this.#log = log
    this.#retryDelays = retryDelays
    // Now and not with the first mail: loading the package would take time in the middle of a failover.
    this.#transport = this.#createTransport()
    // A package that is not installed is a failure of each mail, not of the process.
    this.#transport.catch(() => {})
  }

  /** Adds a mail. Its Date is now, whenever it can be sent. */
  push(text: MailText): void {
    if (this.#closed) return
    this.#waiting.push({ ...text, date: new Date() })
    if (this.#waiting.length > WAITING_LIMIT) {
      this.#waiting.shift()
      this.#thrownAway++
    }
    this.#work ??= this.#run()
  }

  /** Sends what waits, for `grace` at most, and ends. */
  async stop(grace: Milliseconds): Promise<void> {
    this.#closed = true
    // No reason to sit out the pause after a failure.
    this.#wake()
    const end = setTimeout(() => this.#giveUp(), grace)
    await this.#work
    clearTimeout(end)
  }

  async #run(): Promise<void> {
    for (let mail = this.#waiting[0]; mail !== undefined; mail = this.#waiting[0]) {
      const sent = await this.#send(mail)
      // While it was under way, it may have been thrown away for want of room.
      if (sent && this.#waiting[0] === mail) this.#waiting.shift()
      if (!sent && this.#closed) this.#giveUp()
      else if (!sent) await this.#pause()
    }
    this.#work = undefined
  }

  /** True when this mail is done with. */
  async #send({ subject, text, date }: Mail): Promise<boolean> {
    const { recipients, sender = `${userName()}@${hostname()}` } = this.#settings
    try {
      const transport = await this.#transport
      const message = { from: sender, to: [...recipients], subject, text, date, xMailer: 'vrrp-ts' }
      const { rejected = [] } = await transport.sendMail(message)
      if (rejected.length > 0) this.#say('warning', `refused the recipients ${rejected.join(', ')}`)
      if (this.#failures > 0) this.#say('info', `works again${this.#lossText()}`)
      this.#failures = 0
      this.#log('info', 'SMTP alert successfully sent.')
      return true
    } catch (error) {
      const final = isFinal(error)
      const fate = final ? 'the mail is thrown away' : 'mail waits until it works'
      // Also told when it was thrown away: that does not heal by waiting.
      if (this.#failures++ === 0 && !(this.#closed && !final)) this.#say('warning', `${messageOf(error)}; ${fate}`)
      return final
    }
  }

  async #pause(): Promise<void> {
    const delay = this.#retryDelays[Math.min(this.#failures, this.#retryDelays.length) - 1] ?? 0
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, delay)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #giveUp(): void {
    if (this.#waiting.length > 0) this.#say('warning', `${this.#waiting.length} mails could not be sent`)
    this.#waiting.length = 0
    this.#socket?.destroy(new Error('the router stops'))
    this.#wake()
  }

  #lossText(): string {
    if (this.#thrownAway === 0) return ''
    const text = `; ${this.#thrownAway} mails that waited too long were thrown away`
    this.#thrownAway = 0
    return text
  }

  async #createTransport(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer')
    const { server, heloName, connectTimeout } = this.#settings
    return createTransport({
      ...server,
      name: heloName ?? hostname(),
      secure: false,
      ignoreTLS: true,
      greetingTimeout: connectTimeout,
      socketTimeout: SILENCE_LIMIT,
      // Connected here, so that it can be cut when the router stops.
      getSocket: (_options, give) => {
        this.#connect().then(
          connection => give(null, { connection }),
          error => give(error, undefined),
        )
      },
    })
  }

  #connect(): Promise<Socket> {
    const { server, connectTimeout } = this.#settings
    return new Promise((resolve, reject) => {
      const socket = connect(server)
      this.#socket = socket
      const late = new Error(`no connection within ${connectTimeout / 1000} s`)
      const timer = setTimeout(() => socket.destroy(late), connectTimeout)
      socket.once('error', reject)
      socket.once('close', () => clearTimeout(timer))
      socket.once('connect', () => {
        clearTimeout(timer)
        resolve(socket)
      })
    })
  }

  #say(level: Parameters<NotifyLog>[0], text: string): void {
    const { host, port } = this.#settings.server
    this.#log(level, `SMTP server [${host}]:${port}: ${text}`)
  }
}

/** The server answered that it will never take this mail (RFC 5321 §4.2.1, 5yz). */
function isFinal(error: unknown): boolean {
  const code = error instanceof Error && 'responseCode' in error ? error.responseCode : undefined
  return typeof code === 'number' && code >= 500
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run a user that has no name.
    return 'root'
  }
}
