/**
 * nf_tables: messages and expressions byte for byte as keepalived 2.2.7 has them made by libnftnl (seen with strace), and
 * what comes of a batch.
 */
import t from 'tap'
import {
  addElements,
  deleteElements,
  encodeExpressions,
  NetlinkClient,
  type NetlinkRequest,
  NF_BATCH_BEGIN,
  NF_BATCH_END,
  NFT_REG_2,
  type NfExpression,
  NLM_F_ACK,
  newChain,
  newRule,
  newSet,
  newTable,
  nfCompare,
  nfCounter,
  nfDuplicate,
  nfMeta,
  nfPayload,
  nfVerdict,
} from '../../lib/netlink/index.ts'
import { HandKernel, obedient, refusedBatch } from './hand-kernel.ts'

const TABLE = { family: 4, name: 'keepalived' } as const
const hex = (body: NetlinkRequest['body']) => {
  if (typeof body === 'function') throw new TypeError('these bodies are bytes')
  return Buffer.from(body).toString('hex')
}
const NAME = '0f0001006b656570616c697665640000'

t.test('a table and a chain', async t => {
  t.equal(hex(newTable(TABLE, false).body), `02000000${NAME}`)
  t.equal(newTable(TABLE, false).type, 0x0a00)
  t.equal(hex(newTable(TABLE, true).body), `02000000${NAME}0800020000000002`, 'NFT_TABLE_F_OWNER')
  const hook = '14000480' + '0800010000000003' + '08000200ffffffff'
  const chain = `02000000${NAME}080003006f757400${hook}08000500000000010b00070066696c7465720000`
  t.equal(hex(newChain(TABLE, 'out', 'output', -1).body), chain)
})

t.test('elements of sets', async t => {
  const six = { family: 6, name: 'keepalived' } as const
  const key = Buffer.from('20010db8000000000000000000000100', 'hex')
  const list = '200003801c000180180001801400010020010db8000000000000000000000100'
  t.equal(hex(deleteElements(six, 'vips', [{ key }]).body), `0a000000090002007669707300000000${NAME}${list}`)
  const pair = { key: Uint8Array.of(5, 0, 0, 0), value: Uint8Array.of(3, 0, 0, 0) }
  const map = '200003801c0001800c000180' + '0800010005000000' + '0c000280' + '0800010003000000'
  t.equal(hex(addElements(TABLE, 'vmac_map', [pair]).body), `020000000d000200766d61635f6d617000000000${NAME}${map}`)
})

t.test('sets say what nft(8) prints of them', async t => {
  const set = newSet(TABLE, { name: 'm', key: 'iface_index', value: 'iface_index', id: 1 }).body
  const types = '0800040000000014' + '0800050000000004' + '0800060000000014' + '0800070000000004'
  t.equal(hex(set), `02000000${NAME}060002006d0000000800030000000008${types}08000a0000000001`)
})

/** The rule for IGMP of keepalived: its expressions without the look-up, which says the number of the set too. */
const KEEPALIVED: readonly (readonly [NfExpression, string])[] = [
  [
    nfPayload('network', 9, 1),
    '340001800c0001007061796c6f61640024000280080001000000000108000200000000010800030000000009' + '0800040000000001',
  ],
  [
    nfCompare('equal', Uint8Array.of(2)),
    '2c00018008000100636d70002000028008000100000000010800020000000000' + '0c0003800500010002000000',
  ],
  [nfMeta('oif', NFT_REG_2), '24000180090001006d657461000000001400028008000200000000050800010000000002'],
  [nfCounter(), '14000180' + '0c000100636f756e74657200' + '04000280'],
  [nfDuplicate(1, 2), '20000180080001006475700014000280080001000000000108000200' + '00000002'],
  [
    nfVerdict('drop'),
    '300001800e000100696d6d6564696174650000001c000280080001000000000010000280' + '0c000280' + '0800010000000000',
  ],
]

t.test('expressions', async t => {
  for (const [expression, bytes] of KEEPALIVED) t.equal(hex(encodeExpressions([expression])), bytes, expression.name)
  const rule = newRule(TABLE, 'out', [nfVerdict('drop')])
  t.equal(hex(rule.body), `02000000${NAME}080002006f75740034000480${KEEPALIVED.at(-1)?.[1]}`)
})

t.test('a batch: begun, ended, one acknowledgement; refusals say their place', async t => {
  const requests = [newTable(TABLE, false), newChain(TABLE, 'out', 'output', -1)]
  const commit = (kernel: HandKernel) => new NetlinkClient(kernel).commit(NF_BATCH_BEGIN, requests, NF_BATCH_END)
  const refusing = (errno: number, at: number) =>
    commit(new HandKernel(obedient((_, place) => (place === at ? errno : 0))))
  const kernel = new HandKernel(obedient(() => 0))
  t.equal(commit(kernel), undefined)
  t.strictSame(
    kernel.datagrams.flat().map(({ type, flags }) => [type, flags & NLM_F_ACK]),
    [
      [16, 0],
      [0x0a00, 0],
      [0x0a03, NLM_F_ACK],
      [17, 0],
    ],
  )
  t.match(refusing(1, 1), { errno: 1, index: 0 })
  t.match(refusing(2, 2), { errno: 2, index: 1 })
  t.match(commit(new HandKernel(refusedBatch(95))), { errno: 95, index: -1 })
  t.equal(new NetlinkClient(kernel).commit(NF_BATCH_BEGIN, [], NF_BATCH_END), undefined)
})
