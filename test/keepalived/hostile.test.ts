/**
 * Texts made to be slow: reading them stays within seconds, since no step is quadratic and all growth is bounded.
 */
import t from 'tap'
import { checkCluster, memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

const BODY = ' interface e\n virtual_router_id 9\n virtual_ipaddress { 192.0.2.1 }\n'
const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const TEXTS: readonly [name: string, text: string][] = [
  ['definitions of themselves', repeat(20_000, i => `$A${i}=x \${A${i}}\n$A${i}\n`)],
  ['a sequence of words', '~SEQ(I,999999999) word${I} {\n'],
  [
    'a long address list by sequence',
    `vrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress {\n~SEQ(A,255) ~SEQ(B,255) 10.0.\${A}.\${B}\n }\n}\n`,
  ],
  ['instances that clash', repeat(10_000, i => `vrrp_instance V${i} {\n${BODY}}\n`)],
  ['instances with one name', repeat(10_000, () => `vrrp_instance V {\n${BODY}}\n`)],
  [
    'groups',
    `${repeat(250, i => `vrrp_instance V${i} {\n${BODY.replace('9', String(i + 1))}}\n`)}${repeat(10_000, i => `vrrp_sync_group G${i} {\n group { V${i % 250} V${(i + 1) % 250} }\n}\n`)}`,
  ],
  ['open braces', 'a {\n'.repeat(50_000)],
  ['closing braces', '}'.repeat(1000).concat('\n').repeat(200)],
  ['quotes', '"\n'.repeat(50_000)],
  ['unknown keywords', repeat(50_000, i => `virtual_ipaddres${i} x\n`)],
  ['one keyword again and again', `vrrp_instance V {\n${BODY}${'priority 5\n'.repeat(50_000)}}\n`],
]
for (const [name, text] of TEXTS) {
  t.test(name, async t => {
    const started = performance.now()
    const { configuration, diagnostics } = readConfiguration('k', memoryReader({ k: text }))
    checkCluster([
      { name: 'a', configuration },
      { name: 'b', configuration },
    ])
    const elapsed = performance.now() - started
    t.ok(diagnostics.length <= 1001)
    t.ok(elapsed < 5000, `${Math.round(elapsed)} ms`)
  })
}
