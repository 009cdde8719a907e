/**
 * `vrrp-cli ipvs` without a kernel that has IPVS: what is refused before anything is asked of it, and what is said when
 * there is none. What it does with one is in `test/lab/guest/ipvsadm.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ipvsCommands } from '../../cli/commands/ipvs.ts'
import type { OpenIpvs } from '../../cli/ipvs-session.ts'
import { EXIT } from '../../cli/output.ts'
import { IpvsError } from '../../lib/ipvs/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'vrrp-ipvs-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))

const neverOpened: OpenIpvs = () => {
  throw new Error('the kernel was asked')
}

/** Runs the command. */
async function ipvs(open: OpenIpvs, ...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const before = process.exitCode
  const output = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) }
  await ipvsCommands(output, open).parseAsync(args, { from: 'user' })
  const code = process.exitCode
  process.exitCode = before
  return { out, err, code }
}

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

t.test('a text with an error asks nothing of the kernel', async t => {
  const path = file('bad', '-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1 --wieght 5\n-A -t 192.0.2.2\n')
  for (const command of ['restore', 'apply']) {
    t.strictSame(await ipvs(neverOpened, command, path), {
      out: [],
      err: [
        `${path}:2:32: error: ipvsadm has no option --wieght (did you mean '--weight'?)`,
        `${path}:3:7: error: 0 means all ports, and all ports need persistence`,
      ],
      code: EXIT.failed,
    })
  }
})

t.test('JSON with errors, each with its path', async t => {
  const services = [
    { protocol: 'tcp', address: '192.0.2.1', port: 80, scheduler: 'rr', wieght: 1 },
    { fwmark: 0, family: 4 },
  ]
  const path = file('bad.json', JSON.stringify({ services }))
  const { err, code } = await ipvs(neverOpened, 'apply', path)
  t.equal(code, EXIT.failed)
  t.strictSame(err, [
    `${path}: error: services[0].wieght: is not an option here`,
    `${path}: error: services[1].fwmark: 0 is not an integer from 1 to 4294967295`,
  ])
  t.match(await ipvs(neverOpened, 'apply', file('cut.json', '{"services": [')), { code: 1, err: [/not JSON/] })
  t.match(await ipvs(neverOpened, 'apply', join(directory, 'absent')), { code: 1, err: [/cannot read .*ENOENT/] })
})

t.test('no IPVS, no rights: one clear line', async t => {
  const refuse =
    (code: 'ERR_IPVS_UNAVAILABLE' | 'ERR_IPVS_PERMISSION', hint: string): OpenIpvs =>
    async () => {
      throw new IpvsError(code, 'open IPVS', 1, { text: 'no', hint })
    }
  const commands = [['list'], ['save'], ['flush'], ['connections'], ['watch'], ['timeouts'], ['daemon']] as const
  for (const command of commands) {
    const unavailable = await ipvs(refuse('ERR_IPVS_UNAVAILABLE', 'modprobe ip_vs'), ...command)
    t.match(unavailable, { out: [], err: [/^vrrp-cli: open IPVS: .*; modprobe ip_vs$/], code: EXIT.failed })
    t.equal((await ipvs(refuse('ERR_IPVS_PERMISSION', 'be root'), ...command)).code, EXIT.permission)
  }
})
