/**
 * vrrp_startup_delay and vrrp_delay_after_boot: the longer one holds.
 */
import t from 'tap'
import { startupDelay } from '../../lib/router/startup-delay.ts'
import { milliseconds as ms } from '../../lib/time/index.ts'

t.test('from the start of the process, and from that of the machine', async t => {
  t.equal(startupDelay({ startupDelay: ms(0) }, ms(5)), 0)
  t.equal(startupDelay({ startupDelay: ms(5000) }, ms(5)), 5000)
  t.equal(startupDelay({ startupDelay: ms(5000), delayAfterBoot: ms(60_000) }, ms(20_000)), 40_000)
  t.equal(startupDelay({ startupDelay: ms(5000), delayAfterBoot: ms(60_000) }, ms(58_000)), 5000)
  t.equal(startupDelay({ startupDelay: ms(0), delayAfterBoot: ms(60_000) }, ms(1e9)), 0)
})
