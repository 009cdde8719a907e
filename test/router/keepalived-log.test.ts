/**
 * Log lines: keepalived's words, and bounded however many packets are refused.
 */
import t from 'tap'
import type { EngineEvent } from '../../lib/engine/index.ts'
import type { InstanceEvent } from '../../lib/instance/index.ts'
import { KeepalivedLog } from '../../lib/router/keepalived-log.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** @param apart - ms between two events */
function linesOf(events: readonly InstanceEvent[], detail = true, apart = 0): readonly string[] {
  const lines: string[] = []
  const log = new KeepalivedLog({ write: (_level, line) => void lines.push(line), detail })
  for (const [i, event] of events.entries()) {
    log.hear({ ...event, at: milliseconds(i * apart), instance: 'VG_1' } as EngineEvent)
  }
  return lines
}

const peer = { address: '172.16.8.10', priority: 100 }
const addresses = [{ address: '172.16.8.100', prefixLength: 32, interface: 'eth0' }]

t.test('a takeover reads as in keepalived', async t => {
  const events: readonly InstanceEvent[] = [
    { type: 'transition', from: 'initialize', to: 'backup', reason: 'startup', priority: 95 },
    { type: 'transition', from: 'backup', to: 'active', reason: 'master-timeout', priority: 95, peer },
    { type: 'advertisement-sent', priority: 95 },
    { type: 'addresses', present: true, addresses },
    { type: 'announced', address: '172.16.8.100', interface: 'eth0', cause: 'takeover' },
    { type: 'transition', from: 'active', to: 'backup', reason: 'higher-priority', priority: 95, peer },
    { type: 'addresses', present: false, addresses },
  ]
  t.strictSame(linesOf(events), [
    '(VG_1) Entering BACKUP STATE (init)',
    '(VG_1) Receive advertisement timeout',
    '(VG_1) Entering MASTER STATE [master-timeout; last heard 172.16.8.10 prio 100; prio 95]',
    '(VG_1) setting VIPs.',
    'Sending gratuitous ARP on eth0 for 172.16.8.100',
    '(VG_1) Master received advert from 172.16.8.10 with higher priority 100, ours 95',
    '(VG_1) Entering BACKUP STATE [higher-priority]',
    '(VG_1) removing VIPs.',
  ])
  t.strictSame(linesOf(events, false), [
    '(VG_1) Entering BACKUP STATE (init)',
    '(VG_1) Entering MASTER STATE [master-timeout; last heard 172.16.8.10 prio 100; prio 95]',
    '(VG_1) Master received advert from 172.16.8.10 with higher priority 100, ours 95',
    '(VG_1) Entering BACKUP STATE [higher-priority]',
  ])
})

t.test('a flood of refused adverts from many senders stays a few lines', async t => {
  const flood = Array.from({ length: 20_000 }, (_, i): InstanceEvent => {
    const source = `10.${i >> 8}.${i & 255}.1`
    return { type: 'advertisement-refused', source, reason: 'auth-failure', message: 'wrong password' }
  })
  t.equal(linesOf(flood).length, 256 + 1)
  t.match(linesOf(flood).at(-1), 'many senders')
  const one = flood.map(event => ({ ...event, source: '10.0.0.1' }) as InstanceEvent)
  t.strictSame(linesOf(one, true, 10), [
    '(VG_1) advert from 10.0.0.1 refused: wrong password',
    '(VG_1) 6000 adverts from 10.0.0.1 refused: wrong password',
    '(VG_1) 6000 adverts from 10.0.0.1 refused: wrong password',
    '(VG_1) 6000 adverts from 10.0.0.1 refused: wrong password',
  ])
  const untold = one.slice(0, 2).map(event => ({ ...event, untold: 41 }) as InstanceEvent)
  t.match(linesOf(untold, true, 60_000).at(-1), '42 adverts', 'those that were not told are counted')
})

t.test('failures to send are told at 1, 10, 100 …', async t => {
  const failures = Array.from({ length: 150 }, (_, i): InstanceEvent => {
    return { type: 'send-failed', what: 'advertisement', message: 'Network is down', count: i + 1 }
  })
  t.equal(linesOf(failures).length, 3)
})

t.test('a late timer says whose fault it is', async t => {
  const lines = linesOf([
    { type: 'notice', notice: { type: 'late-timer', late: milliseconds(1234.5), heldOff: false } },
    { type: 'notice', notice: { type: 'late-timer', late: milliseconds(4321), heldOff: true } },
  ])
  t.match(lines[0], /^\(VG_1\) timer 1235 ms late: this machine was paused or starved/)
  t.notMatch(lines[0], /waits/)
  t.match(lines[1], /4321 ms late: .*; the takeover waits for another interval$/)
})
