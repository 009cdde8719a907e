/**
 * `vrrp-cli simulate`: operands, steps, output, exit codes.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { simulateCommand } from '../../cli/commands/simulate.ts'
import type { SimulationReport } from '../../lib/simulation/index.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/keepalived/${name}`, import.meta.url))
const MASTER = fixture('single-network-master.conf')
const BACKUP = fixture('single-network-backup.conf')

function vrrpCli(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const command = simulateCommand({ out: line => out.push(line), err: line => err.push(line) })
  command.exitOverride().configureOutput({ writeErr: text => err.push(text) })
  const before = process.exitCode
  command.parse(args, { from: 'user' })
  const code = process.exitCode
  process.exitCode = before
  return { out, err, code }
}

t.test('two files and nothing else: start, kill the master, bring it back', async t => {
  const { out, err, code } = vrrpCli(MASTER, BACKUP)
  t.equal(code, 0)
  for (const line of [
    '+10.000s  --- kill A',
    '+13.238s  B VG_1  BACKUP -> MASTER: the master fell silent (waited 3.629s)',
    '+20.000s  --- restart A',
    'verdict: ok, one owner of each address, no takeover late, no overlap too long',
  ]) {
    t.ok(out.includes(line), line)
  }
  t.ok(
    err.every(line => /: warning: /.test(line)),
    'diagnostics, and nothing but warnings',
  )
})

t.test('--at takes a time and a step, before or behind the files, as two words or one', async t => {
  const behind = vrrpCli(MASTER, BACKUP, '--at', '5s', 'kill A', '--at', '12s', 'restart ka67', '--for', '20s')
  const before = vrrpCli('--at', '5s', 'kill A', MASTER, BACKUP, '--at', '12s restart A', '--for', '20s')
  t.equal(behind.code, 0)
  t.ok(behind.out.some(line => line.includes('+12.000s  --- restart A')))
  t.strictSame(before.out, behind.out)
})

t.test('--scenario reads the steps from a file', async t => {
  const dir = t.testdir({ steps: '# failover\n5s kill A\n12s restart A\n' })
  const { out, code } = vrrpCli(MASTER, BACKUP, '--scenario', `${dir}/steps`, '--for', '20s')
  t.equal(code, 0)
  t.strictSame(out, vrrpCli(MASTER, BACKUP, '--at', '5s', 'kill A', '--at', '12s', 'restart A', '--for', '20s').out)
  const absent = vrrpCli(MASTER, BACKUP, '--scenario', `${dir}/absent`)
  t.equal(absent.code, 1)
  t.match(absent.err.at(-1), /absent.*ENOENT/)
})

t.test('--json prints the report as one document', async t => {
  const { out, code } = vrrpCli(MASTER, BACKUP, '--json', '--seed', '7', '--delay', '1', '--jitter', '500us')
  t.equal(code, 0)
  const report = JSON.parse(out.join('\n')) as SimulationReport
  t.equal(report.seed, 7)
  t.strictSame(report.conditions, { delay: 1, jitter: 0.5, loss: 0 })
  t.equal(report.ok, true)
  t.strictSame(
    report.nodes.map(({ name, aliases }) => [name, aliases[0]]),
    [
      ['A', 'single-network-master.conf'],
      ['B', 'single-network-backup.conf'],
    ],
  )
})

t.test('the same seed prints the same, another one does not', async t => {
  const run = (seed: string) => vrrpCli(MASTER, BACKUP, '--loss', '20%', '--jitter', '5ms', '--seed', seed).out.slice(5)
  t.strictSame(run('3'), run('3'))
  t.notSame(run('3'), run('4'))
})

t.test('--verbose has a line for every advertisement', async t => {
  const lines = (...options: string[]) =>
    vrrpCli(MASTER, BACKUP, '--at', '1s', 'heal', '--for', '60s', ...options).out.filter(line =>
      /advertises/.test(line),
    )
  t.equal(lines().length, 2)
  t.equal(lines('--verbose').length, 57)
})

t.test('a cluster that breaks its promise exits with 1, and the verdict says why', async t => {
  const dir = t.testdir({ 'b.conf': readFileSync(BACKUP, 'utf8').replace(/auth_pass \S+/, 'auth_pass other') })
  const { out, err, code } = vrrpCli(MASTER, `${dir}/b.conf`)
  t.equal(code, 1)
  t.ok(out.some(line => /^error: 172\.16\.8\.100 on eth0: B and A hold it together/.test(line)))
  t.equal(out.at(-1), 'verdict: 2 errors')
  t.ok(
    err.some(line => /b\.conf:19:9: error: 'auth_pass'/.test(line)),
    'the check of the cluster says it too, and does not stop the simulation',
  )
})

t.test('files with errors are not simulated', async t => {
  const { out, err, code } = vrrpCli(MASTER, fixture('absent.conf'))
  t.equal(code, 1)
  t.strictSame(out, [])
  t.ok(err.some(line => /absent\.conf.*: error: /.test(line)))
  t.equal(err.at(-1), 'vrrp-cli: not simulated, because of the errors above')
})

t.test('a command line that cannot be understood exits with 2', async t => {
  const cases: [string[], RegExp][] = [
    [[], /needs the configuration files/],
    [[MASTER, BACKUP, '--at', '5s', 'kil A'], /no step is called 'kil'; did you mean 'kill'\?/],
    [[MASTER, BACKUP, '--at', 'soon', 'kill A'], /'soon' is no time from the start/],
    [[MASTER, BACKUP, '--at', '5x', 'kill A'], /'5x' is no time from the start/],
    [[MASTER, BACKUP, '--at', '5s', 'kill C'], /no node is called 'C'/],
    [[MASTER, BACKUP, '--at', '5s', 'kill A', '--at', '6s', 'kill A'], /node A does not run at that time/],
    [[MASTER, BACKUP, '--at', '5s'], /no step is called ''/],
  ]
  for (const [args, message] of cases) {
    const { out, err, code } = vrrpCli(...args)
    t.equal(code, 2, args.slice(2).join(' '))
    t.match(err.at(-1), message)
    t.strictSame(out, [])
  }
  for (const option of [
    ['--loss', '200%'],
    ['--for', 'ever'],
    ['--seed', '1.5'],
    ['--delay', '-1'],
  ]) {
    t.throws(() => vrrpCli(MASTER, BACKUP, ...option), { code: 'commander.invalidArgument' }, option.join(' '))
  }
})
