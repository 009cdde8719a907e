/**
 * 2,000 servers at once: all looked at, in time, and what becomes of one of them is noticed.
 */
import { createServer, type Socket } from 'node:net'
import t from 'tap'
import { type CheckSpecification, type HealthEvent, Monitor, standardLookers } from '../../lib/health/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { listen } from './servers.ts'
import { local, TIMING } from './timing.ts'

const SERVERS = 2000

t.test('2,000 checks a second', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async t => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nfine'))
  })
  const dying = createServer(socket => void socket.on('error', () => {}).destroy())
  const [port, other] = [await listen(server), await listen(dying)]
  const { clock, close } = linuxPorts()
  const monitor = new Monitor({ clock, lookers: standardLookers({ clock }) })
  t.teardown(() => {
    monitor.stop()
    close()
    server.close()
  })
  const loop = milliseconds(1000)
  const checks = Array.from({ length: SERVERS }, (_, i): CheckSpecification => {
    const base = { ...TIMING, id: `server ${i}`, warmup: loop, delayLoop: loop, alpha: true }
    const target = local(i === 7 ? other : port, 5000)
    return i % 2 === 0 ? { ...base, type: 'tcp', target } : { ...base, type: 'http', target, pages: [{ path: '/' }] }
  })
  const events: HealthEvent[] = []
  const allUp = new Promise<void>(resolve =>
    monitor.subscribe(event => {
      events.push(event)
      if (events.length === SERVERS - 1) resolve()
    }),
  )
  monitor.apply(checks)
  await allUp
  t.ok(events.every(({ type }) => type === 'up'))
  t.equal(monitor.get('server 7')?.verdict, 'down')
  // One of them goes: its neighbours stay.
  const down = new Promise<HealthEvent>(resolve => monitor.subscribe(resolve))
  t.strictSame(monitor.apply(checks.map(check => (check.id === 'server 8' ? moved(check, other) : check))).changed, [
    'server 8',
  ])
  await new Promise<void>(resolve => dying.close(() => resolve()))
  t.match(await down, { type: 'down', id: 'server 8', failure: { kind: 'refused' } })
  const { checks: states, waiting } = monitor.snapshot()
  t.equal(states.filter(({ verdict }) => verdict === 'up').length, SERVERS - 2)
  t.ok(waiting < SERVERS / 10, `${waiting} wait`)
})

function moved(check: CheckSpecification, port: number): CheckSpecification {
  return 'target' in check ? { ...check, target: { ...check.target, port } } : check
}
