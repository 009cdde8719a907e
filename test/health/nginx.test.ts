/**
 * HTTP_GET, SSL_GET and genhash against a real nginx.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import t from 'tap'
import { genhashCommand } from '../../cli/commands/genhash.ts'
import { type HttpCheck, hashPage, type Page, type SslCheck } from '../../lib/health/index.ts'
import { labUnavailable } from '../lab/available.ts'
import { clock, look } from './look.ts'
import { PAGE, type RunningNginx, startNginx } from './nginx.ts'
import { closedPort, listen, serve } from './servers.ts'
import { local, TIMING } from './timing.ts'

const skip = labUnavailable('nginx')
const MD5 = createHash('md5').update(PAGE).digest('hex')
const nginx: RunningNginx | undefined = skip === false ? await startNginx() : undefined
const { http = 0, https = 0, certificate = '', key = '' } = nginx ?? {}

function plain(page: Partial<Page> = {}, change: Partial<HttpCheck> = {}): HttpCheck {
  return { ...TIMING, id: 'web', type: 'http', target: local(http), pages: [{ path: '/', ...page }], ...change }
}

function secure(page: Partial<Page> = {}, change: Partial<SslCheck> = {}): SslCheck {
  return { ...TIMING, id: 'web', type: 'ssl', target: local(https), pages: [{ path: '/', ...page }], ...change }
}

t.test('HTTP, in each version', { skip }, async t => {
  for (const protocol of ['1.0', '1.0C', '1.0K', '1.1', '1.1K'] as const)
    t.equal(await look(plain({ digest: MD5, pattern: { source: '\\Aa page' } }, { protocol })), 'well', protocol)
  t.match(await look(plain({ path: '/busy' })), /^status: HTTP status 503 from /)
  t.match(await look(plain({}, { target: local(https) })), /^status: HTTP status 400 from /)
})

t.test('TLS', { skip }, async t => {
  t.equal(await look(secure({ digest: MD5 })), 'well', 'nobody asks who signed the certificate')
  t.equal(await look(secure({ digest: MD5, tlsCompliant: true })), 'well')
  t.match(await look(secure({ path: '/busy' })), /^status: HTTP status 503 from /)
  t.match(await look(secure({}, { target: local(http) })), /^tls: TLS with \[127.0.0.1\]:\d+: .*wrong version number/)
  const verify = { certificate, key, verify: true }
  t.match(await look(secure({}, { tls: verify })), /^tls: TLS with .*self-signed certificate/)
  t.equal(await look(secure({}, { tls: { ...verify, ca: certificate } })), 'well')
})

t.test('server name and client certificate', { skip }, async t => {
  const name = (text: string) => ({ path: '/name', pattern: { source: `^${text}$` } })
  t.equal(await look(secure(name(''))), 'well', 'none by default')
  t.equal(await look(secure(name('web.example'), { serverName: 'web.example' })), 'well')
  t.match(await look(secure({ path: '/client' })), /^status: HTTP status 403/)
  t.equal(await look(secure({ path: '/client' }, { tls: { certificate, key } })), 'well')
  t.match(await look(secure({}, { tls: { certificate: '/nowhere.pem' } })), /^local: TLS for .*ENOENT/)
})

t.test('tls_compliant: an end without close_notify', { skip }, async t => {
  const endings: ((socket: TLSSocket) => void)[] = [socket => socket.end(), socket => cutBelow(socket)]
  const results: string[] = []
  for (const end of endings) {
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.write(`HTTP/1.0 200 OK\r\n\r\n${PAGE}`, () => setImmediate(end, socket)))
    })
    const target = local(await listen(server))
    results.push(await look(secure({ digest: MD5 }, { target })))
    results.push((await look(secure({ digest: MD5, tlsCompliant: true }, { target }))).replace(/ by .*/, ''))
    server.close()
  }
  t.strictSame(results, ['well', 'well', 'well', 'tls: TLS ended without close_notify'])
})

/** Closes the connection below TLS. */
function cutBelow(socket: TLSSocket): void {
  const { _parent: below } = socket as unknown as { _parent: { end(): void } }
  below.end()
}

t.test('a server that stops in the handshake', async t => {
  const port = await serve(t, () => {})
  t.equal(
    await look(secure({}, { target: local(port, 200) })),
    `timeout: TLS with [127.0.0.1]:${port} timed out after 0.2 s`,
  )
})

t.test('hashPage', { skip }, async t => {
  const page = await hashPage({ target: local(https), path: '/', tls: { serverName: 'web.example' } }, { clock })
  t.equal(page.digest, MD5)
  t.equal(page.status, 200)
  t.equal(Buffer.from(page.body).toString(), PAGE)
  await t.rejects(hashPage({ target: local(await closedPort()), path: '/' }, { clock }), { message: /refused$/ })
})

t.test('vrrp-cli genhash prints what genhash prints', { skip }, async t => {
  const genhash = promisify(execFile)
  const lines = ['', '-v', '-P 1.0c', '-P 1.1', '-V www.example', '-t 2', '-m 5', '-S', '-S -v', '-S -I -V web.example']
  for (const line of lines) {
    const port = line.includes('-S') ? https : http
    const args = `-s 127.0.0.1 -p ${port} -u /name ${line}`.trim().split(' ')
    const printed: string[] = []
    const output = { out: (text: string) => printed.push(text), err: (text: string) => printed.push(text) }
    await genhashCommand(output).parseAsync(args, { from: 'user' })
    const { stdout } = await genhash('genhash', args)
    // Neither the time of day nor the time taken is the same twice.
    const steady = (text: string) =>
      text
        .replace(/= \d+ usecs/, '= N usecs')
        .replace(/^Date: .*$/m, 'Date')
        .replace(/^0\d+ {2}.*$/gm, '')
    t.equal(steady(`${printed.join('\n')}\n`), steady(stdout), line)
  }
  t.equal(process.exitCode, 0)
})
