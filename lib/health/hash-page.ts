/**
 * The MD5 digest of a page, as keepalived's genhash(1) computes it: of the bytes of the body as they come, chunked or not,
 * up to the announced length.
 */
import { createHash } from 'node:crypto'
import type { HttpProtocol, Target, TlsFiles } from './check-specification.ts'
import { type ConversationPorts, converse, type Speaker } from './conversation.ts'
import { failed, nameOf } from './failures.ts'
import { formatRequest, ResponseReader } from './http-message.ts'
import type { LookPorts } from './standard-lookers.ts'
import { tlsOptions } from './tls-options.ts'

/** Which page. */
export interface PageRequest {
  readonly target: Target
  readonly path: string
  /** Host header; default: address and port. */
  readonly virtualHost?: string
  /** Default 1.0. */
  readonly protocol?: HttpProtocol
  /** Present: over TLS. */
  readonly tls?: { readonly serverName?: string; readonly files?: TlsFiles }
}

/** A page and its digest. */
export interface HashedPage {
  /** 32 hexadecimal digits, lower case. */
  readonly digest: string
  readonly status: number
  /** The header with the empty line behind it. */
  readonly header: Uint8Array
  readonly body: Uint8Array
}

/**
 * Gets a page.
 * @example
 * ```ts
 * const target = { address: '192.0.2.10', port: 80, timeout: milliseconds(5000) }
 * const { digest } = await hashPage({ target, path: '/' }, { clock: new MonotonicClock() })
 * ```
 * @throws Error (rejects) saying why there is no page
 */
export async function hashPage(request: PageRequest, { clock, sockets }: LookPorts): Promise<HashedPage> {
  const { target, path, virtualHost, protocol = '1.0', tls } = request
  const ports: ConversationPorts = { clock, sockets }
  const pieces: Buffer[] = []
  const reader = new ResponseReader(bytes => pieces.push(Buffer.from(bytes)))
  const from = `${nameOf(target)} url ${path}`
  const speaker: Speaker = {
    connected: () => formatRequest(path, target, protocol, virtualHost),
    received(bytes) {
      reader.push(bytes)
      if (reader.problem !== undefined) return failed('malformed', `${reader.problem} from ${from}`)
      return reader.complete ? { success: true } : undefined
    },
    ended: () => (reader.status === undefined ? failed('closed', `no data received from ${from}`) : { success: true }),
  }
  const secure = tls && tlsOptions(tls.files, tls.serverName, false)
  await new Promise<void>((resolve, reject) => {
    converse(
      target,
      ports,
      speaker,
      outcome => (outcome.success ? resolve() : reject(new Error(outcome.failure.text))),
      secure,
    )
  })
  const body = Buffer.concat(pieces)
  const digest = createHash('md5').update(body).digest('hex')
  return { digest, status: reader.status ?? 0, header: reader.header, body }
}
