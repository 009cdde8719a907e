/**
 * The check command: what it prints, in text and JSON, and its exit codes.
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { checkCommand } from '../../cli/commands/check.ts'
import { readConfiguration } from '../../lib/keepalived/index.ts'
import { checkHere } from '../../lib/router/check-here.ts'
import { configurationFiles } from '../../lib/router/configuration-files.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/keepalived/', import.meta.url))

/** Runs the command; what it printed and the exit code it set. */
async function check(...args: string[]): Promise<{ lines: string[]; errors: string[]; code: unknown }> {
  const lines: string[] = []
  const errors: string[] = []
  const before = process.exitCode
  try {
    await checkCommand({ out: line => void lines.push(line), err: line => void errors.push(line) }).parseAsync(args, {
      from: 'user',
    })
    return { lines, errors, code: process.exitCode }
  } finally {
    process.exitCode = before
  }
}

t.test('two nodes without an error', async t => {
  const { lines, errors, code } = await check(
    `${fixtures}single-network-master.conf`,
    `${fixtures}single-network-backup.conf`,
  )
  t.equal(code, 0)
  t.equal(lines.at(-1), '2 files: 0 errors, 0 warnings')
  t.strictSame(errors, [])
})

t.test('--explain: what the nodes do, in text and in JSON', async t => {
  const files = [`${fixtures}single-network-master.conf`, `${fixtures}single-network-backup.conf`]
  const { lines, code } = await check('--explain', ...files)
  t.equal(code, 0)
  t.equal(lines[0], "Virtual router 103 (IPv4, VRRP version 2), 'VG_1'")
  const json = await check('--explain', '--json', ...files)
  t.strictSame(JSON.parse(json.lines.join('\n')).explanation, lines.slice(0, -1))
})

t.test('errors: file:line:column, exit code 1', async t => {
  const file = `${fixtures}nginx-example.conf`
  const { lines, code } = await check(file)
  t.equal(code, 1)
  t.ok(
    lines.includes(
      `${file}:27:5: error: unknown keyword 'notify_' in 'vrrp_instance': the line is ignored (did you mean 'notify_fault'?)`,
    ),
  )
  t.match(lines.at(-1), /^1 file: 3 errors, \d+ warnings?$/)
})

t.test('a cluster: one message, two places', async t => {
  const [a, b] = ['ka67', 'ka68'].map(node => `${fixtures}two-networks-${node}.conf`)
  const { lines } = await check(a ?? '', b ?? '')
  t.ok(
    lines.some(
      line =>
        line.startsWith(`${b}:15:5: warning: 'External_1' has priority 100 on two nodes`) &&
        line.endsWith(`\n    ${a}:21:5: 100 here too`),
    ),
  )
})

t.test('--json is one document', async t => {
  const file = `${fixtures}annotated-sample.conf`
  const { lines, code } = await check('--json', file)
  t.equal(code, 1)
  t.equal(lines.length, 1)
  const document = JSON.parse(lines[0] ?? '')
  t.strictSame(Object.keys(document), ['files', 'diagnostics', 'ok'])
  t.strictSame(document.files, [file])
  t.equal(document.ok, false)
  t.match(document.diagnostics.at(-1), { file, line: 78, column: 1, severity: 'error', code: 'unknown-keyword' })
})

t.test('-i chooses the lines of a node', async t => {
  const folder = t.testdir({
    'k.conf':
      'vrrp_instance V {\n interface e\n @a virtual_router_id 1\n @b virtual_router_id 999\n virtual_ipaddress { 192.0.2.1 }\n}\n',
  })
  const file = join(folder, 'k.conf')
  t.equal((await check('-i', 'a', file)).code, 0)
  t.equal((await check('--config-id', 'b', file)).code, 1)
})

t.test('a file that is not there', async t => {
  const { lines, code } = await check('/nonexistent/k.conf')
  t.strictSame(lines, [
    "/nonexistent/k.conf:1:1: error: the file '/nonexistent/k.conf' does not exist",
    '1 file: 1 error, 0 warnings',
  ])
  t.equal(code, 1)
})

t.test('--here looks at interfaces and scripts, and only --here', async t => {
  const folder = t.testdir({
    net: { eth0: '' },
    'ok.sh': '',
    'no.sh': '',
    'k.conf': '',
  })
  chmodSync(join(folder, 'ok.sh'), 0o755)
  const text = `global_defs { shutdown_script /none/end.sh }
vrrp_script a { script ok.sh }
vrrp_script b { script absent }
vrrp_instance V {
 interface eth0
 virtual_router_id 1
 track_script {
  a
  b
 }
 track_interface { eth1 }
 notify_master "${folder}/no.sh x"
 notify_backup "${folder}/none.sh"
 virtual_ipaddress { 192.0.2.1 dev eth2 }
}
`
  const { configuration } = readConfiguration('k', { ...configurationFiles, read: () => ({ text }) })
  const found = checkHere(configuration, { interfaces: join(folder, 'net'), path: `/nonexistent:${folder}` })
  t.strictSame(
    found.map(({ line, code, message }) =>
      `${line} ${code} ${message.split(/[:']/).at(-2)?.trim()}`.replace(folder, ''),
    ),
    [
      '1 here-script does not exist',
      '3 here-script is not found in PATH',
      '11 here-interface eth1',
      '12 here-script is not executable',
      '13 here-script does not exist',
      '14 here-interface eth2',
    ],
  )
  const { code, lines } = await check('--here', `${fixtures}single-network-master.conf`)
  t.ok(code === 0 || lines.some(line => line.includes('there is no interface')))
})
