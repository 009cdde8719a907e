/**
 * The words of trackers: keepalived's, with the reason behind them.
 */
import t from 'tap'
import { trackerLine } from '../../lib/router/tracker-lines.ts'
import type { ScriptResult, TrackEvent } from '../../lib/track/index.ts'

const line = (event: TrackEvent, first = false) => trackerLine(event, first)?.[1]
const script = (verdict: 'ok' | 'failing', result?: ScriptResult, output: readonly string[] = []): TrackEvent => ({
  type: 'verdict',
  kind: 'script',
  name: 'chk',
  verdict,
  ...(result !== undefined && { result }),
  output,
})

t.test('scripts', async t => {
  t.equal(line({ type: 'status', name: 'chk', status: 3 }), 'Script `chk` now returning 3')
  t.equal(line(script('ok', { type: 'exited', status: 0 }), true), 'VRRP_Script(chk) succeeded')
  const failed = script('failing', { type: 'exited', status: 1 }, ['trying', 'nginx: no process found'])
  t.equal(line(failed), 'VRRP_Script(chk) failed (exited with status 1) [trying | nginx: no process found]')
  t.equal(line(script('failing', { type: 'killed', signal: 'SIGSEGV' })), 'VRRP_Script(chk) failed (due to signal 11)')
  t.equal(line(script('failing', { type: 'timed-out' })), 'VRRP_Script(chk) timed_out')
  const missing = script('failing', { type: 'not-started', message: '/bin/x does not exist' })
  t.equal(line(missing), 'VRRP_Script(chk) failed (not started: /bin/x does not exist)')
  t.equal(line(script('failing')), 'VRRP_Script(chk) failed (init_fail: it has not succeeded yet)')
  const long = line(script('failing', { type: 'timed-out' }, ['x'.repeat(4000), 'the end'])) ?? ''
  t.ok(long.length < 400 && long.endsWith('the end]'), 'the end of a long output')
})

t.test('interfaces, files, processes: well from the start is no news', async t => {
  const link = (verdict: 'ok' | 'failing'): TrackEvent => ({
    type: 'verdict',
    kind: 'interface',
    name: 'eth1',
    verdict,
  })
  t.equal(line(link('ok'), true), undefined)
  t.equal(line(link('failing'), true), 'Netlink reports eth1 down')
  t.equal(line(link('ok')), 'Netlink reports eth1 up')
  const file = (value: number): TrackEvent => ({
    type: 'verdict',
    kind: 'file',
    name: 'load',
    verdict: value === 0 ? 'ok' : 'failing',
    value,
  })
  t.equal(line(file(0), true), undefined)
  t.equal(line(file(0)), 'Track file load is now 0')
  t.equal(line(file(7), true), 'Track file load is now 7')
  t.equal(line({ type: 'unreadable', name: 'load', message: '/x is odd' }), 'Track file load: /x is odd')
  const web = (verdict: 'ok' | 'failing', count: number): TrackEvent => ({
    type: 'verdict',
    kind: 'process',
    name: 'web',
    verdict,
    count,
  })
  t.equal(line(web('ok', 2), true), undefined)
  t.equal(line(web('ok', 2)), 'Quorum gained for tracked process web [2 running]')
  t.equal(line(web('failing', 0), true), 'Quorum lost for tracked process web [0 running]')
})
