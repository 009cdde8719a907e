/**
 * A day of two nodes with random faults, simulated: every few minutes something dies, stops, is cut off or comes back.
 * After each quiet time exactly one node holds each address, and nobody took over late. Ends with 1 if not.
 *
 * `npm run bench -- soak [--hours N] [--seed N]`
 */
import { parseArgs } from 'node:util'
import { parseAction, Random, Simulation, settleTime } from '../lib/simulation/index.ts'
import { milliseconds } from '../lib/time/index.ts'
import { cluster } from '../test/simulation/cluster.ts'

const ADDRESS = '10.16.8.100'
const HOUR = 3_600_000
/** A fault, and what undoes it. */
const FAULTS: readonly (readonly [string, string])[] = [
  ['kill A', 'start A'],
  ['kill B', 'start B'],
  ['crash A', 'start A'],
  ['crash B', 'start B'],
  ['stop A', 'start A'],
  ['stop B', 'start B'],
  ['cut A eth0', 'join A eth0'],
  ['cut B eth0', 'join B eth0'],
  ['partition A|B', 'heal'],
  ['loss 30%', 'loss 0%'],
]

const { values } = parseArgs({
  options: { hours: { type: 'string', default: '24' }, seed: { type: 'string', default: '1' } },
})
const random = new Random(Number(values.seed))
const between = (low: number, high: number) => milliseconds(low + random.next() * (high - low))
const nodes = cluster({ priority: 100 }, { priority: 95 })
const quiet = settleTime(nodes)
const simulation = new Simulation({ nodes, steps: [], duration: milliseconds(0), seed: Number(values.seed) })
const pass = (ms: number) => simulation.advance(milliseconds(simulation.clock.now() + ms))
const broken: string[] = []

const began = performance.now()
let faults = 0
while (simulation.clock.now() < Number(values.hours) * HOUR) {
  const [fault, repair] = FAULTS[Math.floor(random.next() * FAULTS.length)] ?? ['heal', 'heal']
  pass(between(0, 120_000))
  simulation.perform(parseAction(fault, nodes))
  pass(between(0, 60_000))
  simulation.perform(parseAction(repair, nodes))
  pass(quiet)
  faults++
  const holders = simulation.holders(ADDRESS, 'eth0')
  if (holders.length !== 1) broken.push(`after '${fault}': held by ${holders.join(' and ') || 'nobody'}`)
}
const elapsed = performance.now() - began
const { takeovers, problems } = simulation.report()
const late = takeovers.filter(({ excess }) => excess > 0)
const errors = problems.filter(({ severity, type }) => severity === 'error' && type !== 'late-takeover')

console.log(
  `${values.hours} h simulated in ${(elapsed / 1000).toFixed(1)} s: ${faults} faults, ${takeovers.length} takeovers`,
)
console.log(`broken promises: ${broken.length + errors.length}, late takeovers: ${late.length}`)
for (const text of broken.slice(0, 10)) console.log(text)
if (broken.length + errors.length + late.length > 0) process.exitCode = 1
