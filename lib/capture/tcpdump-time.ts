/**
 * The time in front of tcpdump's lines: local time of day with microseconds, `22:13:20.123456`.
 */
import type { CapturedPacket } from './captured-packet.ts'
import type { PacketText } from './packet-text.ts'

/** Writes times; keeps the text of the last second, since packets come in bunches. */
export class TcpdumpTime {
  private seconds = Number.NaN
  private readonly clock = new Uint8Array(9)

  /** Writes `HH:MM:SS.micros ` in the time zone of the process (`TZ`). Finer fractions are cut off, as tcpdump does. */
  write(packet: CapturedPacket, text: PacketText): void {
    if (packet.seconds !== this.seconds) this.convert(packet.seconds)
    text.raw(this.clock)
    const microseconds = Math.floor(packet.nanoseconds / 1000)
    if (microseconds < 1e6) text.digits(microseconds, 6)
    else text.decimal(microseconds)
    text.character(32)
  }

  private convert(seconds: number): void {
    const date = new Date(seconds * 1000)
    this.seconds = seconds
    const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
    const clock = `${parts.map(part => String(part).padStart(2, '0')).join(':')}.`
    for (let i = 0; i < this.clock.length; i++) this.clock[i] = clock.charCodeAt(i)
  }
}
