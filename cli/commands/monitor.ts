/**
 * `vrrp-cli monitor -i IFACE`: the VRRP packets of a wire as they come, or of a capture file, and what is wrong with them.
 * It never sends, and is no router.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { describePacket } from '../../lib/capture/describe-packet.ts'
import {
  CapturedPacket,
  type Finding,
  formatFinding,
  TcpdumpLines,
  TrafficAnalysis,
  VrrpFrame,
  walkCapture,
} from '../../lib/capture/index.ts'
import { messageOf, VrrpError } from '../../lib/errors.ts'
import { EXIT, type Output } from '../output.ts'
import { untilTold } from '../signals.ts'

interface MonitorOptions {
  readonly interface?: string
  readonly read?: string
  readonly json?: true
  readonly findings?: true
  readonly group: readonly string[]
  readonly count?: number
}

/** RFC 9568 §5.1.1.2 and §5.1.2.2. */
const GROUPS = ['224.0.0.18', 'ff02::12']
/** Link type of Ethernet in capture files. */
const ETHERNET = 1
/** How often silence is looked for, ms. */
const TICK = 100

/** The command. */
export function monitorCommand(output: Output): Command {
  return new Command('monitor')
    .description('print the VRRP packets of an interface as they come, and flag what is wrong on the wire')
    .addOption(new Option('-i, --interface <name>', 'listen there (needs CAP_NET_RAW)').conflicts('read'))
    .option('-r, --read <file>', 'read a capture file (pcap or pcapng) instead')
    .option('--json', 'print an object a line: packets as decode does, findings with a leaf "finding"')
    .option('--findings', 'print findings only, no packets')
    .option('--group <address>', 'join this multicast group too', (group, all: string[]) => [...all, group], [])
    .option('-c, --count <n>', 'stop after n VRRP packets', wholeNumber)
    .addHelpText('after', '\nFindings: -- for normal life (master, takeover with its gap), !! for what is wrong.')
    .action(async (options: MonitorOptions) => {
      process.exitCode = await monitor(options, output)
    })
}

async function monitor(options: MonitorOptions, output: Output): Promise<number> {
  const { interface: device, read: file } = options
  const watcher = new Watcher(options, output)
  try {
    if (file !== undefined) walkCapture(file, packet => watcher.take(packet))
    else if (device !== undefined) await listen(device, options, watcher, output)
    else throw new VrrpError('ERR_INTERFACE', 'an interface (-i) or a capture file (-r) is needed')
  } catch (error) {
    const known = error instanceof VrrpError || (error instanceof Error && 'errno' in error)
    if (!known) throw error
    output.err(`vrrp-cli: ${file === undefined ? '' : `${file}: `}${messageOf(error)}`)
    if (error instanceof VrrpError && error.code === 'ERR_CAPABILITY') return EXIT.permission
    return file === undefined && device === undefined ? EXIT.usage : EXIT.failed
  }
  output.err(`${watcher.packets} VRRP packets, ${watcher.warnings} things wrong`)
  return EXIT.ok
}

/** Until TERM, INT or the count. */
async function listen(device: string, options: MonitorOptions, watcher: Watcher, output: Output): Promise<void> {
  const { PacketCapture } = await import('../../lib/linux/index.ts')
  const packet = new CapturedPacket()
  packet.linkType = ETHERNET
  const told = untilTold()
  let enough: () => void = () => {}
  const done = new Promise<void>(resolve => {
    enough = resolve
  })
  const capture = new PacketCapture({
    interface: device,
    groups: [...GROUPS, ...options.group],
    listener: ({ bytes, seconds, nanoseconds }) => {
      Object.assign(packet, { number: packet.number + 1, seconds, nanoseconds, bytes, length: bytes.length })
      packet.end = bytes.length
      if (!watcher.take(packet)) enough()
    },
  })
  for (const reason of capture.notJoined) output.err(`vrrp-cli: ${reason}`)
  output.err(`listening on ${device}`)
  // One tick late: what waited in the socket while this process did not run is read before its time is over.
  let before = Date.now()
  const timer = setInterval(() => {
    watcher.tick(before)
    before = Date.now()
  }, TICK)
  try {
    await Promise.race([told, done])
  } finally {
    clearInterval(timer)
    capture.close()
  }
}

/** Packets in, lines out. */
class Watcher {
  packets = 0
  warnings = 0
  readonly #options: MonitorOptions
  readonly #output: Output
  readonly #frame = new VrrpFrame()
  readonly #lines = new TcpdumpLines()
  readonly #analysis = new TrafficAnalysis()

  constructor(options: MonitorOptions, output: Output) {
    this.#options = options
    this.#output = output
  }

  /** False when no more are wanted. */
  take(packet: CapturedPacket): boolean {
    if (!this.#frame.locate(packet)) return true
    this.packets++
    const record = describePacket(packet, this.#frame)
    if (!this.#options.findings) this.#print(packet, record)
    this.#tell(this.#analysis.hear(record, packet.seconds * 1000 + packet.nanoseconds / 1e6))
    return this.packets < (this.#options.count ?? Number.POSITIVE_INFINITY)
  }

  tick(time: number): void {
    this.#tell(this.#analysis.tick(time))
  }

  #print(packet: CapturedPacket, record: object): void {
    if (this.#options.json) return this.#output.out(JSON.stringify(record))
    this.#lines.add(packet, this.#frame)
    this.#output.out(Buffer.from(this.#lines.take()).toString('latin1').trimEnd())
  }

  #tell(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.severity === 'warning') this.warnings++
      const { finding: name, time, ...rest } = finding
      const date = new Date(time)
      // The times of a mangled capture may be none.
      const at = Number.isNaN(date.getTime()) ? {} : { time: date.toISOString() }
      const line = this.#options.json ? JSON.stringify({ finding: name, ...at, ...rest }) : formatFinding(finding)
      this.#output.out(line)
    }
  }
}

function wholeNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('it must be a whole number from 1.')
  return value
}
