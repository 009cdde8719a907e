/**
 * The interop matrix in short: every form of VRRP, ours with real keepalived and FRR, each in each role. `npm run lab:matrix`
 * prints the whole of it, with its figures.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { nameOfCell, SHORT } from './matrix/cell.ts'
import { playCells } from './matrix/play-cells.ts'

/** Version 3 at the interval that keepalived's users call fast; version 2 knows seconds only. */
const INTERVAL = 100
const JOBS = 6

const skip = labUnavailable('keepalived', '/usr/lib/frr/vrrpd', '/usr/lib/frr/zebra')
t.test('election, kill -9, return and clean stop in every form of VRRP', { skip }, async t => {
  t.plan(SHORT.length)
  const report: Parameters<typeof playCells>[1]['report'] = ({ cell, problems }) =>
    t.strictSame(problems, [], nameOfCell(cell))
  await playCells(SHORT, { interval: INTERVAL, jobs: JOBS, report })
})
