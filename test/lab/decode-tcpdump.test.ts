/**
 * Line for line what the installed tcpdump prints: thousands of generated packets, mutants and stumps of every link type.
 * `VRRP_DECODE_SEED` and `VRRP_DECODE_PACKETS` ask for other packets, or more.
 */
import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { type NgSection, pcapFile, pcapngFile } from '../capture/capture-files.ts'
import { type GeneratorOptions, generatePackets } from '../capture/generator.ts'
import { ipv4, linkLayer, messageV2 } from '../capture/packets.ts'
import { ourTexts, tcpdumpText, tcpdumpTexts } from '../capture/tcpdump-lines.ts'

process.env.TZ = 'America/St_Johns'

const seed = Number(process.env.VRRP_DECODE_SEED ?? 1)
const count = Number(process.env.VRRP_DECODE_PACKETS ?? 1500)

/** Other versions of tcpdump word some things differently. */
function unavailable(): string | false {
  const { error, stdout } = spawnSync('tcpdump', ['--version'], { encoding: 'utf8' })
  const reason =
    error !== undefined
      ? 'lab: missing tcpdump (npm run lab:install)'
      : /version 4\.99\.3/.test(stdout)
        ? undefined
        : 'lab: tcpdump is not version 4.99.3'
  if (reason !== undefined && process.env.VRRP_LAB === 'required') throw new Error(reason)
  return reason ?? false
}

const skip = unavailable()

function compare(t: Test, file: Uint8Array, packets: number): void {
  for (const verbose of [false, true]) {
    const ours = ourTexts(file, verbose)
    const theirs = tcpdumpTexts(file, verbose) ?? new Map<number, string>()
    const differences: unknown[] = []
    for (let number = 1; number <= packets; number++) {
      const mine = ours.get(number)
      const wanted = theirs.get(number)
      const missed = mine === undefined && /VRRPv|VRRP \[/.test(wanted ?? '')
      if (missed || (mine !== undefined && mine !== wanted)) differences.push({ number, ours: mine, tcpdump: wanted })
    }
    t.strictSame(differences.slice(0, 3), [], `${verbose ? '-v' : 'text'} of ${ours.size} VRRP packets`)
    t.ok(ours.size > packets / 4, 'enough of them are VRRP')
  }
}

for (const linkType of [1, 113, 276, 101, 12, 228, 229, 0, 108]) {
  t.test(`link type ${linkType}`, { skip }, async t => {
    const kinds: Omit<GeneratorOptions, 'seed' | 'count'>[] = [
      {},
      { mutate: true },
      { truncate: true },
      { mutate: true, truncate: true },
    ]
    for (const [index, kind] of kinds.entries()) {
      const share = linkType === 1 ? count : Math.ceil(count / 5)
      const packets = generatePackets({ ...kind, seed: seed + index, count: share, linkType })
      t.comment(JSON.stringify({ ...kind, seed: seed + index }))
      compare(t, pcapFile(packets, { linkType, little: index % 2 === 0, nanoseconds: index > 1 }), packets.length)
    }
  })
}

t.test('pcapng', { skip }, async t => {
  const packets = generatePackets({ seed, count: 200 })
  const blocks: Partial<NgSection>[] = [{}, { little: false, noise: true }, { block: 'packet' }]
  for (const block of blocks) {
    for (const resolution of [6, 9, 0x80 | 30]) {
      const file = pcapngFile([{ interfaces: [{ resolution }], packets, ...block }])
      compare(t, file, packets.length)
    }
  }
})

t.test('records whose lengths contradict each other', { skip }, async t => {
  const bytes = linkLayer(1, ipv4(messageV2()))
  const packets = [0, 1, bytes.length - 1, bytes.length, 262_144, 262_145].map(length => ({ bytes, length }))
  const file = pcapFile(packets)
  t.equal([...ourTexts(file, false).values()].join(''), tcpdumpText(file, false))
})
