/**
 * A listening unix socket for root alone, in the place of a stale one and never of a live one. unix(7).
 */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'

/**
 * Makes a server listen at a path, with mode 0600.
 * @throws Error saying why not: something that is no socket is there, another process listens, the system refuses
 */
export async function listenAt(server: Server, path: string): Promise<void> {
  await clear(path)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.removeListener('error', reject)
      resolve()
    })
    // The socket is bound before listen returns: at no time may anybody else connect.
    const umask = process.umask(0o177)
    try {
      server.listen({ path })
    } finally {
      process.umask(umask)
    }
  })
  chmodSync(path, 0o600)
}

/** Removes what a process that is no more left there. */
async function clear(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there === undefined) return
  if (!there.isSocket()) throw new Error(`${path} is there and is not a socket`)
  if (await isLive(path)) throw new Error(`another process listens at ${path}`)
  unlinkSync(path)
}

/** Refused is dead; anything else, a full queue or a missing right too, is taken for life. */
function isLive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}
