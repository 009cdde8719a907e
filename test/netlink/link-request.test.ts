/**
 * Requests about interfaces: as keepalived 2.2.7 sends them (seen with strace), and round trips through our decoder.
 */
import t from 'tap'
import {
  decodeLink,
  encodeGroupDeletion,
  encodeIpvlan,
  encodeLinkChange,
  encodeLinkDeletion,
  encodeMacvlan,
} from '../../lib/netlink/index.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const HEADER = '00'.repeat(16)

t.test('a macvlan in private mode', async t => {
  const body = encodeMacvlan({ name: 'vrrp.51', parent: 3, mac: '00:00:5e:00:01:33' })
  // As keepalived, but for the zero bytes behind the two texts, which the kernel takes either way.
  const info = '1c001200' + '0c0001006d6163766c616e00' + '0c000200' + '0800010001000000'
  t.equal(hex(body), `${HEADER}${info}0800050003000000${'0c000300767272702e353100'}0a00010000005e0001330000`)
  const { name, mac, parent, kind, up } = decodeLink(body) ?? {}
  const expected = { name: 'vrrp.51', mac: '00:00:5e:00:01:33', parent: 3, kind: 'macvlan', up: false }
  t.strictSame({ name, mac, parent, kind, up }, expected)
  t.throws(() => encodeMacvlan({ name: 'x', parent: 1, mac: 'no' }), RangeError)
})

t.test('settings of IPv4, and no IPv6 addresses by itself', async t => {
  const body = encodeLinkChange({ interface: 3, ipv4: { arp_ignore: 1, arp_filter: 1 } })
  const index = '0000000003000000' + '0000000000000000'
  t.equal(hex(body), `${index}1c001a0018000200140001000800130001000000${'08000d0001000000'}`)
  const other = encodeLinkChange({ interface: 4, withoutIpv6Autoconfiguration: true })
  t.equal(hex(other), `${'0000000004000000'}${'0000000000000000'}10001a000c000a000500080001000000`)
})

t.test('up, by name, groups', async t => {
  t.equal(hex(encodeLinkChange({ interface: 5, up: true })), '0000000005000000' + '0100000001000000')
  t.equal(hex(encodeLinkChange({ interface: 5, up: false })), '0000000005000000' + '0000000001000000')
  t.equal(hex(encodeLinkChange({ interface: 'a', group: 7 })), `${HEADER}0600030061000000${'08001b0007000000'}`)
  t.equal(hex(encodeGroupDeletion(7)), `${HEADER}08001b0007000000`)
  t.equal(hex(encodeLinkDeletion(9)), '0000000009000000' + '0000000000000000')
})

t.test('an ipvlan in mode L2 (if_link.h: mode and flags have 16 bits)', async t => {
  const body = encodeIpvlan({ name: 'ipv7', parent: 3, mode: 'private' })
  const info = '24001200' + '0b0001006970766c616e0000' + '14000200' + '0600010000000000' + '0600020001000000'
  t.equal(hex(body), `${HEADER}${info}0800050003000000${'090003006970763700000000'}`)
  const { name, parent, kind } = decodeLink(body) ?? {}
  t.strictSame({ name, parent, kind }, { name: 'ipv7', parent: 3, kind: 'ipvlan' })
})
