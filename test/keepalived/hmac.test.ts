/**
 * auth_hmac: keys from text, digits and files, defaults, what is refused, and nodes against each other.
 */
import t from 'tap'
import { checkCluster, formatDiagnostic, memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

const TEXT = 'a passphrase of forty octets, and no less'.padEnd(40, '.')
const OTHER = 'another passphrase of forty octets......'
const DIGITS = '00ff'.repeat(16)
const FILES = {
  '/keys/text': `${TEXT}\n`,
  '/keys/hex': `hex:${DIGITS}\r\n`,
  '/keys/two': `${TEXT}\n${TEXT}\n`,
  '/keys/binary': `${TEXT}\ufffd`,
  '/keys/short': 'short\n',
}

function text(block: readonly string[], more = '') {
  const lines = ['interface eth0', 'virtual_router_id 51', ...block, more, 'virtual_ipaddress {', '192.0.2.1', '}']
  return `vrrp_instance V {\n${lines.join('\n')}\n}\n`
}

function read(block: readonly string[], more?: string) {
  const result = readConfiguration('a.conf', memoryReader({ ...FILES, 'a.conf': text(block, more) }))
  return { hmac: result.configuration.instances[0]?.hmac, diagnostics: result.diagnostics }
}

const hmac = (...lines: readonly string[]) => ['auth_hmac {', ...lines, '}']
const bytes = (value: string) => Uint8Array.from(Buffer.from(value))

t.test('all keywords', async t => {
  const { hmac: result, diagnostics } = read(
    hmac(
      `key 1 "${TEXT}"`,
      `key 2 hex:${DIGITS.toUpperCase()}`,
      'key 3 file:/keys/text',
      'key 255 file:/keys/hex',
      `key 4 ${'ä€𝄞x'.repeat(5)}`,
      'active_key 2',
      'time_window 30',
      'anti_replay monotonic',
      'mode permissive',
    ),
  )
  t.strictSame(diagnostics.map(formatDiagnostic), [])
  t.strictSame(result, {
    keys: [
      { id: 1, secret: bytes(TEXT) },
      { id: 2, secret: Uint8Array.from(Buffer.from(DIGITS, 'hex')) },
      { id: 3, secret: bytes(TEXT) },
      { id: 255, secret: Uint8Array.from(Buffer.from(DIGITS, 'hex')) },
      { id: 4, secret: bytes('ä€𝄞x'.repeat(5)) },
    ],
    activeKey: 2,
    timeWindow: 30_000,
    antiReplay: 'monotonic',
    mode: 'permissive',
  })
})

t.test('defaults: the first key, three intervals but at least 5 s, time, enforce', async t => {
  const key = `key 9 "${TEXT}"`
  t.match(read(hmac(key)).hmac, { activeKey: 9, timeWindow: 5000, antiReplay: 'time', mode: 'enforce' })
  t.equal(read(hmac(key), 'advert_int 4').hmac?.timeWindow, 12_000)
  t.equal(read(hmac(key), 'advert_int 255').hmac?.timeWindow, 300_000)
  t.equal(read([]).hmac, undefined)
})

const KEY = `key 1 "${TEXT}"`
const TABLE: readonly [name: string, block: readonly string[], ...codes: string[]][] = [
  ['no key', hmac(), 'missing-hmac-key'],
  ['an active key that is not there', hmac(KEY, 'active_key 2'), 'missing-hmac-key'],
  ['an id twice', hmac(KEY, `key 1 "${OTHER}"`), 'invalid-hmac-key'],
  ['an id that is none', hmac(`key ${TEXT.split(' ').join('_')} 1`), 'invalid-value'],
  ['an id out of range', hmac(`key 256 "${TEXT}"`), 'invalid-value'],
  ['31 octets', hmac(`key 1 ${'x'.repeat(31)}`), 'invalid-hmac-key'],
  ['65 octets', hmac(`key 1 ${'x'.repeat(65)}`), 'invalid-hmac-key'],
  ['odd digits', hmac(`key 1 hex:${DIGITS}0`), 'invalid-hmac-key'],
  ['no digits', hmac(`key 1 hex:${'x'.repeat(64)}`), 'invalid-hmac-key'],
  ['no file', hmac('key 1 file:/keys/none'), 'invalid-hmac-key'],
  ['a file of two lines', hmac('key 1 file:/keys/two'), 'invalid-hmac-key'],
  ['a file that is no text', hmac('key 1 file:/keys/binary'), 'invalid-hmac-key'],
  ['a short key in a file', hmac('key 1 file:/keys/short'), 'invalid-hmac-key'],
  ['another mode', hmac(KEY, 'mode lax'), 'invalid-value'],
  ['a window of nothing', hmac(KEY, 'time_window 0'), 'invalid-value'],
  [
    'beside authentication',
    [...hmac(KEY), 'authentication {', 'auth_type AH', 'auth_pass renwole0', '}'],
    'two-authentications',
  ],
  ['strict, and lenient', [...hmac(KEY, 'mode permissive'), 'strict_mode on', 'accept'], 'strict-overrides'],
]
for (const [name, block, ...codes] of TABLE) {
  t.test(name, async t => {
    const { diagnostics, hmac: result } = read(block)
    const shown = diagnostics.map(formatDiagnostic).join('\n')
    t.strictSame(
      diagnostics.map(({ code }) => code),
      codes,
      shown,
    )
    t.notMatch(shown, /passphrase|00ff|xxxx/i, 'no secret is shown')
    if (codes[0] === 'strict-overrides') t.equal(result?.mode, 'enforce')
  })
}

t.test('nodes of a cluster: each must accept what the other sends', async t => {
  const other = `key 1 "${OTHER}"`
  const check = (...blocks: (readonly string[])[]) =>
    checkCluster(
      blocks.map((block, i) => {
        const [name, more] = [`${i}.conf`, `priority ${100 - i}`]
        return {
          name,
          configuration: readConfiguration(name, memoryReader({ [name]: text(block, more) })).configuration,
        }
      }),
    )
  const good = [
    [hmac(KEY), hmac(KEY)],
    [hmac(KEY, 'mode receive-only'), []],
    [hmac(KEY, 'mode receive-only'), hmac(KEY, 'mode permissive')],
    [hmac(KEY, 'mode permissive'), hmac(KEY)],
    [hmac(KEY, `key 2 "${OTHER}"`), hmac(`key 2 "${OTHER}"`, KEY, 'active_key 1')],
  ] as const
  for (const blocks of good) t.strictSame(check(...blocks), [])
  const bad = [
    [hmac(KEY), [], "'V' has no auth_hmac"],
    [[], hmac(KEY), "'V' drops adverts without the trailer"],
    [hmac(KEY), hmac(other), "'V' has another key 1"],
    [hmac(KEY), hmac(`key 2 "${OTHER}"`, KEY), 'the other node has no key 2'],
    [hmac(KEY, 'mode receive-only'), hmac(KEY), "'V' drops adverts without the trailer"],
  ] as const
  for (const [a, b, start] of bad) {
    const [first, ...more] = check(a, b)
    t.strictSame([first?.code, more.length], ['cluster-hmac', 0])
    t.equal(first?.message.slice(0, start.length), start)
  }
})
