/**
 * The kernel's load balancer, 1,000 services with 10,000 servers: how fast the table is programmed, read, changed and taken
 * down, ours beside ipvsadm and keepalived, in turn in one boot of user-mode Linux that stays on one processor.
 *
 * `npm run bench -- ipvs [--rounds 3] [--cpu 1]`, as root with the lab's packages.
 */
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runProgramInUml, umlUnavailable } from '../test/lab/uml.ts'
import { formatSpread, medianOf } from './support/statistics.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, cpu: { type: 'string', default: '1' } },
})
const [rounds, cpu] = [Number(values.rounds), Number(values.cpu)]
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100 || !Number.isInteger(cpu) || cpu < 0) {
  console.error('ipvs [--rounds 1-100] [--cpu N]')
  process.exit(2)
}
const reason = umlUnavailable('keepalived')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}

/** Ours to theirs. `faster`: how many times as fast we have to be; `share`: how much of their time we may take. */
interface Goal {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly faster?: number
  readonly share?: number
}

const GOALS: readonly Goal[] = [
  { what: 'program, process already there', ours: 'program: reconcile', theirs: 'program: ipvsadm -R', faster: 5 },
  { what: 'program, cold: vrrp-cli ipvs restore', ours: 'program: cold', theirs: 'program: ipvsadm -R' },
  {
    what: 'program, daemon, first to last',
    ours: 'daemon, first to last: ours',
    theirs: 'daemon, first to last: keepalived',
    faster: 2,
  },
  { what: 'read', ours: 'read: client.table', theirs: 'read: ipvsadm -Sn', share: 1.5 },
  { what: 'teardown, SIGTERM to no service', ours: 'teardown: ours', theirs: 'teardown: keepalived', share: 0.5 },
  { what: 'flush', ours: 'flush: client.flush', theirs: 'flush: ipvsadm -C' },
]
const COUNTS = [
  { name: 'commands of reconcile again', most: 0 },
  { name: 'commands of reload', most: 5 },
]

console.log(`${rounds} rounds after a warm-up; milliseconds; load of the machine ${loadavg()[0]?.toFixed(2)}`)
const guest = fileURLToPath(new URL('support/ipvs-guest.js', import.meta.url))
const limit = 120 + 60 * rounds
const options = { cpu, limit, fileLimit: limit - 20, environment: { BENCH_ROUNDS: `${rounds}` } }
const samples = JSON.parse(await runProgramInUml(guest, options)) as Readonly<Record<string, readonly number[]>>
const of = (name: string) => samples[name] ?? []

for (const [name, list] of Object.entries(samples).sort()) console.log(`  ${name.padEnd(38)}${formatSpread(list, 1)}`)
console.log()
for (const { what, ours, theirs, faster, share } of GOALS) {
  const ratio = medianOf(of(ours)) / medianOf(of(theirs))
  const figure = share === undefined ? `x${(1 / ratio).toFixed(2)} as fast` : `${ratio.toFixed(2)} of its time`
  const goal = faster === undefined ? share : faster
  const met = faster === undefined ? ratio <= (share ?? Number.POSITIVE_INFINITY) : 1 / ratio >= faster
  const beside =
    goal === undefined ? '' : `goal ${faster === undefined ? '<=' : '>='} ${goal}: ${met ? 'met' : 'MISSED'}`
  console.log(`  ${what.padEnd(38)}${figure.padEnd(24)}${beside}`.trimEnd())
}
for (const { name, most } of COUNTS) {
  const greatest = Math.max(...of(name))
  console.log(`  ${name.padEnd(38)}${`${greatest}`.padEnd(24)}goal <= ${most}: ${greatest <= most ? 'met' : 'MISSED'}`)
}
