/**
 * `vrrp-cli status`: its output and exit codes against a router on simulated ports.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { statusCommand } from '../../cli/commands/status.ts'
import { NODE_STATUS_SCHEMA, StatusServer } from '../../lib/status/index.ts'
import { ObservedPair } from '../status/observed-pair.ts'
import { violations } from '../status/validate.ts'

const directory = mkdtempSync(join(tmpdir(), 'vrrp-status-'))
const path = join(directory, 'status.sock')
t.teardown(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the command; `heard` sees each line as it is printed. */
async function status(args: readonly string[], { terminal = false, heard = (_line: string) => {} } = {}) {
  const out: string[] = []
  const err: string[] = []
  const print = (line: string) => {
    out.push(line)
    heard(line)
  }
  const before = process.exitCode
  const command = statusCommand({ out: print, err: line => void err.push(line) }, terminal)
  await command.parseAsync(['--socket', path, ...args], { from: 'user' })
  const code = process.exitCode
  process.exitCode = before
  return { out, err, code }
}

t.test('nobody there', async t => {
  t.strictSame(await status([]), {
    out: [],
    err: [`vrrp-cli: no router is running: there is no ${path} (--socket names another place)`],
    code: 1,
  })
})

t.test('a healthy router, one in FAULT, and its end', async t => {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  pair.pass(10_000)
  const { reporter, history } = pair
  const server = await StatusServer.open({ path, reporter, history })
  const healthy = await status([])
  t.equal(healthy.code, 0)
  t.match(healthy.out.join('\n'), /^VI_1 +eth0 +51 +MASTER +110 /m)
  const json = await status(['--json'])
  t.equal(json.out.length, 1)
  t.strictSame(violations(NODE_STATUS_SCHEMA, JSON.parse(json.out.join())), [])
  const watched = await status(['--watch'], {
    terminal: true,
    heard: line => {
      if (/^VI_1 .* MASTER /.test(line)) pair.plug(false)
      if (line.includes('cannot run')) server.close()
    },
  })
  t.equal(watched.code, 3)
  t.equal(watched.out.filter(line => line.includes('\u001b[2J')).length, 2)
  t.ok(watched.out.includes('VI_1 cannot run: interface eth0 down'))
  t.strictSame(watched.err, ['vrrp-cli: the router has ended'])
})

t.test('the schema needs no router', async t => {
  const { out, code } = await status(['--schema'])
  t.equal(code, 0)
  t.strictSame(JSON.parse(out.join('\n')), JSON.parse(JSON.stringify(NODE_STATUS_SCHEMA)))
})
