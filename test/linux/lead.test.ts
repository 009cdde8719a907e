/**
 * The account that the waiting for punctual alarms is paid from.
 */
import t from 'tap'
import { Lead } from '../../lib/linux/lead.ts'
import { milliseconds } from '../../lib/time/index.ts'

t.test('a single alarm has all of it, a crowd has 0.4 % of the time', async t => {
  const lead = new Lead()
  let now = milliseconds(1e6)
  t.equal(lead.of(360, false, now), 4)
  t.equal(lead.of(360, true, now), 0, 'one that may be late needs none')
  let waited = 0
  for (let i = 0; i < 10_000; i++) {
    const share = lead.of(10, false, now)
    now = milliseconds(now + 10)
    lead.pay(share)
    waited += share
  }
  t.ok(waited > 390 && waited < 410, `${waited} of 100000 ms`)
  now = milliseconds(now + 1000)
  t.equal(lead.of(1, false, now), 4, 'a second later it is full again')
})
