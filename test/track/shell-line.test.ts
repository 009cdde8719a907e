/**
 * Which command lines get a shell: what only a shell understands, and nothing that works without one.
 */
import t from 'tap'
import { argumentsOf } from '../../lib/track/index.ts'

const WORDS = ['as', 'split']

t.test('without a shell', async t => {
  for (const line of [
    'killall -0 nginx',
    '/etc/keepalived/check.sh a b',
    'curl -sf http://127.0.0.1/x?a=1&b=2',
    'curl -sf http://127.0.0.1/;jsessionid=3',
    "grep '| ; &&' /proc/net/tcp",
    'grep "a > b" file',
    'grep \\| file',
    'test $? -eq 0',
    'awk {print$1}',
    'a->b',
    'x|y',
    '/bin/sh -c "pidof nginx || exit 1"',
  ]) {
    t.equal(argumentsOf(line, WORDS), WORDS, line)
  }
})

t.test('with a shell', async t => {
  for (const line of [
    'pidof nginx || exit 1',
    'pidof nginx && pidof php-fpm',
    'ps ax | grep nginx',
    'cd /tmp; ls',
    'cd /tmp ; ls',
    'pidof nginx >/dev/null',
    'pidof nginx > /dev/null 2>&1',
    'cmd 2>/dev/null',
    'cmd &>/dev/null',
    'wc -l < /proc/mounts',
    "test 'a' = b || false",
  ]) {
    t.strictSame(argumentsOf(line, WORDS), ['/bin/sh', '-c', line], line)
  }
})

t.test("with bash: keepalived's own samples open bash's network files", async t => {
  const line = '</dev/tcp/127.0.0.1/80'
  t.strictSame(argumentsOf(line, WORDS), ['bash', '-c', line])
})
