/**
 * Replay memory on disk: what is read again, what is not trusted, how often it is written, and what is said about it.
 */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { EngineCommand, EngineHost, ReplayRecord } from '../../lib/engine/index.ts'
import { ReplayKeeper } from '../../lib/router/index.ts'
import { ReplayOnDemand } from '../../lib/router/replay-on-demand.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'vrrp-replay-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))

const RECORD: ReplayRecord = {
  interface: 'eth0',
  family: 4,
  vrid: 51,
  version: 3,
  scheme: 'hmac',
  sent: 2n ** 64n - 1n,
  heard: [{ sender: '192.0.2.1', number: 7301444403200000000n, at: milliseconds(1_700_000_000_000) }],
}
const AH_RECORD: ReplayRecord = { ...RECORD, version: 2, scheme: 'ah', sent: 7n, heard: [] }

/** A keeper of an engine that remembers what it is told to. */
function scene(path: string, records: readonly ReplayRecord[] = [RECORD, AH_RECORD]) {
  const clock = new SimClock()
  const [told, lines]: [EngineCommand[], string[]] = [[], []]
  const state = { records, broken: false, asked: 0 }
  const engine: EngineHost = {
    subscribe: () => () => {},
    dispatch: command => told.push(command),
    snapshot: () => {
      throw new Error('a snapshot is dear')
    },
    replayRecords: async () => {
      state.asked++
      return state.records
    },
    stop: async () => {},
    get broken() {
      return state.broken
    },
  }
  const options = { engine, clock, path, log: (level: string, line: string) => lines.push(`${level}: ${line}`) }
  const pass = async (ms: number) => {
    clock.advance(milliseconds(clock.now() + ms))
    await new Promise(resolve => setImmediate(resolve))
  }
  return { ...options, keeper: new ReplayKeeper(options), options, told, lines, state, pass }
}

t.test('what one run wrote the next one is reminded of', async t => {
  const path = join(directory, 'kept')
  const first = scene(path)
  first.keeper.begin()
  t.strictSame([first.told, first.lines], [[], []], 'there was no file')
  t.equal(statSync(path).mode & 0o777, 0o600)
  await first.pass(2000)
  const second = scene(path)
  second.keeper.begin()
  const until = second.clock.wallTime()
  t.strictSame(
    second.told,
    [{ type: 'remember', records: [RECORD, AH_RECORD].map(record => ({ ...record, until })) }],
    'the first one crashed: what it heard last may be missing',
  )
  await second.keeper.stop()
  const third = scene(path)
  third.keeper.begin()
  t.strictSame(third.told, [{ type: 'remember', records: [RECORD, AH_RECORD] }])
  t.strictSame([...second.lines, ...third.lines], [])
  t.notOk(existsSync(`${path}.${process.pid}`), 'nothing is left beside it')
})

t.test('once a second, and only what is new', async t => {
  const path = join(directory, 'rate')
  const { keeper, state, pass } = scene(path)
  keeper.begin()
  const { ino } = statSync(path)
  for (let i = 0; i < 99; i++) await pass(100)
  t.ok(state.asked >= 4 && state.asked <= 10, `${state.asked} times`)
  const written = statSync(path).ino
  t.not(written, ino)
  await pass(10_000)
  t.equal(statSync(path).ino, written, 'nothing new is not written')
  state.records = [RECORD]
  await pass(2000)
  t.equal(JSON.parse(readFileSync(path, 'utf8')).routers.length, 1)
  await keeper.stop()
  t.equal(JSON.parse(readFileSync(path, 'utf8')).complete, true)
  const asked = state.asked
  await pass(10_000)
  t.equal(state.asked, asked, 'nothing after the end')
})

t.test('an engine that broke leaves notes that are not complete', async t => {
  const path = join(directory, 'broken')
  const { keeper, state } = scene(path)
  keeper.begin()
  state.broken = true
  await keeper.stop()
  t.equal(JSON.parse(readFileSync(path, 'utf8')).complete, false)
})

