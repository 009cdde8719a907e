/**
 * HTTP_GET against servers that behave, and against servers that do not.
 */
import { createHash } from 'node:crypto'
import t from 'tap'
import type { HttpCheck, Page } from '../../lib/health/index.ts'
import { look } from './look.ts'
import { answering, closedPort, serve } from './servers.ts'
import { local, TIMING } from './timing.ts'

const BODY = 'hello\nworld\n'
const GOOD = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`
const MD5 = createHash('md5').update(BODY).digest('hex')

function http(port: number, page: Partial<Page> = {}, change: Partial<HttpCheck> = {}): HttpCheck {
  return { ...TIMING, id: 'web', type: 'http', target: local(port, 300), pages: [{ path: '/', ...page }], ...change }
}

t.test('the request, as keepalived sends it', async t => {
  const requests: string[] = []
  const port = await serve(t, socket =>
    socket.on('data', bytes => {
      requests.push(bytes.toString('latin1'))
      socket.end(GOOD)
    }),
  )
  const pages: HttpCheck['pages'] = [{ path: '/a' }, { path: '/b', virtualHost: 'own.example' }]
  await look(http(port))
  await look(http(port, {}, { pages, virtualHost: 'www.example', protocol: '1.0C' }), 0)
  await look(http(port, {}, { pages, virtualHost: 'www.example', protocol: '1.1' }), 1)
  await look(http(port, {}, { protocol: '1.1K' }))
  const agent = 'User-Agent: KeepAliveClient\r\n'
  t.strictSame(requests, [
    `GET / HTTP/1.0\r\n${agent}Host: 127.0.0.1:${port}\r\n\r\n`,
    `GET /a HTTP/1.0\r\n${agent}Connection: close\r\nHost: www.example\r\n\r\n`,
    `GET /b HTTP/1.1\r\n${agent}Connection: close\r\nHost: own.example\r\n\r\n`,
    `GET / HTTP/1.1\r\n${agent}Connection: keep-alive\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
  ])
})

t.test('status codes', async t => {
  const port = await serve(t, answering('HTTP/1.0 503 Busy\r\n\r\nno'))
  t.equal(await look(http(port, { path: '/x' })), `status: HTTP status 503 from [127.0.0.1]:${port} url /x`)
  t.equal(
    await look(
      http(port, {
        statusCodes: [
          [200, 299],
          [500, 503],
        ],
      }),
    ),
    'well',
  )
  const fine = await serve(t, answering('HTTP/1.0 204 Nothing\n\n'))
  t.equal(await look(http(fine)), 'well')
})

t.test('digest', async t => {
  const port = await serve(t, answering(GOOD))
  t.equal(await look(http(port, { digest: MD5.toUpperCase() })), 'well')
  const wrong = MD5.replace(/^./, digit => (digit === '0' ? '1' : '0'))
  t.equal(
    await look(http(port, { digest: wrong })),
    `digest: MD5 digest ${MD5} from [127.0.0.1]:${port} url /, not ${wrong}`,
  )
  t.equal(await look(http(await serve(t, answering(`${GOOD}more`)), { digest: MD5 })), 'well', 'up to its length')
})

t.test('regex, with offsets and the other way round', async t => {
  const port = await serve(t, answering(GOOD))
  const search = (source: string, more: object = {}) => look(http(port, { pattern: { source, ...more } }))
  t.equal(await search('wor.d'), 'well')
  t.equal(await search('WORLD', { options: ['caseless'] }), 'well')
  t.equal(await search('WORLD'), `pattern: regex does not match [127.0.0.1]:${port} url /`)
  t.equal(await search('world', { inverted: true }), `pattern: regex matches [127.0.0.1]:${port} url /`)
  t.equal(await search('o', { minimumOffset: 5, maximumOffset: 8 }), 'well')
  t.match(await search('hello', { minimumOffset: 1 }), /^pattern/)
  t.match(await search('world', { maximumOffset: 6 }), /^pattern/)
})

