/**
 * A check that cannot be done is left out with a line that says why, and the others are done.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { lvsPlanOf } from '../../lib/router/lvs-plan.ts'

t.test('a regular expression that JavaScript does not know', async t => {
  const text = `virtual_server 192.0.2.1 80 {
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 10.0.0.1 80 {
    TCP_CHECK {
    }
    HTTP_GET {
      url {
        path /
        regex "a++b"
      }
    }
  }
}
`
  const { configuration } = readConfiguration('a.conf', memoryReader({ 'a.conf': text }))
  const plan = lvsPlanOf(configuration.lvs, configuration.trackFiles)
  t.equal(plan.problems.length, 1)
  t.match(plan.problems[0]?.text, /^Check .*10\.0\.0\.1.* http 2\.pages\[0\]\.pattern: .*; it is left out$/)
  const [virtualServer] = plan.virtualServers
  t.strictSame(
    virtualServer?.checks.map(({ type }) => type),
    ['tcp'],
  )
  t.equal(virtualServer?.virtualServer.servers[0]?.checks.length, 1)
})
