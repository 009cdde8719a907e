/**
 * What HTTP_GET says, and what it reads of the answer: status line, length, body as it comes. RFC 9112; as strict as
 * keepalived, and no stricter. Chunks are not taken apart: digests are of the bytes as they come, as genhash computes them.
 */
import { isIPv6 } from 'node:net'
import type { HttpProtocol, Target } from './check-specification.ts'

/** Bytes of the header that are read; a longer one is no answer. */
const HEADER_LIMIT = 16384
/** Interim answers (100, 103) that are passed over. */
const INTERIM_LIMIT = 8
/** Bytes of the body that are read. */
const BODY_LIMIT = 64 * 1024 * 1024

const HEADER_END = Buffer.from('\r\n\r\n')
const BARE_HEADER_END = Buffer.from('\n\n')
const NOTHING = Buffer.alloc(0)

const CONNECTION: Readonly<Record<HttpProtocol, string>> = {
  '1.0': '',
  '1.0C': 'Connection: close\r\n',
  '1.0K': 'Connection: keep-alive\r\n',
  '1.1': 'Connection: close\r\n',
  '1.1K': 'Connection: keep-alive\r\n',
}

/** The request for a page. @param host Host header; undefined: address and port */
export function formatRequest(
  path: string,
  target: Pick<Target, 'address' | 'port'>,
  protocol: HttpProtocol,
  host: string | undefined,
): Buffer {
  const { address, port } = target
  const name = host ?? `${isIPv6(address) ? `[${address}]` : address}:${port}`
  const version = protocol.slice(0, 3)
  return Buffer.from(
    `GET ${path} HTTP/${version}\r\nUser-Agent: KeepAliveClient\r\n${CONNECTION[protocol]}Host: ${name}\r\n\r\n`,
  )
}

/** Reads an answer piece by piece. */
export class ResponseReader {
  readonly #body: (bytes: Uint8Array) => void
  #header: Buffer = NOTHING
  #status: number | undefined
  #length = Number.POSITIVE_INFINITY
  #received = 0
  #interim = 0
  #problem: string | undefined

  /** @param body takes the body; bytes are valid during the call only */
  constructor(body: (bytes: Uint8Array) => void) {
    this.#body = body
  }

  /** 100-999; undefined until the header is whole. */
  get status(): number | undefined {
    return this.#status
  }

  /** The header with the empty line behind it; what there is of it until then. */
  get header(): Uint8Array {
    return this.#header
  }

  /** All that was announced has come. */
  get complete(): boolean {
    return this.#status !== undefined && this.#received >= this.#length
  }

  /** Why it is no answer. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Takes the next piece. */
  push(bytes: Uint8Array): void {
    if (this.#problem !== undefined) return
    if (this.#status === undefined) this.#pushHeader(bytes)
    else this.#pushBody(bytes)
  }

  #pushHeader(bytes: Uint8Array): void {
    // The last three bytes from before may be the beginning of the end.
    const from = Math.max(this.#header.length - 3, 0)
    this.#header = Buffer.concat([this.#header, bytes])
    const end = headerEnd(this.#header, from)
    if (end === undefined) {
      if (this.#header.length > HEADER_LIMIT) this.#problem = `a header of more than ${HEADER_LIMIT} bytes`
      else if (!startsLikeHttp(this.#header)) this.#problem = 'not HTTP'
      return
    }
    const rest = this.#header.subarray(end)
    this.#header = this.#header.subarray(0, end)
    const text = this.#header.toString('latin1')
    const status = Number(/^HTTP\/\d+(?:\.\d+)? +(\d{3})(?!\d)/.exec(text)?.[1])
    if (!(status >= 100)) {
      this.#problem = 'not HTTP'
    } else if (status < 200 && status !== 101) {
      this.#header = NOTHING
      if (++this.#interim > INTERIM_LIMIT) this.#problem = 'nothing but interim answers'
      else if (rest.length > 0) this.push(rest)
    } else {
      this.#status = status
      this.#length = status === 204 || status === 304 ? 0 : contentLength(text)
      if (rest.length > 0) this.#pushBody(rest)
    }
  }

  #pushBody(bytes: Uint8Array): void {
    const wanted = Math.min(bytes.length, this.#length - this.#received)
    this.#received += bytes.length
    if (this.#received > BODY_LIMIT) this.#problem = `a body of more than ${BODY_LIMIT} bytes`
    else if (wanted > 0) this.#body(wanted < bytes.length ? bytes.subarray(0, wanted) : bytes)
  }
}

/** Where the body begins. */
function headerEnd(bytes: Buffer, from: number): number | undefined {
  const proper = bytes.indexOf(HEADER_END, from)
  const bare = bytes.indexOf(BARE_HEADER_END, from)
  if (proper >= 0 && (bare < 0 || proper < bare)) return proper + HEADER_END.length
  return bare < 0 ? undefined : bare + BARE_HEADER_END.length
}

function startsLikeHttp(bytes: Buffer): boolean {
  return 'HTTP/'.startsWith(bytes.toString('latin1', 0, 5))
}

function contentLength(header: string): number {
  const digits = /^content-length:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(header)?.[1]
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits)
}
