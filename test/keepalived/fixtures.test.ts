/**
 * The configuration files of the articles, verbatim, against their golden results.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  type Configuration,
  checkCluster,
  formatDiagnostic,
  memoryReader,
  readConfiguration,
} from '../../lib/keepalived/index.ts'

const folder = fileURLToPath(new URL('../../../fixtures/keepalived/', import.meta.url))
const names = readdirSync(folder)
  .filter(name => name.endsWith('.conf'))
  .map(name => name.slice(0, -5))

/** Reads a fixture under its bare name. */
function read(name: string) {
  const file = `${name}.conf`
  return readConfiguration(file, memoryReader({ [file]: readFileSync(folder + file, 'utf8') }))
}

/** The configuration as in the golden files: positions left out. */
function withoutOrigins(configuration: Configuration): unknown {
  return JSON.parse(JSON.stringify(configuration, (key, value) => (key === 'origin' ? undefined : value)))
}

for (const name of names) {
  t.test(`${name}: configuration and diagnostics`, async t => {
    const { configuration, diagnostics } = read(name)
    const golden = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'))
    t.strictSame(
      { configuration: withoutOrigins(configuration), diagnostics: diagnostics.map(formatDiagnostic) },
      golden,
    )
  })
}

t.test('every error in the articles is a real mistake of theirs', async t => {
  const errors = names.flatMap(name =>
    read(name)
      .diagnostics.filter(each => each.severity === 'error')
      .map(formatDiagnostic),
  )
  t.strictSame(errors, [
    "annotated-sample.conf:78:1: error: unknown keyword '...' at the top level: the line is ignored",
    "nginx-example.conf:8:1: error: unknown keyword '...' at the top level: the line is ignored",
    "nginx-example.conf:27:5: error: unknown keyword 'notify_' in 'vrrp_instance': the line is ignored (did you mean 'notify_fault'?)",
    "nginx-example.conf:29:1: error: unknown keyword '...' at the top level: the line is ignored",
  ])
})

const PAIRS: readonly [set: string, ...findings: string[]][] = [
  ['single-network-master single-network-backup'],
  ['lvs-dr-ka67 lvs-dr-ka68'],
  ['nginx-ka67 nginx-ka68', '14 cluster-priority'],
  ['single-network-dual-active-ka67 single-network-dual-active-ka68', '15 cluster-priority', '32 cluster-priority'],
  ['two-networks-ka67 two-networks-ka68', '15 cluster-priority', '32 cluster-priority', '11 cluster-sync-group'],
  ['two-networks-sync-ka67 two-networks-sync-ka68', '21 cluster-priority', '38 cluster-priority'],
  [
    'two-networks-dual-active-ka67 two-networks-dual-active-ka68',
    '15 cluster-priority',
    '32 cluster-priority',
    '49 cluster-priority',
    '66 cluster-priority',
  ],
  [
    'two-networks-dual-active-sync-ka67 two-networks-dual-active-sync-ka68',
    '27 cluster-priority',
    '44 cluster-priority',
    '61 cluster-priority',
    '78 cluster-priority',
  ],
]
for (const [set, ...expected] of PAIRS) {
  t.test(`${set} as a cluster`, async t => {
    const nodes = set.split(' ').map(name => ({ name, configuration: read(name).configuration }))
    t.strictSame(
      checkCluster(nodes).map(({ line, code }) => `${line} ${code}`),
      expected,
    )
  })
}
