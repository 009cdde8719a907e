/**
 * Our text and tcpdump's, packet by packet.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStream, type PacketLines, TcpdumpLines, VrrpFrame } from '../../lib/capture/index.ts'

/** Text of each packet that is VRRP, by its number in the capture. */
export function ourTexts(capture: Uint8Array, verbose: boolean): Map<number, string> {
  const texts = new Map<number, string>()
  const lines = new TcpdumpLines({ verbose })
  const frame = new VrrpFrame()
  const stream = new CaptureStream(packet => {
    if (frame.locate(packet)) {
      lines.add(packet, frame)
      texts.set(packet.number, Buffer.from(lines.take()).toString('latin1'))
    }
    return undefined
  })
  stream.push(capture)
  stream.end()
  return texts
}

/** All that tcpdump prints of a capture, or undefined when it is not installed. */
export function tcpdumpText(capture: Uint8Array, verbose: boolean): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'vrrp-decode-'))
  try {
    const file = join(folder, 'capture')
    writeFileSync(file, capture)
    const result = spawnSync('tcpdump', [verbose ? '-nnv' : '-nn', '-r', file], {
      encoding: 'latin1',
      maxBuffer: 1 << 30,
      env: { ...process.env, TZ: process.env.TZ ?? 'UTC' },
    })
    return result.error === undefined ? result.stdout : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** tcpdump's text cut into packets: each begins with a time, in which the microseconds are the packet's index. */
export function tcpdumpTexts(capture: Uint8Array, verbose: boolean): Map<number, string> | undefined {
  const output = tcpdumpText(capture, verbose)
  if (output === undefined) return undefined
  const texts = new Map<number, string>()
  let current = 0
  for (const line of output.split(/(?<=\n)/)) {
    const time = /^\d\d:\d\d:\d\d\.(\d{6}) /.exec(line)
    if (time !== null) current = Number(time[1]) + 1
    texts.set(current, (texts.get(current) ?? '') + line)
  }
  return texts
}

/** All the lines about a capture. */
export function recordLines(capture: Uint8Array, lines: PacketLines): string {
  const frame = new VrrpFrame()
  const stream = new CaptureStream(packet => {
    if (frame.locate(packet)) lines.add(packet, frame)
    return undefined
  })
  stream.push(capture)
  stream.end()
  return Buffer.from(lines.take()).toString()
}
