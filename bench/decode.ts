/**
 * Decodes 1,000,000 adverts beside tcpdump, and 100,000 beside tshark: CPU time of whole processes, taken in turn, medians.
 * The goals: text 2x tcpdump -nr, -v 3x tcpdump -nvr, JSON 10x tshark -T json, the library alone 8x tcpdump -nr, under 100 MB.
 *
 * `npm run bench -- decode [--runs 5] [--packets 1000000]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeAdvertCapture } from './support/advert-capture.ts'
import { type Candidate, measureProcesses, median, peakMemory } from './support/measure-process.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, packets: { type: 'string', default: '1000000' } },
})
const runs = Number(values.runs)
const packets = Number(values.packets)

const cli = fileURLToPath(new URL('../bin/vrrp-cli.cjs', import.meta.url))
const library = fileURLToPath(new URL('support/library-walk.js', import.meta.url))
const node = process.execPath

function report(title: string, peer: Candidate, ours: readonly (Candidate & { goal: number })[], count: number): void {
  console.log(`${title}, ${count} packets, CPU seconds`)
  const times = measureProcesses([peer, ...ours], count < packets ? Math.min(3, runs) : runs)
  const line = (name: string): number => {
    const each = times.get(name) ?? []
    const range = `[${Math.min(...each).toFixed(3)}..${Math.max(...each).toFixed(3)}]`
    process.stdout.write(`  ${name.padEnd(24)} ${median(each).toFixed(3).padStart(7)} ${range.padEnd(18)}`)
    return median(each)
  }
  const base = line(peer.name)
  console.log()
  for (const { name, goal } of ours) {
    const ratio = base / line(name)
    console.log(` ${ratio.toFixed(1)}x (goal ${goal}x${ratio < goal ? ': MISSED' : ''})`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'vrrp-bench-'))
try {
  // tcpdump's table of addresses has long chains: with all 255 virtual routers its -v would take ten times as long.
  const many = join(folder, 'many.pcap')
  const few = join(folder, 'few.pcap')
  const tenth = join(folder, 'tenth.pcap')
  writeAdvertCapture(many, { packets, virtualRouters: 255 })
  writeAdvertCapture(few, { packets, virtualRouters: 8 })
  writeAdvertCapture(tenth, { packets: packets / 10, virtualRouters: 255 })

  report(
    'text',
    { name: 'tcpdump -nr', command: ['tcpdump', '-nr', many] },
    [
      { name: 'vrrp-cli decode', command: [node, cli, 'decode', many], goal: 2 },
      { name: 'library alone', command: [node, library, many], goal: 8 },
    ],
    packets,
  )
  report(
    'text of -v, 8 virtual routers',
    { name: 'tcpdump -nvr', command: ['tcpdump', '-nvr', few] },
    [{ name: 'vrrp-cli decode -v', command: [node, cli, 'decode', '-v', few], goal: 3 }],
    packets,
  )
  report(
    'JSON',
    { name: 'tshark -T json', command: ['tshark', '-T', 'json', '-r', tenth] },
    [{ name: 'vrrp-cli decode --json', command: [node, cli, 'decode', '--json', tenth], goal: 10 }],
    packets / 10,
  )
  console.log('peak memory, MiB (goal: under 100 MB)')
  for (const args of [
    ['decode', many],
    ['decode', '-v', many],
    ['decode', '--json', many],
  ]) {
    console.log(`  ${args.slice(0, -1).join(' ').padEnd(24)} ${peakMemory(cli, args).toFixed(0).padStart(7)}`)
  }
  console.log(`  ${'library alone'.padEnd(24)} ${peakMemory(library, [many]).toFixed(0).padStart(7)}`)
} finally {
  rmSync(folder, { recursive: true })
}
