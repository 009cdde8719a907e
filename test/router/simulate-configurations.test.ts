/**
 * From keepalived.conf files to simulated nodes: names, one file for several nodes, nothing to simulate.
 */
import t from 'tap'
import { memoryReader } from '../../lib/keepalived/index.ts'
import { readCluster, simulateConfigurations } from '../../lib/router/simulate-configurations.ts'

const conf = (lines: string): string => `
global_defs {
  router_id web
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  ${lines}
  virtual_ipaddress {
    192.0.2.100/24
  }
}
`

t.test('nodes are letters; names that several nodes share are nobody’s', async t => {
  const reader = memoryReader({ '/a/keepalived.conf': conf('priority 100'), '/b/keepalived.conf': conf('priority 95') })
  const { nodes } = readCluster(['/a/keepalived.conf', '/b/keepalived.conf'], { reader })
  t.strictSame(
    nodes.map(({ name, aliases }) => [name, aliases]),
    [
      ['A', []],
      ['B', []],
    ],
  )
  const named = memoryReader({ 'ka67.conf': conf('priority 100'), 'B.conf': conf('priority 95') })
  t.strictSame(
    readCluster(['ka67.conf', 'B.conf'], { reader: named }).nodes.map(({ aliases }) => aliases),
    [['ka67.conf', 'ka67'], ['B.conf']],
  )
})

t.test('more nodes than letters', async t => {
  const files = Array.from({ length: 28 }, (_, i) => `n${i}.conf`)
  const reader = memoryReader(Object.fromEntries(files.map(file => [file, conf('priority 100')])))
  const { nodes } = readCluster(files, { reader })
  t.strictSame(
    nodes.slice(24).map(({ name }) => name),
    ['Y', 'Z', 'A2', 'B2'],
  )
})

t.test('one file for all nodes, with an id for each', async t => {
  const text = conf('@one priority 100\n  @two priority 95')
  const options = { reader: memoryReader({ 'k.conf': text }), configIds: ['two', 'one'] }
  const { report, nodes } = simulateConfigurations(['k.conf', 'k.conf'], {
    ...options,
    steps: [{ at: '10s', text: 'stop B' }],
  })
  t.strictSame(
    nodes.map(({ specification }) => specification.instances[0]?.priority),
    [95, 100],
  )
  t.strictSame(report?.addresses[0]?.holders, ['A'])
})

t.test('an empty scenario file is a quiet time, none is the default scenario', async t => {
  const reader = memoryReader({ 'a.conf': conf('priority 100'), 'b.conf': conf('priority 95') })
  const quiet = simulateConfigurations(['a.conf', 'b.conf'], { reader, scenario: '# nothing\n' })
  t.strictSame(quiet.report?.scenario, [])
  const standard = simulateConfigurations(['a.conf', 'b.conf'], { reader })
  t.strictSame(
    standard.report?.scenario.map(({ step }) => step),
    ['kill A', 'restart A'],
  )
})

t.test('files without instances, and files with errors', async t => {
  const reader = memoryReader({ 'a.conf': 'global_defs {\n}\n', 'b.conf': conf('priority high') })
  t.throws(() => simulateConfigurations(['a.conf'], { reader }), {
    code: 'ERR_SCENARIO',
    message: /nothing to simulate/,
  })
  const { report, diagnostics } = simulateConfigurations(['b.conf'], { reader })
  t.equal(report, undefined)
  t.ok(diagnostics.some(({ severity, file }) => severity === 'error' && file === 'b.conf'))
})
