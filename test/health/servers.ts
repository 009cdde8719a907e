/**
 * Servers of this machine that do what a test wants.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Test } from 'tap'

/** Serves on a free port of 127.0.0.1 until the test ends. */
export async function serve(t: Pick<Test, 'teardown'>, talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A client may leave at any moment.
    socket.on('error', () => {})
    talk(socket)
  })
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return listen(server)
}

/** The port of a server that listens now. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Answers each request with these bytes, and closes. */
export function answering(bytes: string | Buffer): (socket: Socket) => void {
  return socket => void socket.once('data', () => socket.end(bytes))
}
