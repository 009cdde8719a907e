/**
 * Visits to network namespaces. That they show another network is tested where there is one (test/lab/guest).
 */
import { readlinkSync } from 'node:fs'
import t from 'tap'
import { inNetworkNamespace } from '../../lib/linux/index.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'
const here = () => readlinkSync('/proc/thread-self/ns/net')

t.test('no namespace: where we are', async t => {
  t.equal(
    inNetworkNamespace(undefined, () => 5),
    5,
  )
})

t.test('one that is not there', { skip }, async t => {
  const before = here()
  t.throws(() => inNetworkNamespace('no-such-namespace', () => t.fail('was called')), {
    code: 'ERR_SYSCALL',
    call: 'open network namespace /var/run/netns/no-such-namespace',
    errno: 2,
    hint: /ip netns list/,
  })
  t.equal(here(), before)
})

t.test('a path that is no namespace', { skip }, async t => {
  const before = here()
  t.throws(() => inNetworkNamespace('/dev/null', () => t.fail('was called')), {
    code: 'ERR_SYSCALL',
    call: 'enter network namespace /dev/null',
    errno: 22,
  })
  t.equal(here(), before)
})

t.test('what throws there comes back too', { skip: skip || (process.getuid?.() !== 0 && 'needs root') }, async t => {
  const before = here()
  const own = '/proc/self/ns/net'
  t.equal(inNetworkNamespace(own, here), before)
  t.throws(
    () =>
      inNetworkNamespace(own, () => {
        throw new RangeError('there')
      }),
    RangeError,
  )
  t.equal(here(), before)
})
