/**
 * Sends good and bad adverts at a rate, as a program of its own: `node flood-sender.js PLAN`, where PLAN is JSON.
 * It runs in the namespace of the host that floods, and answers with how many of each packet left.
 */
import { performance } from 'node:perf_hooks'
import { AF_INET, IPPROTO_RAW, SOCK_RAW } from '../../lib/linux/constants.ts'
import { RawDescriptor } from '../../lib/linux/raw-descriptor.ts'
import { syscalls } from '../../lib/linux/syscalls.ts'

/** What is sent. */
export interface FloodPlan {
  readonly interface: string
  /** Bad packets a second, all kinds together, in turn. */
  readonly rate: number
  /** ms */
  readonly duration: number
  /** Whole IPv4 packets, hexadecimal. */
  readonly bad: readonly string[]
  /** Sent in turn every `interval` ms beside them. */
  readonly good: { readonly packet: string; readonly interval: number }
}

interface Prepared {
  readonly bytes: Buffer
  readonly address: Buffer
}

function prepare(hex: string): Prepared {
  const bytes = Buffer.from(hex, 'hex')
  const address = Buffer.alloc(16)
  address.writeUInt16LE(AF_INET)
  bytes.copy(address, 4, 16, 20)
  return { bytes, address }
}

async function flood({ interface: name, rate, duration, bad, good }: FloodPlan): Promise<void> {
  const socket = new RawDescriptor('flood', AF_INET, SOCK_RAW, IPPROTO_RAW)
  socket.bindToDevice(name)
  const calls = syscalls()
  const send = ({ bytes, address }: Prepared) =>
    calls.sendto(socket.fd, bytes, bytes.length, 0, address, address.length) === bytes.length
  const kinds = bad.map(prepare)
  const sound = prepare(good.packet)
  const sent = kinds.map(() => 0)
  let soundSent = 0
  let next = 0
  let refused = 0
  const start = performance.now()
  for (let passed = 0; passed < duration; passed = performance.now() - start) {
    if (soundSent * good.interval <= passed && send(sound)) soundSent++
    const due = Math.floor((passed * rate) / 1000)
    // No burst is longer than 5 ms of the rate: what could not be sent in time is not made up for all at once.
    for (let burst = Math.min(due - next, rate / 200); burst > 0; burst--) {
      const kind = next++ % kinds.length
      const packet = kinds[kind]
      if (packet !== undefined && send(packet)) sent[kind] = (sent[kind] ?? 0) + 1
      else refused++
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  socket.close()
  process.stdout.write(`${JSON.stringify({ bad: sent, good: soundSent, refused })}\n`)
}

await flood(JSON.parse(process.argv[2] ?? '') as FloodPlan)
