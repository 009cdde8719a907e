/**
 * /metrics and /healthz over a simulated router.
 */
import t from 'tap'
import { METRICS, MetricsServer, parseListenAddress } from '../../lib/status/index.ts'
import { ObservedPair } from './observed-pair.ts'

const trackers = [{ kind: 'script', name: 'chk "x"', weight: -20, reverse: false }] as const

/** A scraped page. */
async function get(port: number, path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

t.test('/metrics', async t => {
  const pair = new ObservedPair({ priority: 110, trackers }, { priority: 90 })
  pair.pass(10_000)
  pair.a.dispatch({ type: 'tracker', kind: 'script', name: 'chk "x"', verdict: 'failing' })
  pair.pass(3000)
  const server = await MetricsServer.open({
    address: { host: '127.0.0.1', port: 0 },
    facts: () => pair.reporter.facts(),
  })
  t.teardown(() => server.close())
  const [{ status, type, body }, again] = await Promise.all([
    get(server.port, '/metrics'),
    get(server.port, '/metrics'),
  ])
  t.equal(status, 200)
  t.match(type, /^text\/plain; version=0\.0\.4/)
  t.equal(again.body, body)
  const labels = 'iname="VI_1",intf="eth0",vrid="51"'
  for (const line of [
    'keepalived_up 1',
    `keepalived_vrrp_state{${labels},ip_address="192.0.2.1"} 2`,
    `keepalived_become_master_total{${labels}} 1`,
    `keepalived_release_master_total{${labels}} 0`,
    `vrrp_effective_priority{${labels}} 90`,
    'keepalived_script_status{name="chk \\"x\\""} 0',
    `vrrp_tracker_failing{${labels},kind="script",name="chk \\"x\\""} 1`,
    'vrrp_vrid_errors_total 0',
  ]) {
    t.ok(body.split('\n').includes(line), line)
  }
  const sent = pair.reporter.status().instances[0]?.statistics['advertisement-sent']
  t.match(body, `keepalived_advertisements_sent_total{${labels}} ${sent}\n`)
  for (const { name, type: kind } of METRICS) t.match(body, `# TYPE ${name} ${kind}\n`)
  t.ok(body.endsWith('\n'))
  pair.pass(1000)
  t.match((await get(server.port, '/metrics?x')).body, `advertisements_sent_total{${labels}} ${Number(sent) + 1}\n`)
  pair.plug(false)
  const faulty = await get(server.port, '/metrics')
  t.match(faulty.body, `keepalived_vrrp_state{${labels},ip_address="192.0.2.1"} 3\n`)
  t.match(faulty.body, `keepalived_release_master_total{${labels}} 1\n`)
})

t.test('warnings are counted by type', async t => {
  const pair = new ObservedPair({}, { version: 3 })
  pair.pass(10_000)
  const server = await MetricsServer.open({
    address: { host: '127.0.0.1', port: 0 },
    facts: () => pair.reporter.facts(),
  })
  t.teardown(() => server.close())
  t.match((await get(server.port, '/metrics')).body, /^vrrp_warnings\{iname="VI_1",.*type="split-brain"\} 1$/m)
})

t.test('/healthz, and what is neither', async t => {
  const pair = new ObservedPair()
  pair.pass(10_000)
  const facts = () => pair.reporter.facts()
  const server = await MetricsServer.open({ address: { host: '127.0.0.1', port: 0 }, facts })
  t.teardown(() => server.close())
  const healthy = await get(server.port, '/healthz')
  t.equal(healthy.status, 200)
  t.match(JSON.parse(healthy.body), { status: 'ok', instances: { VI_1: /MASTER|BACKUP/ } })
  pair.plug(false)
  const faulty = await get(server.port, '/healthz')
  t.equal(faulty.status, 503)
  t.strictSame(JSON.parse(faulty.body), { status: 'fault', instances: { VI_1: 'FAULT' } })
  t.equal((await get(server.port, '/')).status, 404)
  t.equal((await get(server.port, '/metrics', { method: 'POST', body: 'x' })).status, 405)
  t.strictSame((await get(server.port, '/metrics', { method: 'HEAD' })).body, '')
  const address = { host: '127.0.0.1', port: server.port }
  await t.rejects(MetricsServer.open({ address, facts }), { code: 'EADDRINUSE' })
})

t.test('addresses to listen at', async t => {
  t.strictSame(parseListenAddress(':9650'), { host: '127.0.0.1', port: 9650 })
  t.strictSame(parseListenAddress('0.0.0.0:1'), { host: '0.0.0.0', port: 1 })
  t.strictSame(parseListenAddress('[::1]:9650'), { host: '::1', port: 9650 })
  t.strictSame(parseListenAddress('localhost:9650'), { host: 'localhost', port: 9650 })
  for (const wrong of ['9650', '', ':', '::1:9650', 'a:70000', ':-1']) t.throws(() => parseListenAddress(wrong), wrong)
})
