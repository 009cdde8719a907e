/**
 * The request layer over a kernel made by hand.
 */
import t from 'tap'
import { NetlinkClient, NLM_F_ACK, NLMSG_DONE } from '../../lib/netlink/index.ts'
import { acknowledgement, HandKernel, obedient } from './hand-kernel.ts'

const DUMP_INTERRUPTED = 0x10

t.test('many requests, one acknowledgement; refusals find their request', async t => {
  const kernel = new HandKernel(obedient(({ type }) => (type % 100 === 7 ? 17 : 0)))
  const client = new NetlinkClient(kernel)
  const requests = Array.from({ length: 300 }, (_, type) => ({ type, flags: 0, body: Uint8Array.of(1) }))
  const results = client.transact(requests)
  t.equal(results.length, 300)
  t.strictSame(
    results.flatMap((result, i) => (result === undefined ? [] : [[i, result.errno]])),
    [
      [7, 17],
      [107, 17],
      [207, 17],
    ],
  )
  t.strictSame(
    kernel.datagrams.map(datagram => datagram.length),
    [128, 128, 44],
  )
  t.equal(kernel.datagrams.flat().filter(({ flags }) => (flags & NLM_F_ACK) !== 0).length, 3)
  t.strictSame(client.transact([]), [])
})

t.test('the last of a batch refused is an answer too', async t => {
  const client = new NetlinkClient(new HandKernel(obedient(() => 99)))
  t.strictSame(
    client.transact([{ type: 1, flags: 0, body: new Uint8Array() }]).map(result => result?.errno),
    [99],
  )
})

t.test('answers to others are passed over', async t => {
  const kernel = new HandKernel(request => [
    acknowledgement({ ...request, sequence: request.sequence + 1000 }, 1),
    acknowledgement(request, 0),
  ])
  t.strictSame(new NetlinkClient(kernel).transact([{ type: 1, flags: 0, body: new Uint8Array() }]), [undefined])
})

t.test('a torn dump is asked for again', async t => {
  let dumps = 0
  const kernel = new HandKernel(({ sequence }) => {
    dumps++
    const flags = dumps < 3 ? DUMP_INTERRUPTED : 0
    return [
      { type: 16, flags: 0, sequence, body: Uint8Array.of(dumps, 0, 0, 0) },
      { type: NLMSG_DONE, flags, sequence, body: new Uint8Array(4) },
    ]
  })
  const messages = new NetlinkClient(kernel).dump(18, new Uint8Array(16), 'links')
  t.strictSame(
    messages.map(({ body }) => body[0]),
    [3],
  )
})

t.test('a refused dump and a silent kernel are errors with a code', async t => {
  const refusing = new NetlinkClient(new HandKernel(request => [acknowledgement(request, 1)]))
  t.throws(() => refusing.dump(18, new Uint8Array(16), 'links'), { code: 'ERR_NETLINK', errno: 1, call: 'dump links' })
  const silent = new NetlinkClient(new HandKernel(() => []))
  t.throws(() => silent.transact([{ type: 1, flags: 0, body: new Uint8Array() }]), { code: 'ERR_NETLINK', errno: 110 })
})
