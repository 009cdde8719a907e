/**
 * `vrrp-cli advertise` over a simulated segment and clock: what is sent, when, what is printed, and the exit codes.
 */
import t from 'tap'
import { type AdvertiseOptions, advertise } from '../../cli/commands/advertise.ts'
import { EXIT } from '../../cli/output.ts'
import { VrrpError } from '../../lib/errors.ts'
import { type Advertisement, decode } from '../../lib/packet/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const DEFAULTS: AdvertiseOptions = {
  interface: 'eth0',
  vrid: 51,
  address: ['192.0.2.100'],
  priority: 100,
  interval: 1,
  version: '2',
  checksum: 'pseudo-header',
  transport: 'koffi',
}

/** Runs the command for `seconds`, then INT. */
async function run(options: Partial<AdvertiseOptions>, seconds = 3.5) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const address = options.address?.[0]?.includes(':') ? 'fe80::1' : '192.0.2.1'
  const ours = new MemoryPorts(new MemoryHost(network, 'ours', [{ name: 'eth0', addresses: [address] }]))
  const theirs = new MemoryPorts(new MemoryHost(network, 'theirs', [{ name: 'eth0', addresses: ['192.0.2.2'] }]))
  const heard: { at: number; advertisement: Advertisement }[] = []
  const family = options.address?.[0]?.includes(':') ? 6 : 4
  const group = family === 6 ? 'ff02::12' : '224.0.0.18'
  const destination =
    options.unicast === undefined
      ? ({ type: 'multicast', group } as const)
      : ({ type: 'unicast', peers: ['192.0.2.1'] } as const)
  theirs.transport.open({ interface: 'eth0', family, vrid: 51, destination }, (bytes, ip) => {
    heard.push({ at: clock.now(), advertisement: decode(Uint8Array.from(bytes), ip) })
  })
  const out: string[] = []
  const err: string[] = []
  let interrupt = () => {}
  const ended = new Promise<void>(resolve => {
    interrupt = resolve
  })
  let closed = false
  const close = () => {
    closed = true
  }
  const ports = { clock, transport: ours.transport, close }
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const exit = advertise({ ...DEFAULTS, ...options }, output, async () => ports, ended)
  await new Promise(resolve => setImmediate(resolve))
  clock.advance(milliseconds(seconds * 1000))
  interrupt()
  return { exit: await exit, heard, out, err, closed }
}

t.test('one each interval, exactly, until INT', async t => {
  const { exit, heard, out, closed } = await run({ priority: 200, authPass: 'secret' })
  t.equal(exit, EXIT.ok)
  t.ok(closed)
  t.strictSame(
    heard.map(({ at }) => at),
    [0, 1000, 2000, 3000],
  )
  t.match(heard[0]?.advertisement, { version: 2, vrid: 51, priority: 200, interval: 1000, addresses: ['192.0.2.100'] })
  t.match(heard[0]?.advertisement, { authentication: { type: 'simple', data: Buffer.from('secret\0\0') } })
  const line =
    'IP 192.0.2.1 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 200, authtype simple, intvl 1s, length 20'
  t.strictSame(
    out.map(text => text.replace(/^\d\d:\d\d:\d\d\.\d{6} /, '')),
    [line, line, line, line],
  )
})

t.test('a fraction of a second does not drift', async t => {
  const { heard } = await run({ version: '3', interval: 0.01 }, 10)
  t.equal(heard.length, 1001)
  t.ok(Math.abs((heard.at(-1)?.at ?? 0) - 10_000) < 0.001)
})

t.test('a count, and priority 0 which is sent once', async t => {
  t.equal((await run({ count: 2 })).heard.length, 2)
  t.equal((await run({ priority: 0 })).heard.length, 1)
  t.equal((await run({ priority: 0, count: 3 })).heard.length, 3)
})

t.test('version 3, both forms of checksum, IPv6, unicast', async t => {
  const v3 = await run({ version: '3', interval: 0.5, count: 1, checksum: 'message' })
  t.match(v3.heard[0]?.advertisement, { version: 3, interval: 500 })
  t.match(v3.out[0], /VRRPv3, Advertisement, vrid 51, prio 100, intvl 50cs, length 12$/)
  const v6 = await run({ version: '3', address: ['fe80::100', '2001:db8::1'], count: 1 })
  t.match(v6.heard[0]?.advertisement, { family: 6, addresses: ['fe80::100', '2001:db8::1'] })
  t.match(v6.out[0], / IP6 fe80::1 > ff02::12: VRRPv3, /)
  const unicast = await run({ version: '3', unicast: ['192.0.2.2'], count: 1 })
  t.match(unicast.out[0], / IP 192\.0\.2\.1 > 192\.0\.2\.2: /)
  t.equal(unicast.heard.length, 1)
})

t.test('wrong values are 2 and send nothing', async t => {
  for (const [options, message] of [
    [{ address: ['x'] }, /address: 'x' is not/],
    [{ address: ['192.0.2.1', '::1'] }, /address: IPv4 and IPv6/],
    [{ address: ['fe80::1'] }, /version 2 has no IPv6/],
    [{ interval: 0.5 }, /interval/],
    [{ authPass: 'much too long' }, /auth-pass: must be 1 to 8 bytes/],
    [{ version: '3', authPass: 'x' }, /auth-pass: version 3 has no passwords/],
    [{ authPassFile: '/nonexistent/file' }, /auth-pass-file: ENOENT/],
  ] as const) {
    const { exit, err, heard } = await run(options)
    t.equal(exit, EXIT.usage, JSON.stringify(options))
    t.equal(err.length, 1)
    t.match(err[0], message)
    t.strictSame(heard, [])
  }
})

t.test('no interface is 1, no rights is 4', async t => {
  const { exit, err } = await run({ interface: 'absent0' })
  t.equal(exit, EXIT.failed)
  t.match(err[0], /absent0 does not exist/)
  const said: string[] = []
  const output = { out: () => {}, err: (line: string) => said.push(line) }
  const refuse = async () => {
    throw new VrrpError('ERR_CAPABILITY', 'the process lacks the capability CAP_NET_RAW')
  }
  t.equal(await advertise(DEFAULTS, output, refuse, new Promise(() => {})), EXIT.permission)
  t.strictSame(said, ['vrrp-cli: advertise: the process lacks the capability CAP_NET_RAW'])
})
