/**
 * Command lines as keepalived splits them.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { splitCommand } from '../../lib/keepalived/script-command.ts'

const TABLE: readonly [text: string, words: readonly string[] | string][] = [
  ['/usr/local/notify.sh master', ['/usr/local/notify.sh', 'master']],
  ['  killall   -0\tnginx ', ['killall', '-0', 'nginx']],
  ["/x 'a b' c", ['/x', 'a b', 'c']],
  ['abcd" efg h jkl "mnop', ['abcd efg h jkl mnop']],
  ["/x ''", ['/x', '']],
  ['/x a\\ b \\"q\\" \\\\', ['/x', 'a b', '"q"', '\\']],
  ['/x \\t\\n\\x41\\101\\cA\\E', ['/x', '\t\nAA\x01\x1b']],
  ["/x 'open", "a ' in the command line is never closed"],
  ['/x \\', 'the command line ends in a backslash'],
  ['   ', 'the command line is empty'],
]
for (const [text, expected] of TABLE) {
  t.test(JSON.stringify(text), async t => void t.strictSame(splitCommand(text), expected))
}

/** What keepalived 2.2.7 makes of these lines, from its dump. */
const LINES: readonly [line: string, words: readonly string[] | undefined, user?: string][] = [
  ['"/bin/ls a#b \\"q # z\\" \\t x\\\\ty \'c d\'" root', ['/bin/ls', 'a#b', 'q # z', 'x\ty', 'c d'], 'root'],
  ["'/bin/ls a b' root", ['/bin/ls', 'a', 'b'], 'root'],
  ['/bin/ls\\ x root', ['/bin/ls', 'x'], 'root'],
  ['"/bin/ls \'a \\"b\\" c\'"', ['/bin/ls', 'a "b" c']],
  ['/bin/ls a', ['/bin/ls'], 'a'],
  ['"/bin/ls', undefined],
]
for (const [line, words, user] of LINES) {
  t.test(`notify ${line}`, async t => {
    const text = `vrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n notify ${line}\n}`
    const { instances } = readConfiguration('k', memoryReader({ k: text })).configuration
    const command = instances[0]?.notify.any
    t.strictSame([command?.arguments, command?.user], [words, user])
  })
}
