/**
 * Skew and down intervals, numerically: the units are where other implementations went wrong.
 */
import fc from 'fast-check'
import t from 'tap'
import { activeDownInterval, skewTime } from '../../lib/machine/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const skew = (version: 2 | 3, priority: number, interval: number) => skewTime(version, priority, milliseconds(interval))
const down = (version: 2 | 3, priority: number, interval: number, adverts?: number) =>
  activeDownInterval(version, priority, milliseconds(interval), adverts)

t.test('RFC 3768: Skew_Time is (256 - Priority) / 256 seconds, whatever the interval', async t => {
  const table: readonly (readonly [priority: number, skew: number])[] = [
    [1, 996.09375],
    [50, 804.6875],
    [95, 628.90625],
    [99, 613.28125],
    [100, 609.375],
    [101, 605.46875],
    [128, 500],
    [150, 414.0625],
    [200, 218.75],
    [254, 7.8125],
    [255, 3.90625],
  ]
  for (const [priority, expected] of table) {
    for (const interval of [1000, 2000, 10_000, 255_000]) t.equal(skew(2, priority, interval), expected)
  }
})

t.test('RFC 9568: Skew_Time is (256 - Priority) * Active_Adver_Interval / 256', async t => {
  const table: readonly (readonly [priority: number, interval: number, skew: number])[] = [
    [1, 10, 9.9609375],
    [1, 1000, 996.09375],
    [1, 40_950, 40_790.0390625],
    [100, 10, 6.09375],
    [100, 100, 60.9375],
    [100, 400, 243.75],
    [100, 1000, 609.375],
    [100, 40_950, 24_953.90625],
    [128, 250, 125],
    [200, 30, 6.5625],
    [254, 10, 0.078125],
    [254, 1000, 7.8125],
    [255, 1000, 3.90625],
  ]
  for (const [priority, interval, expected] of table) t.equal(skew(3, priority, interval), expected)
})

t.test('Active_Down_Interval is 3 * Active_Adver_Interval + Skew_Time', async t => {
  t.equal(down(2, 100, 1000), 3609.375, 'keepalived, priority 100, advert_int 1: seen on the wire as 3.609 s')
  t.equal(down(2, 100, 5000), 15_609.375)
  t.equal(down(3, 100, 1000), 3609.375)
  t.equal(down(3, 100, 5000), 18_046.875)
  t.equal(down(3, 254, 10), 30.078125)
  t.equal(down(3, 1, 40_950), 163_640.0390625)
})

t.test('down_timer_adverts replaces the 3', async t => {
  t.equal(down(2, 100, 1000, 1), 1609.375)
  t.equal(down(2, 100, 1000, 10), 10_609.375)
  t.equal(down(3, 200, 100, 100), 10_021.875)
})

t.test('a better backup always waits less, and never less than the adverts alone', async t => {
  fc.assert(
    fc.property(
      fc.constantFrom<2 | 3>(2, 3),
      fc.integer({ min: 1, max: 254 }),
      fc.integer({ min: 1, max: 4095 }),
      fc.integer({ min: 1, max: 100 }),
      (version, priority, centiseconds, adverts) => {
        const interval = version === 2 ? Math.ceil(centiseconds / 17) * 1000 : centiseconds * 10
        const ours = down(version, priority, interval, adverts)
        const better = down(version, priority + 1, interval, adverts)
        return better < ours && better > adverts * interval && ours - adverts * interval < Math.max(1000, interval)
      },
    ),
  )
  t.pass()
})
