/**
 * `vrrp-cli decode`: what it prints, when, and how it ends.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { decodeCommand } from '../../cli/commands/decode.ts'

process.env.TZ = 'UTC'

const fixtures = fileURLToPath(new URL('../../../fixtures/pcap/', import.meta.url))
const cli = fileURLToPath(new URL('../../bin/vrrp-cli.cjs', import.meta.url))
const capture = `${fixtures}generated.pcap`

interface Result {
  readonly text: string
  readonly errors: readonly string[]
  readonly code: unknown
  /** What was written after each piece of standard input. */
  readonly written: readonly string[]
}

interface Circumstances {
  readonly input?: readonly Uint8Array[]
  /** Writes that succeed before nobody reads any more. */
  readonly writes?: number
}

async function decode(args: readonly string[], { input = [], writes = Number.POSITIVE_INFINITY }: Circumstances = {}) {
  let text = ''
  let left = writes
  const errors: string[] = []
  const written: string[] = []
  const before = process.exitCode
  async function* pieces() {
    for (const piece of input) {
      yield piece
      written.push(text)
    }
  }
  const write = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString('latin1')
    return --left > 0
  }
  try {
    const command = decodeCommand({ out: () => {}, err: line => void errors.push(line) }, { write, input: pieces })
    await command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parseAsync(args, { from: 'user' })
    return { text, errors, code: process.exitCode, written } satisfies Result
  } finally {
    process.exitCode = before
  }
}

const lines = (text: string) => text.split('\n').slice(0, -1)

t.test('text, -v and JSON of a file', async t => {
  for (const [args, golden] of [
    [[], '.txt'],
    [['-v'], '-v.txt'],
    [['--json'], '.jsonl'],
  ] as const) {
    const { text, errors, code } = await decode([...args, capture])
    t.equal(text, readFileSync(`${fixtures}generated${golden}`, 'latin1'))
    t.strictSame(errors, [])
    t.equal(code, 0)
  }
})

t.test('--vrid and --count', async t => {
  const all = lines(readFileSync(`${fixtures}keepalived-all.txt`, 'latin1'))
  const { text } = await decode(['--vrid', '103', `${fixtures}keepalived-all.pcapng`])
  t.strictSame(
    lines(text),
    all.filter(line => line.includes('vrid 103,')),
  )
  const first = await decode(['--vrid', '103', '--count', '2', `${fixtures}keepalived-all.pcapng`])
  t.strictSame(lines(first.text), lines(text).slice(0, 2))
  t.equal(first.code, 0)
  for (const bad of [
    ['--vrid', '0'],
    ['--vrid', '256'],
    ['--vrid', 'x'],
    ['--count', '0'],
    ['-v', '--json'],
  ]) {
    await t.rejects(decode([...bad, capture]), { name: /CommanderError|InvalidArgumentError/ }, bad.join(' '))
  }
})

t.test('standard input is printed as it arrives', async t => {
  const bytes = readFileSync(`${fixtures}keepalived-v2-pass.pcap`)
  const golden = lines(readFileSync(`${fixtures}keepalived-v2-pass.txt`, 'latin1'))
  const record = 16 + 54
  const input = [bytes.subarray(0, 24), ...golden.map((_, i) => bytes.subarray(24 + i * record, 24 + (i + 1) * record))]
  const { written, code, errors } = await decode(['-'], { input })
  t.strictSame(
    written.map(text => lines(text).length),
    [0, ...golden.map((_, i) => i + 1)],
  )
  t.strictSame([code, errors], [0, []])
  const two = await decode(['--count', '2', '-'], { input })
  t.equal(two.written.length, 2, 'no more is read than is wanted')
})

t.test('a damaged capture: what could be read, then one error', async t => {
  const bytes = readFileSync(`${fixtures}keepalived-v2-pass.pcap`)
  const golden = lines(readFileSync(`${fixtures}keepalived-v2-pass.txt`, 'latin1'))
  const folder = t.testdir({
    'cut.pcap': bytes.subarray(0, bytes.length - 1),
    'mangled.pcap': '',
    'empty.pcap': '',
    text: 'no',
  })
  const cut = await decode([`${folder}/cut.pcap`])
  t.strictSame(lines(cut.text), golden.slice(0, -1))
  t.strictSame(cut.errors, [
    `vrrp-cli: ${folder}/cut.pcap: the file ends inside packet ${golden.length} (at byte ${bytes.length - 1})`,
  ])
  t.equal(cut.code, 1)
  const mangled = Buffer.from(bytes)
  mangled.writeUInt32LE(0x7fffffff, 24 + 70 + 8)
  writeFileSync(`${folder}/mangled.pcap`, mangled)
  const { text, errors, code } = await decode(['--json', `${folder}/mangled.pcap`])
  t.equal(lines(text).length, 1)
  t.match(errors, [/mangled\.pcap: packet 2 says that 2147483647 bytes were captured, more than the 262144 possible/])
  t.equal(code, 1)
  for (const [name, message] of [
    ['empty.pcap', 'the file is empty (at byte 0)'],
    ['text', 'neither a pcap nor a pcapng file (at byte 0)'],
    ['missing', 'no such file or directory'],
    ['', 'is a directory'],
  ]) {
    const result = await decode([`${folder}/${name}`])
    t.strictSame([result.text, result.errors, result.code], ['', [`vrrp-cli: ${folder}/${name}: ${message}`], 1])
  }
  const input = await decode(['-'], { input: [bytes.subarray(0, 30)] })
  t.match(input.errors, [/^vrrp-cli: standard input: the file ends inside packet 1/])
})

t.test('nobody reads any more: the end, without an error', async t => {
  const many = t.testdir({ 'many.pcap': manyPackets() })
  const { text, errors, code } = await decode([`${many}/many.pcap`], { writes: 1 })
  t.strictSame([errors, code], [[], 0])
  t.ok(text.length > 0 && text.length < 200_000, 'it stopped after one write')
})

/** The same packets again and again: text of more than a pipe holds. */
function manyPackets(): Buffer {
  const bytes = readFileSync(`${fixtures}keepalived-v2-pass.pcap`)
  return Buffer.concat([bytes, ...Array.from({ length: 3000 }, () => bytes.subarray(24))])
}

t.test('the program: a pipe to head, and a live pipe in', async t => {
  const folder = t.testdir({ 'many.pcap': manyPackets() })
  const head = spawnSync(
    'sh',
    ['-c', `"$0" "$1" decode "$2" | head -n 2`, process.execPath, cli, `${folder}/many.pcap`],
    {
      encoding: 'utf8',
    },
  )
  t.equal(lines(head.stdout).length, 2)
  t.equal(head.stderr, '')

  const bytes = readFileSync(`${fixtures}keepalived-v2-pass.pcap`)
  const live = spawn(process.execPath, [cli, 'decode', '-'], { stdio: ['pipe', 'pipe', 'inherit'] })
  live.stdin.write(bytes.subarray(0, 24 + 70))
  const [first] = await new Promise<Buffer[]>(resolve => live.stdout.once('data', data => resolve([data])))
  t.equal(lines(String(first)).length, 1, 'before the input ends')
  live.stdin.end(bytes.subarray(24 + 70))
  t.equal(await new Promise(resolve => live.once('close', resolve)), 0)
})
