/**
 * Lines of lists that are read and not acted on yet: what is wrong in them is found all the same.
 */
import t from 'tap'
import { addressRange } from '../../lib/keepalived/address-range.ts'
import { DiagnosticLog } from '../../lib/keepalived/diagnostic-log.ts'
import { parseInterfaceDelayLine } from '../../lib/keepalived/interface-delay-line.ts'
import type { Word } from '../../lib/keepalived/lexer.ts'
import { parseVirtualServerGroupLine } from '../../lib/keepalived/virtual-server-group.ts'

/** Reads a line: its value, or what was said of it. */
function read<T>(parse: (first: Word, rest: readonly Word[], log: DiagnosticLog) => T | undefined, line: string) {
  const log = new DiagnosticLog()
  const words = line.split(' ').map((text, i): Word => {
    return { text, quoted: false, position: { file: 'k.conf', line: 1, column: i + 1 } } as Word
  })
  const [first, ...rest] = words
  const value = first === undefined ? undefined : parse(first, rest, log)
  return value ?? log.sorted().map(({ code, column }) => `${column} ${code}`)
}

t.test('virtual_server_group', async t => {
  const group = (line: string) => read(parseVirtualServerGroupLine, line)
  t.strictSame(group('192.0.2.1 80'), { type: 'addresses', first: '192.0.2.1', count: 1, port: 80 })
  t.strictSame(group('192.0.2.1-9 80'), { type: 'addresses', first: '192.0.2.1', count: 9, port: 80 })
  t.strictSame(group('192.0.2.0/24'), { type: 'addresses', first: '192.0.2.0', count: 256, port: 0 })
  t.strictSame(group('192.0.2.250-192.0.3.5'), { type: 'addresses', first: '192.0.2.250', count: 12, port: 0 })
  t.strictSame([...addressRange('192.0.2.254', 3)], ['192.0.2.254', '192.0.2.255', '192.0.3.0'])
  t.strictSame(group('10.0.0.0/8'), ['1 range-too-large'])
  t.strictSame(group('2001:db8::a-ff 53'), { type: 'addresses', first: '2001:db8::a', count: 246, port: 53 })
  t.strictSame(group('fwmark 5 inet6'), { type: 'mark', mark: 5, family: 6 })
  t.strictSame(group('192.0.2.9-1 80'), ['1 invalid-address'])
  t.strictSame(group('192.0.2.9-300'), ['1 invalid-address'])
  t.strictSame(group('web 80'), ['1 invalid-address'])
  t.strictSame(group('192.0.2.1 99999'), ['2 invalid-value'])
  t.strictSame(group('192.0.2.1 80 90'), ['3 unknown-option'])
  t.strictSame(group('fwmark 0'), ['2 invalid-value'])
})

t.test('interface_up_down_delays', async t => {
  const delay = (line: string) => read(parseInterfaceDelayLine, line)
  t.strictSame(delay('eth0 2 5.5'), { interface: 'eth0', down: 2000, up: 5500 })
  t.strictSame(delay('eth0 2'), { interface: 'eth0', down: 2000, up: 2000 })
  t.strictSame(delay('eth0'), ['1 missing-argument'])
  t.strictSame(delay('eth0 -1'), ['2 invalid-value'])
  t.strictSame(delay('eth0 1 256'), ['3 invalid-value'])
})
