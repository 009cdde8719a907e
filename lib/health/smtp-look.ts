/**
 * SMTP_CHECK: greeting, HELO, QUIT. RFC 5321 §3.1, §4.2.
 */
import type { SmtpCheck, Target } from './check-specification.ts'
import { type ConversationPorts, converse, type Speaker, type Turn } from './conversation.ts'
import { failed, nameOf } from './failures.ts'
import { type Look, type LookListener, NO_LOOK } from './look.ts'

/** What keepalived calls itself. */
const HELO_NAME = 'smtpchecker.keepalived.org'
/** A reply line has at most 512 bytes (RFC 5321 §4.5.3.1.5); servers are known to be more talkative. */
const REPLY_LIMIT = 16384

/** Talks to the server, or to all of its hosts one after the other. */
export function lookAtMailServer(check: SmtpCheck, ports: ConversationPorts, done: LookListener): Look {
  const hosts = check.hosts ?? [check.target]
  let look = NO_LOOK
  const talkTo = (index: number) => {
    const host = hosts[index]
    if (host === undefined) return done({ success: true })
    const client = new MailClient(host, check.heloName ?? HELO_NAME)
    look = converse(host, ports, client, outcome => (outcome.success ? talkTo(index + 1) : done(outcome)))
  }
  talkTo(0)
  return { cancel: () => look.cancel() }
}

/** What is expected, in order, and what is said then. */
class MailClient implements Speaker {
  readonly #name: string
  readonly #steps: { readonly code: string; readonly what: string; readonly reply: string | undefined }[]
  #text = ''

  constructor(host: Target, heloName: string) {
    this.#name = nameOf(host)
    this.#steps = [
      { code: '220', what: 'greeting', reply: `HELO ${heloName}\r\n` },
      { code: '250', what: 'answer to HELO', reply: 'QUIT\r\n' },
      { code: '', what: 'answer to QUIT', reply: undefined },
    ]
  }

  connected(): undefined {
    return undefined
  }

  received(bytes: Uint8Array): Turn {
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    // Of several lines the last one has a blank behind its code.
    const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?:[ \r][^\n]*)?\n/.exec(this.#text)
    if (reply === null) return this.#undecided()
    const [whole, code = ''] = reply
    this.#text = this.#text.slice(whole.length)
    const step = this.#steps.shift()
    if (step === undefined || !code.startsWith(step.code))
      return failed('status', `SMTP ${code} as ${step?.what} from ${this.#name}`)
    return step.reply === undefined ? { success: true } : Buffer.from(step.reply, 'latin1')
  }

  ended(): ReturnType<Speaker['ended']> {
    const [step] = this.#steps
    // Who hangs up instead of saying good-bye has said enough before.
    if (step?.reply === undefined) return { success: true }
    return failed('closed', `connection closed before its ${step.what} by ${this.#name}`)
  }

  #undecided(): Turn {
    const line = this.#text.slice(this.#text.lastIndexOf('\n', this.#text.length - 2) + 1)
    const lost = this.#text.length > REPLY_LIMIT || (line.endsWith('\n') && !/^\d{3}/.test(line))
    return lost ? failed('malformed', `not SMTP from ${this.#name}`) : undefined
  }
}