t.test('what cannot be trusted is one warning, and replaced', async t => {
  const notes = (record: object, more: object = {}) =>
    JSON.stringify({ version: 1, pid: process.pid, complete: true, routers: [record], ...more })
  const plain = { ...RECORD, sent: '1', heard: [{ sender: '192.0.2.1', number: '5', at: 1 }] }
  const heard = (one: object) => notes({ ...plain, heard: [one] })
  const damaged = [
    '',
    'null',
    '[]',
    '{',
    '\0'.repeat(100),
    notes(plain, { pid: 'x' }),
    notes(plain, { complete: 1 }),
    notes(plain, { routers: {} }),
    notes({ ...plain, interface: 'a'.repeat(16) }),
    notes({ ...plain, family: 5 }),
    notes({ ...plain, vrid: 0 }),
    notes({ ...plain, version: 4 }),
    notes({ ...plain, scheme: 'md5' }),
    notes({ ...plain, sent: 1 }),
    notes({ ...plain, sent: '-1' }),
    notes({ ...plain, sent: String(2n ** 64n) }),
    notes({ ...plain, scheme: 'ah', sent: String(2n ** 32n) }),
    notes({ ...plain, heard: undefined }),
    notes({ ...plain, until: '1' }),
    heard({ sender: 'fe80::1', number: '5' }),
    heard({ sender: '192.0.2.01', number: '5' }),
    heard({ sender: '192.0.2.1', number: 5 }),
    heard({ sender: '192.0.2.1', number: '5', at: null }),
  ]
  const path = join(directory, 'file')
  const begin = () => {
    const { keeper, told, lines } = scene(path)
    keeper.begin()
    t.strictSame(told, [])
    t.ok(readFileSync(path, 'utf8').startsWith('{"version":1,'), 'a new one is there')
    rmSync(path)
    return lines
  }
  for (const text of damaged) {
    writeFileSync(path, text, { mode: 0o600 })
    t.match(begin(), [/^warning: .*\/file is not used, it is (damaged|of version undefined, not 1): /], text)
  }
  writeFileSync(path, notes(plain, { version: 2 }), { mode: 0o600 })
  t.match(begin(), [/it is of version 2, not 1/])
  writeFileSync(path, notes(plain))
  chmodSync(path, 0o620)
  t.match(begin(), [/others may write to it/])
  if (process.getuid?.() === 0) {
    writeFileSync(path, notes(plain), { mode: 0o600 })
    chownSync(path, 4711, 0)
    t.match(begin(), [/it belongs to user 4711/])
  }
  const victim = join(directory, 'victim')
  writeFileSync(victim, notes(plain), { mode: 0o600 })
  symlinkSync(victim, path)
  t.match(begin(), [/ELOOP/])
  t.equal(readFileSync(victim, 'utf8'), notes(plain), 'a link is not followed')
})

t.test('where nothing can be written one warning says so, and the end comes all the same', async t => {
  const { keeper, lines, pass, state } = scene(join(directory, 'missing', 'file'))
  keeper.begin()
  await pass(5000)
  state.records = []
  await pass(5000)
  t.match(lines, [/^warning: replays are not remembered over a restart: ENOENT/])
  t.equal(lines.length, 1)
  mkdirSync(join(directory, 'missing'))
  await pass(5000)
  t.ok(existsSync(join(directory, 'missing', 'file')), 'tried again')
  await keeper.stop()
  t.equal(lines.length, 1)
})

t.test('the file of a daemon that runs is left alone', async t => {
  const path = join(directory, 'held')
  const daemon = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'run'])
  t.teardown(() => daemon.kill())
  await new Promise(resolve => daemon.once('spawn', resolve))
  const text = JSON.stringify({ version: 1, pid: daemon.pid, complete: false, routers: [] })
  writeFileSync(path, text, { mode: 0o600 })
  const { keeper, lines, told, pass } = scene(path)
  keeper.begin()
  await pass(5000)
  await keeper.stop()
  t.strictSame(told, [])
  t.equal(readFileSync(path, 'utf8'), text)
  t.match(lines, [new RegExp(`held is that of process ${daemon.pid}; give another one`)])
})

t.test('without authentication nothing is read, written or asked', async t => {
  const path = join(directory, 'unneeded')
  const { options, state, pass, lines } = scene(path)
  const replay = new ReplayOnDemand(options)
  const instance = (authentication: object) => ({ authentication }) as never
  await replay.prepare({ instances: [instance({ type: 'none' }), instance({ type: 'simple', password: 'x' })] })
  await pass(5000)
  await replay.stop()
  t.strictSame([existsSync(path), state.asked, lines], [false, 0, []])
  await replay.prepare({ instances: [instance({ type: 'ah', password: 'x' })] })
  t.ok(existsSync(path), 'a reload may bring it')
  await replay.stop()
})
