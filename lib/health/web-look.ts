/**
 * HTTP_GET and SSL_GET: one page over one connection.
 */
import { messageOf } from '../errors.ts'
import type { HttpCheck, SslCheck } from './check-specification.ts'
import { type ConversationPorts, converse, type Speaker } from './conversation.ts'
import { failed, nameOf } from './failures.ts'
import { formatRequest, ResponseReader } from './http-message.ts'
import { type Look, type LookListener, type LookOutcome, NO_LOOK } from './look.ts'
import { PageJudge } from './page-judge.ts'
import { tlsOptions } from './tls-options.ts'

/** Asks for page `step`. */
export function lookAtPage(
  check: HttpCheck | SslCheck,
  step: number,
  ports: ConversationPorts,
  done: LookListener,
): Look {
  const page = check.pages[step] ?? check.pages[0]
  const { target } = check
  const from = `${nameOf(target)} url ${page.path}`
  const judge = new PageJudge(page)
  const reader = new ResponseReader(bytes => judge.body(bytes))
  // Only who reads on to the end learns how it ends.
  const toTheEnd = check.type === 'ssl' && page.tlsCompliant === true
  const speaker: Speaker = {
    connected: () => formatRequest(page.path, target, check.protocol ?? '1.0', page.virtualHost ?? check.virtualHost),
    received(bytes) {
      reader.push(bytes)
      if (reader.problem !== undefined) return failed('malformed', `${reader.problem} from ${from}`)
      return reader.complete && !toTheEnd ? judge.judge(reader.status ?? 0, from) : undefined
    },
    ended(clean): LookOutcome {
      if (reader.status === undefined) return failed('closed', `connection closed without an answer by ${from}`)
      if (toTheEnd && !clean) return failed('tls', `TLS ended without close_notify by ${from}`)
      return judge.judge(reader.status, from)
    },
  }
  if (check.type === 'http') return converse(target, ports, speaker, done)
  try {
    return converse(target, ports, speaker, done, tlsOptions(check.tls, check.serverName, toTheEnd))
  } catch (error) {
    done(failed('local', `TLS for ${from}: ${messageOf(error)}`))
    return NO_LOOK
  }
}
