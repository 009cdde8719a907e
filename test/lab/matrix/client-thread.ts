/**
 * The thread of a {@link Client}: it lives in the namespace of its host, pings an address and opens TCP connections to
 * it, over and over, and says on demand what became of that.
 */
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { AF_INET, AF_INET6, SOCK_DGRAM, SOCK_FLAGS } from '../../../lib/linux/constants.ts'
import { syscalls } from '../../../lib/linux/syscalls.ts'
import { requireIp } from '../../../lib/net/index.ts'
import { enterNamespace } from '../namespace.ts'
import { longestGap, type Probe } from './gap.ts'

/** What the thread is given. */
export interface ClientData {
  readonly namespace: string
  readonly address: string
  readonly port: number
  /** Milliseconds between pings. */
  readonly step: number
}

/** What it answers to the time from which on it is asked. */
export interface ClientReport {
  /** Longest time without an answer, ms. */
  readonly ping: number
  readonly tcp: number
  /** When the first ping after that time left that was answered: milliseconds since the epoch. */
  readonly back: number
  /** Attempts that were answered. */
  readonly answered: number
  /** Who answered last. Empty: nobody yet. */
  readonly name: string
}

/** Connections cost more than pings: they are opened at most so often, ms. */
const CONNECT_STEP = 10
/** A connection that takes longer has failed; the kernel would try again after a second. */
const CONNECT_LIMIT = 200
const ICMP = { 4: { family: AF_INET, protocol: 1, echo: 8 }, 6: { family: AF_INET6, protocol: 58, echo: 128 } } as const

const { namespace, address, port, step } = workerData as ClientData
enterNamespace({ namespace })

const pings: Probe[] = []
const connections: Probe[] = []
let name = ''
let nameSince = 0

const { family, protocol, echo } = ICMP[address.includes(':') ? 6 : 4]
// A ping socket (icmp(7)): the kernel fills in identifier and checksum, and hands out the answers to it alone.
const socket = syscalls().socket(family, SOCK_DGRAM | SOCK_FLAGS, protocol)
if (socket < 0) throw new Error(`ping socket: error ${-socket}`)
const target = Buffer.alloc(family === AF_INET ? 16 : 28)
target.writeUInt16LE(family)
target.set(requireIp(address, 'address'), family === AF_INET ? 4 : 8)
const message = Buffer.alloc(8)
const answer = Buffer.alloc(64)

function ping(): void {
  while (syscalls().recv(socket, answer, answer.length, 0) >= 8) {
    const sequence = answer.readUInt16BE(6)
    const probe = pings.findLast((_, index) => (index & 0xffff) === sequence)
    if (probe !== undefined) probe.answered = true
  }
  message[0] = echo
  message.writeUInt16BE(pings.length & 0xffff, 6)
  pings.push({ sent: performance.now(), answered: false })
  // It fails while the neighbour is unknown or the network is not there: then it is not answered.
  syscalls().sendto(socket, message, message.length, 0, target, target.length)
}

function openConnection(): void {
  const probe: Probe = { sent: performance.now(), answered: false }
  connections.push(probe)
  const connection = connect({ host: address, port })
  const timer = setTimeout(() => setImmediate(() => connection.destroy()), CONNECT_LIMIT)
  connection
    .on('connect', () => {
      probe.answered = true
      clearTimeout(timer)
    })
    .on('data', text => {
      // An older connection may be served after a younger one.
      if (probe.sent >= nameSince) {
        name = text.toString()
        nameSince = probe.sent
      }
      connection.destroy()
    })
    .on('error', () => clearTimeout(timer))
}

setInterval(ping, step)
setInterval(openConnection, Math.max(step, CONNECT_STEP))

parentPort?.on('message', (from: number) => {
  const now = performance.timeOrigin + performance.now()
  const since = (probes: readonly Probe[]) => probes.filter(({ sent }) => performance.timeOrigin + sent >= from)
  const end = now - performance.timeOrigin
  const ofPing = since(pings)
  const ofTcp = since(connections)
  const answered = [...ofPing, ...ofTcp].filter(probe => probe.answered).length
  const gap = longestGap(ofPing, end)
  const back = performance.timeOrigin + gap.end
  const report: ClientReport = { ping: gap.length, tcp: longestGap(ofTcp, end).length, back, answered, name }
  parentPort?.postMessage(report)
})
parentPort?.postMessage('ready')
