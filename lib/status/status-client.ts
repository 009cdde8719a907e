/**
 * Asking a running router for its status.
 */
import { connect, type Socket } from 'node:net'
import { VrrpError } from '../errors.ts'
import { NODE_STATUS_VERSION, type NodeStatus } from './node-status.ts'
import type { StatusRequest } from './protocol.ts'

/** Longer than any status of 255 instances; more is no router. */
const ANSWER_LIMIT = 64 * 1024 * 1024

/**
 * Asks once.
 * @throws VrrpError `ERR_STATUS`: nobody listens there, no permission, or the answer makes no sense
 * @example
 * ```ts
 * const { instances, warnings } = await readStatus()
 * ```
 */
export async function readStatus(path: string): Promise<NodeStatus> {
  for await (const status of ask(path, 'status')) return status
  throw new VrrpError('ERR_STATUS', `${path}: the router hung up without an answer`)
}

/** Yields the status now, after each change and every few seconds, until the router ends. Throws as {@link readStatus}. */
export function watchStatus(path: string): AsyncGenerator<NodeStatus, void, undefined> {
  return ask(path, 'watch')
}

async function* ask(path: string, request: StatusRequest): AsyncGenerator<NodeStatus, void, undefined> {
  const socket = await open(path)
  socket.setEncoding('utf8')
  socket.write(`${JSON.stringify({ request })}\n`)
  let pieces: string[] = []
  let length = 0
  try {
    for await (const chunk of socket as AsyncIterable<string>) {
      let from = 0
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
        pieces.push(chunk.slice(from, end))
        from = end + 1
        yield readAnswer(path, pieces.join(''))
        pieces = []
        length = 0
      }
      pieces.push(chunk.slice(from))
      length += chunk.length - from
      if (length > ANSWER_LIMIT) throw new VrrpError('ERR_STATUS', `${path}: the answer does not end`)
    }
  } catch (error) {
    if (error instanceof VrrpError) throw error
    // The router died: the stream ends, as if it had said good-bye.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
  } finally {
    socket.destroy()
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const fail = (error: NodeJS.ErrnoException) => reject(new VrrpError('ERR_STATUS', explain(path, error)))
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.removeListener('error', fail)
      resolve(socket)
    })
  })
}

function explain(path: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return `no router is running: there is no ${path} (--socket names another place)`
    case 'ECONNREFUSED':
      return `no router is running: nobody listens at ${path} any more`
    case 'EACCES':
    case 'EPERM':
      return `no permission to connect to ${path}: it is for root alone, use sudo`
    default:
      return `${path}: ${error.message}`
  }
}

function readAnswer(path: string, line: string): NodeStatus {
  let answer: { readonly status?: NodeStatus; readonly error?: { readonly message: string } }
  try {
    answer = JSON.parse(line)
  } catch {
    throw new VrrpError('ERR_STATUS', `${path}: the answer is not JSON`)
  }
  if (answer.error !== undefined) throw new VrrpError('ERR_STATUS', `${path}: ${answer.error.message}`)
  if (answer.status?.version === NODE_STATUS_VERSION) return answer.status
  const found = answer.status?.version ?? 'none'
  throw new VrrpError('ERR_STATUS', `${path}: the status has version ${found}, not ${NODE_STATUS_VERSION}`)
}
