/**
 * A mail server that keeps what it is given: RFC 5321, as much of it as a client needs.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Header fields by name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** How a sink behaves. */
export interface SinkOptions {
  /** Reply to a command, in place of the usual one; `undefined` for the usual one. */
  readonly reply?: (command: string) => string | undefined
  /** Never says a word. */
  readonly silent?: boolean
  readonly port?: number
}

/** A running sink. */
export interface SmtpSink {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** All commands, in order. */
  readonly commands: readonly string[]
  /** Resolves when there are so many mails. */
  until(count: number): Promise<void>
  close(): Promise<void>
}

/** Starts a sink on loopback. It ends with the test. */
export async function startSmtpSink(t: Test, { reply, silent = false, port = 0 }: SinkOptions = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = []
  const commands: string[] = []
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (!silent) serve(socket)
  })

  function serve(socket: Socket): void {
    let envelope: { from: string; to: string[] } = { from: '', to: [] }
    let data: string[] | undefined
    let rest = ''
    const take = (line: string): string | undefined => {
      if (data !== undefined) {
        if (line !== '.') {
          data.push(line)
          return undefined
        }
        mails.push(readMail(envelope, data))
        data = undefined
        for (const check of [...waiting]) check()
        return '250 taken'
      }
      commands.push(line)
      const own = reply?.(line)
      if (own !== undefined) return own
      const address = /<(.*)>/.exec(line)?.[1] ?? ''
      if (/^MAIL/i.test(line)) envelope = { from: address, to: [] }
      if (/^RCPT/i.test(line)) envelope.to.push(address)
      if (/^DATA/i.test(line)) data = []
      if (/^QUIT/i.test(line)) return '221 bye'
      return data === undefined ? '250 ok' : '354 go on'
    }
    socket.setEncoding('utf8')
    socket.write('220 sink\r\n')
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const answer = take(line)
        if (answer !== undefined) socket.write(`${answer}\r\n`)
      }
    })
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise(resolve => server.close(resolve))
  }
  t.teardown(close)
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    mails,
    commands,
    close,
    until: count =>
      new Promise(resolve => {
        const check = () => {
          if (mails.length < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

function readMail({ from, to }: { from: string; to: readonly string[] }, lines: readonly string[]): ReceivedMail {
  const end = lines.indexOf('')
  const unfolded = lines
    .slice(0, end)
    .join('\r\n')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = new Map(
    unfolded.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { from, to, headers, body: lines.slice(end + 1).join('\n') }
}
