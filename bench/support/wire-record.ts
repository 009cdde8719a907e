/**
 * A cheap witness: tcpdump writes adverts with kernel time stamps to a file, and is woken about once a second. What it
 * saw is read when it has ended.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { walkAdvertisements } from '../../lib/capture/index.ts'
import type { Daemon } from '../../test/lab/daemon.ts'
import type { Host } from '../../test/lab/host.ts'

/** The kernel hands over what it holds at least so often, ms; what it holds at the end is lost. */
const HANDOVER = 1000

/** Times of adverts, by virtual router id, each in order: milliseconds since the epoch, with the kernel's fractions. */
export type AdvertTimes = ReadonlyMap<number, Float64Array>

/** A running record. */
export class WireRecord {
  readonly #file: string
  readonly #daemon: Daemon

  private constructor(file: string, daemon: Daemon) {
    this.#file = file
    this.#daemon = daemon
  }

  /** Starts on `eth0` of a host; resolves when it listens. @param filter - of pcap-filter(7) */
  static async start(host: Host, filter = 'ip proto 112'): Promise<WireRecord> {
    const file = join(host.directory, `${host.daemons.length}.pcap`)
    const options = ['-i', 'eth0', '-nn', '-s', '96', '-B', '65536', '--time-stamp-precision=nano', '-w', file]
    const daemon = host.start('tcpdump', 'tcpdump', '-Z', 'root', ...options, filter)
    await daemon.untilLog(/listening on/)
    return new WireRecord(file, daemon)
  }

  /** Ends it, and reads what it saw up to now. @throws Error when the kernel dropped frames */
  async stop(): Promise<AdvertTimes> {
    await delay(HANDOVER * 1.5)
    this.#daemon.signal('SIGINT')
    await this.#daemon.untilEnd()
    const dropped = /(\d+) packets? dropped by kernel/.exec(this.#daemon.text())?.[1]
    if (dropped !== '0') throw new Error(`the record is not whole: ${this.#daemon.text()}`)
    const times = new Map<number, number[]>()
    walkAdvertisements(this.#file, advertisement => {
      const { seconds, nanoseconds } = advertisement.packet
      const own = times.get(advertisement.vrid)
      const time = seconds * 1000 + nanoseconds / 1e6
      if (own === undefined) times.set(advertisement.vrid, [time])
      else own.push(time)
      return undefined
    })
    return new Map([...times].map(([vrid, own]) => [vrid, Float64Array.from(own)]))
  }
}
