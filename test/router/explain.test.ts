/**
 * What `check --explain` says: the set-ups of the articles as golden texts, and the rules that surprise people.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { explainCluster } from '../../lib/router/explain.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url))

/** The explanation of files in memory. */
function explain(files: Readonly<Record<string, string>>): string {
  const nodes = Object.keys(files).map(name => {
    return { name, configuration: readConfiguration(name, memoryReader(files)).configuration }
  })
  return explainCluster(nodes).join('\n')
}

/** The nodes of each set-up: `a-master` and `a-backup`, `b-ka67` and `b-ka68`; what has one file only is alone. */
function setUps(): ReadonlyMap<string, readonly string[]> {
  const names = readdirSync(`${fixtures}keepalived`).filter(name => name.endsWith('.conf'))
  const found = new Map<string, string[]>()
  for (const name of names.sort()) {
    const title = name.replace(/(-(master|backup|ka67|ka68))?\.conf$/, '')
    found.set(title, [...(found.get(title) ?? []), name])
  }
  return found
}

for (const [title, names] of setUps()) {
  t.test(`${title}: as in fixtures/explain`, async t => {
    const files = Object.fromEntries(names.map(name => [name, readFileSync(`${fixtures}keepalived/${name}`, 'utf8')]))
    t.equal(`${explain(files)}\n`, readFileSync(`${fixtures}explain/${title}.txt`, 'utf8'))
  })
}

/** A node whose instance has these lines. */
function node(lines: string, others = ''): string {
  return `${others}
vrrp_script chk {
  script "/bin/check"
  weight -10
}
vrrp_instance V {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.1
  }
${lines}
}`
}

t.test('a weight that is too small changes nothing, and it says so', async t => {
  const text = explain({ a: node(' priority 120\n track_script {\n chk\n }'), b: node(' priority 100') })
  t.match(text, 'priority 120 becomes 110: does not change who wins (still above b with 100)')
  const equal = explain({ a: node(' priority 110\n track_script {\n chk\n }'), b: node(' priority 100') })
  t.match(equal, 'becomes 100: does not change who wins (equal to b, and a backup leaves an equal master alone)')
})

t.test('a backup with nopreempt does not take over from a failing master', async t => {
  const text = explain({ a: node(' priority 105\n track_script {\n chk\n }'), b: node(' priority 100\n nopreempt') })
  t.match(text, 'becomes 95: below b with 100, which has nopreempt and so does not take over from a living master')
})

t.test('a script of weight 0 is a fault, and the next one takes over after its skew', async t => {
  const lines = ' priority 105\n track_script {\n chk weight 0\n }'
  const text = explain({ a: node(lines), b: node(' priority 100') })
  t.match(
    text,
    'script chk (every 1000 ms; fails after 1 failure, is well after 1 success), weight 0: while it fails, a fault',
  )
  t.match(text, 'as master it hands over to b')
  t.match(text, 'after a clean stop or a fault of a: in 609.375 ms')
})

t.test('positive weights count while all is well', async t => {
  const lines = ' priority 95\n track_script {\n chk weight 20\n }'
  const text = explain({ a: node(lines), b: node(' priority 100') })
  t.match(text, '1. a: priority 115 (95 and its trackers), wins')
  t.match(text, 'priority 115 becomes 95: b with 100 takes over after 3609.375 ms')
})

t.test('version 3 has its interval in the skew; down_timer_adverts and preempt_delay count', async t => {
  const common = ' version 3\n advert_int 0.1\n down_timer_adverts 5'
  const text = explain({ a: node(`${common}\n priority 200\n preempt_delay 7`), b: node(`${common}\n priority 100`) })
  t.match(text, 'after a crash: 560.938 ms after the last advert (5 x 100 ms and a skew of 60.938 ms)')
  t.match(text, 'takes the addresses from b again, 7000 ms (preempt_delay) after it first hears it')
})

t.test('an owner, a group whose weights do not count, routes, no_track, and never a password', async t => {
  const text = explain({
    a: node(
      ` priority 255
  authentication {
    auth_type PASS
    auth_pass secret
  }
  track_script {
    chk
  }
  dont_track_primary
  virtual_ipaddress_excluded {
    192.0.2.2/24 label eth0:x no_track
  }
  virtual_routes {
    default via 192.0.2.254
  }`,
      'vrrp_sync_group G {\n group {\n V\n W\n }\n}\nvrrp_instance W {\n interface eth1\n virtual_router_id 52\n virtual_ipaddress {\n 198.51.100.1\n }\n}',
    ),
  })
  t.match(text, 'owns the addresses (priority 255): master at once when it starts, and nobody can outbid it')
  t.match(text, "in sync group 'G': master only together with 'W'")
  t.match(text, 'script chk, weight -10: does not count')
  t.match(text, 'and, not in its adverts, 192.0.2.2/24 on eth0 (label eth0:x, not tracked)')
  t.match(text, 'sets 1 route after the addresses, and removes them before')
  t.match(text, 'dont_track_primary: eth0 being down is no fault on a')
  t.match(text, 'to 224.0.0.18, with a password')
  t.notMatch(text, 'secret')
})
