/**
 * `vrrp-cli run` before it is a daemon: its flags.
 */
import t from 'tap'
import { runCommand } from '../../cli/commands/run.ts'
import { plainHost } from '../../cli/program-host.ts'

/** What the command says to a command line that it refuses. */
async function refusal(...args: string[]): Promise<string> {
  const said: string[] = []
  const command = runCommand({ out: () => {}, err: () => {} }, plainHost)
  command.exitOverride().configureOutput({ writeErr: text => said.push(text), writeOut: text => said.push(text) })
  await command.parseAsync(args, { from: 'user' }).catch(() => {})
  return said.join('')
}

t.test('flags of keepalived that are not here say why', async t => {
  t.match(await refusal('-c', '/run/checkers.pid'), /--checkers_pid: not here: there is one process/)
  t.match(await refusal('-n', '-x', '-l'), /-x, --snmp: not here: .*--metrics/)
  t.match(await refusal('-r', '/run/vrrp.pid'), /--vrrp_pid: not here: there is one process/)
  t.match(await refusal('--nonsense'), /unknown option '--nonsense'/)
  t.match(await refusal('-S', '8'), /a number from 0 to 7 is needed/)
  t.match(await refusal('--log-format', 'xml'), /Allowed choices are text, json/)
})

t.test('the help tells signals, accepted and refused flags', async t => {
  const help = await refusal('--help')
  for (const text of [
    '-P, --vrrp',
    '-R, --dont-respawn',
    '-G, --no-syslog',
    'SIGRTMIN+2 (36)',
    '-C, --check',
    '-V, --dont-release-vrrp',
  ]) {
    t.ok(help.includes(text), text)
  }
})
