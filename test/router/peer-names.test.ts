/**
 * Host names in unicast_peer: from the file to the addresses that adverts go to, and what becomes of them later.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import type { IpFamily } from '../../lib/net/index.ts'
import { PeerNames } from '../../lib/router/peer-names.ts'
import { specificationOf } from '../../lib/router/specification-of.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const FILE = `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.100
  }
  unicast_peer {
    192.0.2.11 min_ttl 255
    Node-B.example min_ttl 254 max_ttl 255
    node-c.example
  }
  unicast_fault_no_peer
}`

function specification(text: string) {
  const { configuration } = readConfiguration('a.conf', memoryReader({ 'a.conf': text }))
  return specificationOf(configuration, { trackers: false }).specification
}

/** Names over a resolver that answers from a table. */
function world(answers: Record<string, readonly string[] | Error>) {
  const clock = new SimClock()
  const log: string[] = []
  const asked: string[] = []
  let changes = 0
  const names = new PeerNames({
    clock,
    log: (level, line) => log.push(`${level}: ${line}`),
    changed: () => changes++,
    lookUp: async (name: string, family: IpFamily) => {
      asked.push(`${name} ${family}`)
      const answer = answers[name] ?? new Error('queryA ENOTFOUND')
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  const pass = async (ms: number) => {
    clock.advance(milliseconds(clock.now() + ms))
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  return { names, log, asked, pass, answers, changes: () => changes }
}

t.test('names become peers when they are known, with the limits of their line', async t => {
  const { names, log, pass, changes } = world({
    'node-b.example': ['192.0.2.13', '192.0.2.12', '192.0.2.13', '2001:db8::1'],
    'node-c.example': ['192.0.2.14'],
  })
  const wanted = specification(FILE)
  names.watch(wanted)
  t.match(names.resolve(wanted).instances[0]?.destination, { peers: [{ address: '192.0.2.11', minTtl: 255 }] })
  await pass(0)
  t.equal(changes(), 1)
  t.strictSame(names.resolve(wanted).instances[0]?.destination, {
    type: 'unicast',
    needsPeer: true,
    peers: [
      { address: '192.0.2.11', minTtl: 255 },
      { minTtl: 254, maxTtl: 255, address: '192.0.2.12' },
      { minTtl: 254, maxTtl: 255, address: '192.0.2.13' },
      { address: '192.0.2.14' },
    ],
  })
  t.strictSame(log, [
    "info: unicast peer 'node-b.example' is 192.0.2.12, 192.0.2.13",
    "info: unicast peer 'node-c.example' is 192.0.2.14",
  ])
})

t.test('another answer is a warning; none at all leaves the last one', async t => {
  const { names, log, pass, answers, changes, asked } = world({
    'node-b.example': ['192.0.2.12'],
    'node-c.example': ['192.0.2.14'],
  })
  const wanted = specification(FILE)
  names.watch(wanted)
  await pass(0)
  log.length = 0
  await pass(60_000)
  t.equal(changes(), 1, 'the same answer changes nothing')
  answers['node-b.example'] = ['192.0.2.99']
  answers['node-c.example'] = new Error('queryA ETIMEOUT')
  await pass(60_000)
  await pass(60_000)
  t.equal(changes(), 2)
  t.strictSame(log, [
    "warning: unicast peer 'node-b.example' is 192.0.2.99 now, no longer 192.0.2.12",
    "warning: unicast peer 'node-c.example' cannot be looked up: queryA ETIMEOUT; 192.0.2.14 goes on",
  ])
  names.stop()
  const before = asked.length
  await pass(600_000)
  t.equal(asked.length, before, 'nobody is asked after the end')
})

t.test('a name that is not known yet is asked for again soon', async t => {
  const { names, log, pass, answers, changes } = world({ 'node-c.example': ['192.0.2.14'] })
  names.watch(specification(FILE))
  await pass(0)
  t.match(log[0], "'node-b.example' cannot be looked up: queryA ENOTFOUND; no advert is sent there")
  answers['node-b.example'] = ['192.0.2.12']
  await pass(5000)
  t.equal(changes(), 2)
})
