/**
 * Command lines as keepalived splits them.
 */
import t from 'tap'
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
