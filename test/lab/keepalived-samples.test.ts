/**
 * keepalived's own sample configurations, read where its package puts them: we know every keyword that it knows there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfiguration } from '../../lib/keepalived/index.ts'
import { configurationFiles } from '../../lib/router/configuration-files.ts'
import { labUnavailable } from './available.ts'

const folder = '/usr/share/doc/keepalived/samples'
const samples = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('keepalived.conf')) : []
// Some images are made without /usr/share/doc: the package is there, and its samples are not.
const skip = labUnavailable('keepalived') || (samples.length === 0 && 'lab: the package came without its samples')

t.test('there are samples', { skip }, async t => {
  t.ok(samples.length > 20, `${samples.length} samples`)
})

for (const name of samples) {
  t.test(`${name}: unknown to us is what is unknown to keepalived`, { skip }, async t => {
    const file = join(folder, name)
    const { diagnostics } = readConfiguration(file, configurationFiles, { configId: 'lab' })
    const ours = diagnostics.filter(({ code }) => code === 'unknown-keyword').map(({ line }) => line)
    t.strictSame(ours, unknownToKeepalived(file))
    // A line that keepalived has an option for is none of ours to doubt.
    t.strictSame(
      diagnostics.filter(({ code }) => code === 'unknown-option').map(({ line, message }) => `${line}: ${message}`),
      [],
    )
  })
}

/** The lines that `keepalived -t` complains about for their keyword. */
function unknownToKeepalived(file: string): readonly number[] {
  const { stdout, stderr, error } = spawnSync(
    'keepalived',
    ['--config-test', '--config-id', 'lab', '--use-file', file],
    { encoding: 'utf8', timeout: 20_000 },
  )
  if (error !== undefined) throw error
  const lines = [...`${stdout}\n${stderr}`.matchAll(/: Line (\d+)\) Unknown keyword '/g)].map(([, line]) =>
    Number(line),
  )
  return [...new Set(lines)].sort((a, b) => a - b)
}
