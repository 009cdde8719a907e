/**
 * The status socket: who gets what, and that no client can hold it up.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { NODE_STATUS_SCHEMA, readStatus, StatusServer, watchStatus } from '../../lib/status/index.ts'
import { ObservedPair } from './observed-pair.ts'
import { violations } from './validate.ts'

const directory = mkdtempSync(join(tmpdir(), 'vrrp-status-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))
const timing = { idle: 5000, stalled: 5000, gather: 1, refresh: 60_000 }
let serial = 0

/** A server over a fresh pair. */
async function serve(changes: Partial<typeof timing> = {}) {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  pair.pass(10_000)
  const path = join(directory, `${++serial}.sock`)
  const { reporter, history } = pair
  return { pair, path, server: await StatusServer.open({ path, reporter, history, timing: { ...timing, ...changes } }) }
}

/** Sends bytes, and collects what comes until the other side hangs up or has sent `lines` lines. */
function talk(path: string, text: string, lines = Number.POSITIVE_INFINITY): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(path, () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (answer.split('\n').length > lines) socket.destroy()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    )
  })
}

t.test('a status for root alone, gone at the end', async t => {
  const { path, server } = await serve()
  t.equal(statSync(path).mode & 0o777, 0o600)
  const status = await readStatus(path)
  t.strictSame(violations(NODE_STATUS_SCHEMA, status), [])
  t.equal(status.instances[0]?.state, 'master')
  server.close()
  t.equal(existsSync(path), false)
  await t.rejects(readStatus(path), { code: 'ERR_STATUS', message: /no router is running: there is no / })
})

t.test('several requests on one connection, wrong ones among them', async t => {
  const { path, server } = await serve()
  const lines = ['{"request":"status"}', 'nonsense', '{"request":"stop"}', '[]', '', '{"request":"status"}']
  const answers = (await talk(path, `${lines.join('\n')}\n`, 5)).trim().split('\n')
  const kinds = answers.map(line => {
    const { status, error } = JSON.parse(line)
    return status === undefined ? error.code : 'status'
  })
  t.strictSame(kinds, ['status', 'malformed', 'unknown-request', 'unknown-request', 'status'])
  server.close()
})

t.test('watch: now, and after each change', async t => {
  const { path, server, pair } = await serve()
  const states: (string | undefined)[] = []
  for await (const status of watchStatus(path)) {
    const state = status.instances[0]?.['keepalived-state']
    states.push(state)
    if (state === 'MASTER') pair.plug(false)
    // The router ends: so does the stream.
    else server.close()
  }
  t.strictSame(states, ['MASTER', 'FAULT'])
})

t.test('a request without an end is cut off', async t => {
  const { path, server } = await serve()
  const answer = await talk(path, 'x'.repeat(100_000))
  t.equal(JSON.parse(answer).error.code, 'too-long')
  server.close()
})

t.test('an idle client is sent away, a watcher is not', async t => {
  const { path, server, pair } = await serve({ idle: 20 })
  t.equal(await talk(path, ''), '')
  const watcher = watchStatus(path)
  await watcher.next()
  await talk(path, '')
  pair.plug(false)
  t.equal((await watcher.next()).value?.instances[0]?.state, 'initialize')
  await watcher.return()
  server.close()
})

t.test('a watcher that does not read is dropped and holds nobody up', async t => {
  const { path, server, pair } = await serve({ stalled: 50 })
  const lazy = connect(path, () => lazy.write('{"request":"watch"}\n'))
  lazy.pause()
  const dropped = new Promise(resolve => lazy.on('close', resolve))
  lazy.on('error', () => {})
  const flapping = setInterval(() => {
    pair.plug(false)
    pair.plug(true)
  }, 1)
  await readStatus(path)
  // A paused socket does not see its end; so try to write until the other side is gone.
  const probing = setInterval(() => lazy.write('\n'), 20)
  await dropped
  clearInterval(flapping)
  clearInterval(probing)
  t.ok((await readStatus(path)).instances.length === 1)
  server.close()
})

t.test('more clients than there is room for are told so', async t => {
  const { path, server } = await serve()
  const watchers = Array.from({ length: 16 }, () => watchStatus(path))
  await Promise.all(watchers.map(watcher => watcher.next()))
  await t.rejects(readStatus(path), { code: 'ERR_STATUS', message: /16 are connected already/ })
  await watchers[0]?.return()
  // The place is free when the server has seen the end.
  const retry = async (): Promise<unknown> => readStatus(path).catch(retry)
  t.ok(await retry())
  server.close()
})

t.test('a stale socket is replaced, a live one and a file are not', async t => {
  const { path, server, pair } = await serve()
  const { reporter, history } = pair
  await t.rejects(StatusServer.open({ path, reporter, history }), { message: /another process listens at / })
  t.ok(await readStatus(path), 'and the live one lives')
  server.close()

  const stale = join(directory, 'stale.sock')
  await leaveStale(stale)
  const replaced = await StatusServer.open({ path: stale, reporter, history })
  t.ok(await readStatus(stale))
  replaced.close()

  const file = join(directory, 'file')
  writeFileSync(file, 'precious')
  await t.rejects(StatusServer.open({ path: file, reporter, history }), { message: /is not a socket/ })
  t.ok(existsSync(file))
  const long = join(directory, 'x'.repeat(200))
  await t.rejects(StatusServer.open({ path: long, reporter, history }))
})

/** A socket whose process is gone: bound to one name, moved to another before it closes. */
async function leaveStale(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(`${path}.old`, resolve))
  const { renameSync } = await import('node:fs')
  renameSync(`${path}.old`, path)
  await new Promise(resolve => server.close(resolve))
}
