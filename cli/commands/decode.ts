/**
 * `vrrp-cli decode FILE|-`: the VRRP packets of a capture, as tcpdump prints them or as JSON.
 */
import { writeSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  type CapturedPacket,
  CaptureStream,
  type PacketLines,
  TcpdumpLines,
  VrrpFrame,
  walkCapture,
} from '../../lib/capture/index.ts'
import { VrrpError } from '../../lib/errors.ts'
import { EXIT, type Output, processOutput } from '../output.ts'

/** What the command touches of the process, beside its output of lines. */
export interface DecodeStreams {
  /** Writes bytes to stdout; false when nobody reads them any more. */
  readonly write: (bytes: Uint8Array) => boolean
  /** Standard input. */
  readonly input: () => AsyncIterable<Uint8Array>
}

interface DecodeOptions {
  readonly verbose?: boolean
  readonly json?: boolean
  readonly vrid?: number
  readonly count?: number
}

/** Text of a file is written in pieces of this size. */
const FLUSH_AT = 1 << 16

/** The command; sets the exit code of the process to 0, or to 1 when the capture cannot be read to its end. */
export function decodeCommand(output: Output = processOutput(), streams: DecodeStreams = PROCESS): Command {
  return new Command('decode')
    .description('print the VRRP packets of a capture file (pcap or pcapng) as tcpdump -nn does')
    .argument('<file>', 'capture file, or - for standard input (tcpdump -U -w - | vrrp-cli decode -)')
    .addOption(new Option('-v, --verbose', 'print what tcpdump -nnv does').conflicts('json'))
    .option('--json', 'print a JSON object per packet, with everything that is wrong with it')
    .option('--vrid <id>', 'only this virtual router', wholeNumber(1, 255))
    .option('--count <n>', 'stop after n packets', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(async (file: string, options: DecodeOptions) => {
      process.exitCode = await decode(file, options, output, streams)
    })
}

/** Decodes a file, or standard input for `-`; the exit code. */
async function decode(file: string, options: DecodeOptions, output: Output, streams: DecodeStreams): Promise<number> {
  const printer = new Printer(await linesFor(options), options, streams.write)
  let failure: unknown
  try {
    if (file === '-') await decodeStream(streams.input(), printer)
    else walkCapture(file, packet => printer.print(packet))
  } catch (error) {
    failure = error
  }
  if (!printer.flush() || failure === undefined) return EXIT.ok
  output.err(`vrrp-cli: ${file === '-' ? 'standard input' : file}: ${reason(failure)}`)
  return EXIT.failed
}

/** Prints each packet as soon as it is there. */
async function decodeStream(chunks: AsyncIterable<Uint8Array>, printer: Printer): Promise<void> {
  const stream = new CaptureStream(packet => printer.print(packet))
  for await (const chunk of chunks) {
    stream.push(chunk)
    if (!printer.flush() || stream.stopped) return
  }
  stream.end()
}

async function linesFor({ json, verbose = false }: DecodeOptions): Promise<PacketLines> {
  if (!json) return new TcpdumpLines({ verbose })
  // The codecs are loaded when they are needed: text starts 30 ms sooner without.
  const { JsonLines } = await import('../../lib/capture/json-lines.ts')
  return new JsonLines()
}

/** Packets to text, filtered and counted. */
class Printer {
  private readonly frame = new VrrpFrame()
  private readonly lines: PacketLines
  private readonly vrid: number | undefined
  private readonly write: (bytes: Uint8Array) => boolean
  private left: number
  private open = true

  constructor(lines: PacketLines, options: DecodeOptions, write: (bytes: Uint8Array) => boolean) {
    this.lines = lines
    this.vrid = options.vrid
    this.left = options.count ?? Number.POSITIVE_INFINITY
    this.write = write
  }

  /** Prints a packet if it is wanted; false when no more are. */
  print(packet: CapturedPacket): boolean {
    if (!this.frame.locate(packet) || !this.wanted(packet)) return true
    this.lines.add(packet, this.frame)
    return --this.left > 0 && (this.lines.pending < FLUSH_AT || this.flush())
  }

  /** Writes what waits; false when nobody reads it. */
  flush(): boolean {
    if (this.open && this.lines.pending > 0) this.open = this.write(this.lines.take())
    return this.open
  }

  private wanted(packet: CapturedPacket): boolean {
    const { vrid } = this
    if (vrid === undefined) return true
    const at = this.frame.messageAt + 1
    return at > 0 && at < this.frame.messageEnd && packet.bytes[at] === vrid
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`it must be ${least} to ${most}.`)
    return value
  }
}

/** One line, without the code and the call that Node puts around a system's error. */
function reason(error: unknown): string {
  if (error instanceof VrrpError) return error.message
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : Number.NaN
  const known = getSystemErrorMap().get(errno)
  if (known === undefined) throw error
  return known[0] === 'EISDIR' ? 'is a directory' : known[1]
}

const PROCESS: DecodeStreams = { write: writeToStdout, input: () => process.stdin }

/** Synchronous, so that a fast file cannot fill the memory in front of a slow reader. */
function writeToStdout(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') return false
      if (code !== 'EAGAIN') throw error
      // Somebody made the pipe non-blocking: wait a millisecond for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
  return true
}
