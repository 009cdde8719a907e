/**
 * Bytes of any kind from a server: the readers of answers, and whole looks at servers that talk nonsense.
 */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { ResponseReader } from '../../lib/health/http-message.ts'
import type { CheckSpecification } from '../../lib/health/index.ts'
import { look } from './look.ts'
import { serve } from './servers.ts'
import { local, TIMING } from './timing.ts'

/** What a reader makes of some pieces. */
function read(pieces: readonly Uint8Array[]): unknown {
  const body: Buffer[] = []
  const reader = new ResponseReader(bytes => body.push(Buffer.from(bytes)))
  for (const piece of pieces) reader.push(piece)
  const { status, complete, problem } = reader
  return { status, complete, problem, body: problem === undefined ? Buffer.concat(body).toString('hex') : '' }
}

const header = fc.constantFrom(
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.0 204 No\r\nX: y\r\n\r\n',
  'HTTP/1.1 200 OK\nContent-Length: 5\n\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\n',
  'HTTP/2 200\r\n\r\n',
  '',
)

t.test('an answer is the same in whatever pieces it comes', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        header,
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.nat(120), { maxLength: 8 }),
        (text, rest, cuts) => {
          const bytes = Buffer.concat([Buffer.from(text), rest])
          const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
          const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end))
          t.strictSame(read(pieces), read([...bytes].map(byte => Buffer.of(byte))))
        },
      ),
      { numRuns: 300 },
    ),
  )
})

t.test('every type of look at a server that talks nonsense comes to an end', async t => {
  const nonsense: (() => Buffer)[] = [
    () => randomBytes(3000),
    () => Buffer.concat([Buffer.of(22, 3, 3, 0x40, 0), randomBytes(0x4000)]),
    () => Buffer.concat([Buffer.of(21, 3, 3, 0, 2, 2, 40)]),
    () => Buffer.from('HTTP/1.1 200 OK\r\n'),
    () => Buffer.alloc(0),
  ]
  const looks: Promise<string>[] = []
  for (const [i, make] of nonsense.entries()) {
    for (const ending of ['end', 'resetAndDestroy', 'pause'] as const) {
      const port = await serve(t, socket => {
        socket.write(make(), () => socket[ending]())
        socket.resume()
      })
      const base = { ...TIMING, id: 'x', target: local(port, 150) }
      const checks: CheckSpecification[] = [
        { ...base, type: 'http', pages: [{ path: '/' }] },
        { ...base, type: 'ssl', pages: [{ path: '/' }] },
        { ...base, type: 'ssl', pages: [{ path: '/', tlsCompliant: true }] },
        { ...base, type: 'smtp' },
      ]
      for (const check of checks) looks.push(look(check).then(result => `${i} ${ending} ${check.type} ${result}`))
    }
  }
  const results = await Promise.all(looks)
  t.equal(results.length, 60)
  t.strictSame(
    results.filter(result => !/ (malformed|closed|tls|timeout): /.test(result)),
    [],
  )
})
