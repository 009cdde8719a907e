/**
 * What is on the wire, as a host of the lab sees it: tcpdump with kernel time stamps, read while it runs.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { type Frame, readFrame } from './frame.ts'
import type { Host } from './host.ts'

/** Which frames to wait for. */
export type FrameTest = (frame: Frame) => boolean

/** A running capture. */
export class Capture {
  /** Everything seen so far, in order. */
  readonly frames: Frame[] = []
  readonly #chunks: Buffer[] = []
  readonly #process: ChildProcess
  readonly #waiting = new Set<() => void>()
  #rest: Buffer = Buffer.alloc(0)
  #headerSeen = false

  private constructor(host: Host, filter: string, snapLength: number) {
    // Without --immediate-mode the kernel hands packets over by the second; -U flushes each one.
    const options = ['-i', 'eth0', '-nn', '-U', '--immediate-mode', '--time-stamp-precision=micro', '-w', '-']
    const length = ['-s', String(snapLength)]
    const command = ['netns', 'exec', host.namespace, 'tcpdump', '-Z', 'root', ...options, ...length, filter]
    this.#process = spawn('ip', command, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout?.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  /**
   * Starts a capture on `eth0` of a host; resolves when it listens.
   * @param snapLength - bytes of each frame. The kernel has room for some 30 whole frames, which a burst of hundreds overruns
   */
  static async start(
    host: Host,
    filter = 'ip proto 112 or ip proto 51 or ip6 or arp',
    snapLength = 262_144,
  ): Promise<Capture> {
    const capture = new Capture(host, filter, snapLength)
    let errors = ''
    await new Promise<void>((resolve, reject) => {
      capture.#process.stderr?.on('data', text => {
        errors += text
        if (errors.includes('listening on')) resolve()
      })
      capture.#process.once('close', () => reject(new Error(`tcpdump ended: ${errors}`)))
    })
    return capture
  }

  /** The number of frames seen so far: a place to wait from. */
  get position(): number {
    return this.frames.length
  }

  /** The last frame that passes the test. */
  last(test: FrameTest): Frame | undefined {
    return this.frames.findLast(test)
  }

  /**
   * The first frame from `from` on that passes the test: at once if it was seen already.
   * @throws Error when it does not come `within` milliseconds.
   */
  async until(test: FrameTest, { from = 0, within = 10_000, what = 'a frame' } = {}): Promise<Frame> {
    let next = from
    const search = () => {
      for (; next < this.frames.length; next++) {
        const frame = this.frames[next]
        if (frame !== undefined && test(frame)) return frame
      }
      return undefined
    }
    const found = search()
    if (found !== undefined) return found
    return new Promise<Frame>((resolve, reject) => {
      const check = () => {
        const frame = search()
        if (frame === undefined) return
        done()
        resolve(frame)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`waited ${within} ms for ${what} on the wire; seen:\n${this.text()}`))
      }, within)
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(check)
      }
      this.#waiting.add(check)
    })
  }

  /** The capture so far as a pcap file's bytes. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** What `tcpdump -nnv` prints for the capture so far. */
  text(): string {
    return execFileSync('tcpdump', ['-nnv', '-r', '-'], {
      input: this.bytes(),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  }

  /** Ends it. */
  stop(): void {
    this.#process.kill('SIGTERM')
  }

  #read(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    if (!this.#headerSeen) {
      if (this.#rest.length < 24) return
      this.#take(24)
      this.#headerSeen = true
    }
    while (this.#rest.length >= 16) {
      const length = this.#rest.readUInt32LE(8)
      if (this.#rest.length < 16 + length) break
      const time = this.#rest.readUInt32LE(0) * 1000 + this.#rest.readUInt32LE(4) / 1000
      this.frames.push(readFrame(this.#take(16 + length).subarray(16), time))
    }
    for (const check of [...this.#waiting]) check()
  }

  /** Cuts whole records off the front, so that {@link bytes} never ends inside one. */
  #take(length: number): Buffer {
    const taken = Buffer.from(this.#rest.subarray(0, length))
    this.#chunks.push(taken)
    this.#rest = this.#rest.subarray(length)
    return taken
  }
}
