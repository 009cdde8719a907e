/**
 * The batch of outgoing datagrams, over UDP sockets of the loopback interface: any datagram socket will do.
 */
import t, { type Test } from 'tap'
import { SendBatch } from '../../lib/linux/send-batch.ts'
import { syscalls } from '../../lib/linux/syscalls.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'

/** struct sockaddr_in of 127.0.0.1; port 0 lets the kernel choose. */
function name(port = 0): Buffer {
  const bytes = Buffer.from([2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  bytes.writeUInt16BE(port, 2)
  return bytes
}

function open(t: Test): number {
  const fd = syscalls().socket(2, 2 | 0o2004000, 0)
  t.ok(fd >= 0)
  t.teardown(() => syscalls().close(fd))
  return fd
}

/** Binds a socket to a port of its own. Returns what comes in. */
function receiver(t: Test): { readonly port: number; readonly received: () => number[] } {
  const calls = syscalls()
  const fd = open(t)
  let port = 20000 + (process.pid % 20000)
  while (calls.bind(fd, name(port), 16) < 0) port++
  const buffer = Buffer.alloc(8192)
  const received = () => {
    const values: number[] = []
    while (calls.recv(fd, buffer, buffer.length, 0) >= 0) values.push(buffer.readUInt32LE())
    return values
  }
  return { port, received }
}

function post(batch: SendBatch, fd: number, port: number, value: number, refused: (errno: number) => void): void {
  const packet = batch.next()
  new DataView(packet.buffer, packet.byteOffset).setUint32(0, value, true)
  batch.add(fd, 4, name(port), refused)
}

t.test('datagrams of two sockets leave in order, also more than the batch holds', { skip }, async t => {
  const batch = new SendBatch()
  const [a, b] = [open(t), open(t)]
  const [toA, toB] = [receiver(t), receiver(t)]
  const never = (errno: number) => t.fail(`refused: ${errno}`)
  const values = Array.from({ length: 150 }, (_, i) => i)
  for (const i of values) post(batch, i % 3 === 0 ? a : b, i % 3 === 0 ? toA.port : toB.port, i, never)
  batch.flush()
  batch.flush()
  t.strictSame(
    toA.received(),
    values.filter(i => i % 3 === 0),
  )
  t.strictSame(
    toB.received(),
    values.filter(i => i % 3 !== 0),
  )
})

t.test('one that is refused is told of, and does not hold up the others', { skip }, async t => {
  const batch = new SendBatch()
  const fd = open(t)
  const to = receiver(t)
  const refusals: [number, number][] = []
  // Port 0 is no destination: EINVAL.
  for (let i = 0; i < 6; i++) post(batch, fd, i % 2 === 0 ? 0 : to.port, i, errno => refusals.push([i, errno]))
  batch.flush()
  t.strictSame(to.received(), [1, 3, 5])
  t.strictSame(refusals, [
    [0, 22],
    [2, 22],
    [4, 22],
  ])
})
