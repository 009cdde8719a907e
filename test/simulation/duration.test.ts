/**
 * Durations as people write and read them.
 */
import t from 'tap'
import { formatDuration, formatInstant, parseDuration } from '../../lib/simulation/index.ts'

t.test('parseDuration', async t => {
  const cases: [string, number | undefined][] = [
    ['5s', 5000],
    ['250ms', 250],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['0.1s', 100],
    ['500us', 0.5],
    ['7', 7000],
    ['0.3', 300],
    ['0s', 0],
    ['', undefined],
    ['s', undefined],
    ['-1s', undefined],
    ['5 s', undefined],
    ['5x', undefined],
    ['1s2', undefined],
    ['1e3s', undefined],
  ]
  for (const [text, expected] of cases) t.equal(parseDuration(text), expected, `'${text}'`)
  t.equal(parseDuration('20', 'ms'), 20)
})

t.test('formatDuration and formatInstant', async t => {
  t.equal(formatDuration(3609.375), '3.609s')
  t.equal(formatDuration(3000), '3s')
  t.equal(formatDuration(120_000), '120s')
  t.equal(formatDuration(35.46875), '35.469ms')
  t.equal(formatDuration(20), '20ms')
  t.equal(formatDuration(0), '0s')
  t.equal(formatDuration(0.0001), '0s')
  t.equal(formatDuration(-2.5), '-2.5ms')
  t.equal(formatInstant(3609.375), '+3.609s')
  t.equal(formatInstant(35.46875, 6), '+0.035469s')
})
