/**
 * Capabilities from the text of /proc/self/status.
 */
import t from 'tap'
import { capabilitiesLackingIn } from '../../lib/linux/index.ts'

const BOTH = ['CAP_NET_ADMIN', 'CAP_NET_RAW'] as const
const status = (effective: string) => `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${effective}\nCapBnd:\t0\n`

t.test('each capability by its bit', async t => {
  t.strictSame(capabilitiesLackingIn(status('000001ffffffffff'), BOTH), [])
  t.strictSame(capabilitiesLackingIn(status('0000000000000000'), BOTH), BOTH)
  t.strictSame(capabilitiesLackingIn(status('0000000000001000'), BOTH), ['CAP_NET_RAW'])
  t.strictSame(capabilitiesLackingIn(status('0000000000002000'), BOTH), ['CAP_NET_ADMIN'])
  t.strictSame(capabilitiesLackingIn(status('0000000000000000'), []), [])
  t.strictSame(capabilitiesLackingIn('no such line', BOTH), BOTH)
})
