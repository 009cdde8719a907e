/**
 * Configuration files on disk: shell patterns, and what is no configuration file.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfiguration } from '../../lib/keepalived/index.ts'
import { configurationFiles, expandBraces, matchWildcards } from '../../lib/router/configuration-files.ts'

t.test('braces', async t => {
  t.strictSame(expandBraces('a{b,c{d,e},}f'), ['abf', 'acdf', 'acef', 'af'])
  t.strictSame(expandBraces('{foo/{,cat,dog},bar}'), ['foo/', 'foo/cat', 'foo/dog', 'bar'])
  t.strictSame(expandBraces('a{b}c{'), ['a{b}c{'])
  t.ok(expandBraces('{a,b}'.repeat(40)).length <= 1000, 'bounded')
})

const WILDCARDS: readonly [pattern: string, name: string, matches: boolean][] = [
  ['*', '', true],
  ['*.conf', 'a.conf', true],
  ['*.conf', 'a.conf~', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[]a]', ']', true],
  ['[a', '[a', true],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b-d', false],
  [`${'*a'.repeat(60)}b`, 'a'.repeat(200), false],
]
for (const [pattern, name, matches] of WILDCARDS) {
  t.test(`${pattern} on ${name.slice(0, 20)}`, async t => void t.equal(matchWildcards(pattern, name), matches))
}

t.test('files on disk', async t => {
  const folder = t.testdir({
    'main.conf': 'include conf.d/{b,a}.conf\ninclude conf.d/x*.conf\ninclude conf.d\n',
    'conf.d': {
      'a.conf': 'include deep/*\n',
      'b.conf': 'vrrp_instance B {\n interface e\n virtual_router_id 2\n virtual_ipaddress { 192.0.2.2 }\n}\n',
      'x1.conf': 'vrrp_sync_group G {\n group { A B }\n}\n',
      '.x.conf': 'never read',
      deep: {
        'a.conf': 'vrrp_instance A {\n interface e\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n}\n',
      },
    },
  })
  const { configuration, diagnostics } = readConfiguration(join(folder, 'main.conf'), configurationFiles)
  t.strictSame(
    configuration.files.map(file => file.slice(folder.length + 1)),
    ['main.conf', 'conf.d/b.conf', 'conf.d/a.conf', 'conf.d/deep/a.conf', 'conf.d/x1.conf'],
  )
  t.strictSame(
    configuration.instances.map(instance => instance.name),
    ['B', 'A'],
  )
  t.strictSame(
    diagnostics.map(({ line, code }) => `${line} ${code}`),
    ['3 include-missing'],
  )
})

t.test('what is no configuration file', async t => {
  const folder = t.testdir({ 'run.conf': '' })
  const file = join(folder, 'run.conf')
  t.strictSame(configurationFiles.read(file), { text: '' })
  chmodSync(file, 0o755)
  t.match(configurationFiles.read(file), { problem: /^is executable/ })
  mkdirSync(join(folder, 'd'))
  t.match(configurationFiles.read(join(folder, 'd')), { problem: 'is not a regular file' })
  t.match(configurationFiles.read(join(folder, 'none')), { problem: 'does not exist' })
  writeFileSync(join(folder, 'big'), Buffer.alloc(17 * 1024 * 1024))
  t.match(configurationFiles.read(join(folder, 'big')), { problem: 'is larger than 16 MiB' })
})
