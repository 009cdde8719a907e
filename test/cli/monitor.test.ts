/**
 * `vrrp-cli monitor` on capture files.
 */
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import t from 'tap'
import { monitorCommand } from '../../cli/commands/monitor.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/pcap/${name}`, import.meta.url))

/** Runs the command. */
async function monitor(...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const output = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) }
  const before = process.exitCode
  await monitorCommand(output)
    .exitOverride()
    .parseAsync([...args], { from: 'user' })
  const code = process.exitCode
  process.exitCode = before
  return { out, err, code }
}

t.test('packets as decode prints them, and findings between them', async t => {
  const { out, err, code } = await monitor('-r', fixture('keepalived-v2-pass.pcap'))
  t.equal(code, 0)
  t.match(out[0], /10\.0\.0\.1 > 224\.0\.0\.18: VRRPv2, Advertisement, vrid \d+, prio \d+/)
  t.match(out[1], / -- VRID \d+: 10\.0\.0\.1 is master with priority \d+$/)
  t.match(out.at(-1), / -- VRID \d+: 10\.0\.0\.1 resigns$/)
  t.match(err, [/^\d+ VRRP packets, 0 things wrong$/])
})

t.test('--json, --findings and -c', async t => {
  const all = await monitor('-r', fixture('keepalived-v2-pass.pcap'), '--json')
  const lines = all.out.map(line => JSON.parse(line))
  t.match(lines[0], { source: '10.0.0.1', version: 2, problems: [] })
  t.match(lines[1], { finding: 'master', severity: 'info', family: 4, source: '10.0.0.1', time: /^\d{4}-/ })
  const few = await monitor('-r', fixture('generated.pcap'), '--findings', '-c', '5')
  t.match(few.err, [/^5 VRRP packets/])
  t.ok(few.out.every(line => / (!!|--) /.test(line)))
  t.ok(few.out.some(line => line.includes('bad packet from')))
})

t.test('hostile captures end in text', async t => {
  for (const name of ['generated.pcap', 'keepalived-all.pcapng'])
    t.equal((await monitor('-r', fixture(name), '--json')).code, 0, name)
})

t.test('what cannot be read', async t => {
  const missing = await monitor('-r', fixture('no-such-file'))
  t.equal(missing.code, 1)
  t.match(missing.err, [/no-such-file/])
  t.equal((await monitor('-r', fixture('generated.txt'))).code, 1)
  await t.rejects(monitor('-r', 'x', '-i', 'eth0'), CommanderError)
  await t.rejects(monitor('-r', 'x', '-c', '0'), CommanderError)
})