t.test('a regex cannot hold up the process', async t => {
  const port = await serve(t, answering(`HTTP/1.0 200 OK\r\n\r\n${'a'.repeat(5000)}!`))
  const began = performance.now()
  t.match(await look(http(port, { pattern: { source: '(a+)+$' } })), /^pattern: regex search took more than 20 ms/)
  t.ok(performance.now() - began < 1000)
})

t.test('an answer in single bytes', async t => {
  const port = await serve(t, socket =>
    socket.once('data', () => {
      const bytes = Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${GOOD}`)
      let i = 0
      const next = () => (i < bytes.length ? socket.write(bytes.subarray(i, ++i), next) : undefined)
      socket.setNoDelay()
      next()
    }),
  )
  t.equal(await look(http(port, { digest: MD5, pattern: { source: '^world$', options: ['multiline'] } })), 'well')
})

t.test('the end of the answer: length, or end of connection', async t => {
  const open = await serve(t, socket => void socket.once('data', () => socket.write(GOOD)))
  t.equal(await look(http(open, { digest: MD5 })), 'well', 'the server need not close')
  const unannounced = await serve(t, answering(`HTTP/1.0 200 OK\n\n${BODY}`))
  t.equal(await look(http(unannounced, { digest: MD5 })), 'well')
  const short = await serve(t, answering(`HTTP/1.0 200 OK\r\nContent-Length: 999\r\n\r\n${BODY}`))
  t.equal(await look(http(short, { digest: MD5 })), 'well', 'as keepalived: only what comes is judged')
})

t.test('no server, no answer', async t => {
  const closed = await closedPort()
  t.equal(await look(http(closed)), `refused: connection to [127.0.0.1]:${closed} refused`)
  const silent = await serve(t, () => {})
  t.equal(await look(http(silent)), `timeout: answer of [127.0.0.1]:${silent} timed out after 0.3 s`)
  const mute = await serve(t, socket => void socket.once('data', () => socket.end()))
  t.equal(await look(http(mute)), `closed: connection closed without an answer by [127.0.0.1]:${mute} url /`)
  const rude = await serve(t, socket => void socket.once('data', () => socket.resetAndDestroy()))
  t.equal(await look(http(rude)), `closed: connection to [127.0.0.1]:${rude} reset by the server`)
})

t.test('garbage', async t => {
  for (const garbage of [
    'SSH-2.0-OpenSSH_9.2\r\n',
    '\0\0\0\0',
    'HTTP/1.1 99 Low\r\n\r\n',
    'HTTP/1.1 abc\r\n\r\n',
    'HTTP/1.1 2000\r\n\r\n',
  ]) {
    const port = await serve(t, answering(garbage))
    t.match(await look(http(port)), /^malformed: not HTTP from/, garbage)
  }
})

t.test('endless headers, endless interim answers, endless bodies', async t => {
  const flood = (first: string, more: string) =>
    serve(t, socket =>
      socket.once('data', () => {
        socket.write(first)
        const load = more.repeat(1000)
        // A turn of the event loop in between: the client lives in it too.
        const pour = () => void setImmediate(() => socket.destroyed || socket.write(load, pour))
        pour()
      }),
    )
  t.match(
    await look(http(await flood('HTTP/1.1 200 OK\r\n', 'X-Header: value\r\n'))),
    /^malformed: a header of more than/,
  )
  const before = process.memoryUsage().rss
  const page = { digest: MD5, pattern: { source: 'not there' } }
  const body = await look(http(await flood('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(100)), page))
  t.match(body, /^malformed: a body of more than/)
  t.ok(process.memoryUsage().rss - before < 200e6, 'nothing is kept of it')
  const interim = await look(http(await flood('', 'HTTP/1.1 100 Continue\r\n\r\n')))
  t.match(interim, /^malformed: nothing but interim answers/)
})

t.test('a server that drips is not waited for for ever', async t => {
  const port = await serve(t, socket => {
    const timer = setInterval(() => socket.write('H'), 20)
    socket.on('close', () => clearInterval(timer))
    socket.write('HTTP/1.1 200 OK\r\nX: ')
  })
  t.equal(
    await look(http(port, {}, { target: local(port, 50) })),
    `timeout: no complete answer of [127.0.0.1]:${port} in 0.5 s`,
  )
})
