/**
 * Prints the interop matrix: ours with ours, keepalived and FRR, in every form of VRRP and in each role, through
 * election, kill -9, return and clean stop, with a client that pings and connects. Ends with 1 when a cell failed.
 *
 * `npm run lab:matrix -- [SETTING or DAEMON …] [--interval 100] [--jobs 3] [--baseline] [--list]`, as root with the lab's
 * packages. `--baseline`: keepalived with itself instead.
 */
import { parseArgs } from 'node:util'
import { labUnavailable } from '../available.ts'
import { BASELINE, CELLS, nameOfCell } from './cell.ts'
import { formatHead, formatResult } from './format-result.ts'
import { playCells } from './play-cells.ts'
import { SETTINGS } from './setting.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    interval: { type: 'string', default: '100' },
    jobs: { type: 'string', default: '3' },
    baseline: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const interval = Number(values.interval)
const jobs = Number(values.jobs)
const settings = positionals.filter(word => SETTINGS.some(({ name }) => name === word))
const daemons = positionals.filter(word => word === 'keepalived' || word === 'frr' || word === 'ours')
const cells = (values.baseline ? BASELINE : CELLS).filter(
  cell =>
    (settings.length === 0 || settings.includes(cell.setting.name)) &&
    (daemons.length === 0 || daemons.some(daemon => cell.daemons.some(kind => kind === daemon))),
)
if (settings.length + daemons.length < positionals.length || !(interval >= 10) || !(jobs >= 1)) {
  console.error(`lab:matrix [${SETTINGS.map(({ name }) => name).join('] [')}] [ours] [keepalived] [frr]
           [--interval MILLISECONDS] [--jobs N] [--baseline] [--list]`)
  process.exit(2)
}
if (values.list) {
  for (const cell of cells) console.log(nameOfCell(cell))
  process.exit(0)
}
const reason = labUnavailable('keepalived', '/usr/lib/frr/vrrpd', '/usr/lib/frr/zebra')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(`milliseconds; version 3 at ${interval} ms, version 2 at 1 s; ${jobs} cells at a time\n${formatHead()}`)
let failed = 0
const report: Parameters<typeof playCells>[1]['report'] = result => {
  if (result.problems.length > 0) failed++
  console.log(formatResult(result))
}
await playCells(cells, { interval, jobs, report })
console.log(failed === 0 ? `all ${cells.length} cells are good` : `${failed} of ${cells.length} cells FAILED`)
process.exit(failed === 0 ? 0 : 1)
