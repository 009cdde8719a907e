/**
 * Gratuitous ARP and unsolicited NA, byte for byte as keepalived 2.2.7 puts them on the wire.
 */
import fc from 'fast-check'
import t from 'tap'
import { gratuitousArp, unsolicitedNeighborAdvertisement } from '../../lib/garp/index.ts'
import {
  decodeArp,
  decodeEthernet,
  decodeIpv6,
  decodeNeighborAdvertisement,
  formatIp,
  formatMac,
  virtualMac,
} from '../../lib/net/index.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const MAC = '02:00:00:00:00:01'

/** Captured from keepalived 2.2.7 with tcpdump -XX, on a veth, forwarding off and on, without and with use_vmac. */
const VECTORS = {
  arp: 'ffffffffffff0200000000010806 0001080006040001 0200000000010a090064 ffffffffffff0a090064',
  virtualArp: 'ffffffffffff00005e0001330806 0001080006040001 00005e0001330a090064 ffffffffffff0a090064',
  na: `33330000000102000000000186dd 6000000000203aff fe800000000000000000000000000100 ff020000000000000000000000000001
    8800559d20000000 fe800000000000000000000000000100 0201020000000001`,
  routerNa: `33330000000102000000000186dd 6000000000203aff 20010db8000000000000000000000100 ff020000000000000000000000000001
    8800772ca0000000 20010db8000000000000000000000100 0201020000000001`,
  virtualNa: `33330000000100005e00023486dd 6000000000203aff fe800000000000000000000000000100 ff020000000000000000000000000001
    88007769a0000000 fe800000000000000000000000000100 020100005e000234`,
}
const vector = (name: keyof typeof VECTORS) => VECTORS[name].replace(/\s/g, '')

t.test('gratuitous ARP is what keepalived sends, byte for byte', async t => {
  t.equal(hex(gratuitousArp({ mac: MAC, address: '10.9.0.100' })), vector('arp'))
  t.equal(hex(gratuitousArp({ mac: virtualMac(51, 4), address: '10.9.0.100' })), vector('virtualArp'))
})

t.test('the unsolicited Neighbor Advertisement is what keepalived sends, byte for byte', async t => {
  const na = unsolicitedNeighborAdvertisement
  t.equal(hex(na({ mac: MAC, address: 'fe80::100', router: false })), vector('na'))
  t.equal(hex(na({ mac: MAC, address: '2001:db8::100', router: true })), vector('routerNa'))
  t.equal(hex(na({ mac: virtualMac(52, 6), address: 'fe80::100' })), vector('virtualNa'))
})

t.test('RFC 5227 announcement: a request for Ethernet address zero', async t => {
  const frame = gratuitousArp({ mac: MAC, address: '192.0.2.1', form: 'announcement' })
  t.strictSame(decodeArp(frame, 14), {
    operation: 1,
    senderMac: MAC,
    senderAddress: '192.0.2.1',
    targetMac: '00:00:00:00:00:00',
    targetAddress: '192.0.2.1',
  })
})

t.test('reply form: a reply that is broadcast, our own Ethernet address as target', async t => {
  const frame = gratuitousArp({ mac: MAC, address: '192.0.2.1', form: 'reply' })
  t.equal(decodeEthernet(frame).destination, 'ff:ff:ff:ff:ff:ff')
  t.strictSame(decodeArp(frame, 14), {
    operation: 2,
    senderMac: MAC,
    senderAddress: '192.0.2.1',
    targetMac: MAC,
    targetAddress: '192.0.2.1',
  })
})

t.test('another source address is covered by the checksum', async t => {
  const frame = unsolicitedNeighborAdvertisement({ mac: MAC, address: '2001:db8::1', source: 'fe80::5' })
  const ip = decodeIpv6(frame, 14)
  t.equal(ip.source, 'fe80::5')
  t.equal(decodeNeighborAdvertisement(frame, ip, ip.payloadOffset).target, '2001:db8::1')
})

t.test('a wrong option is named', async t => {
  t.throws(() => gratuitousArp({ mac: MAC, address: 'fe80::1' }), { name: 'RangeError', message: /^address: / })
  t.throws(() => gratuitousArp({ mac: 'x', address: '192.0.2.1' }), { name: 'RangeError', message: /^mac: / })
  t.throws(() => unsolicitedNeighborAdvertisement({ mac: MAC, address: '192.0.2.1' }), {
    name: 'RangeError',
    message: /^address: /,
  })
  t.throws(() => unsolicitedNeighborAdvertisement({ mac: 'x', address: 'fe80::1' }), {
    name: 'RangeError',
    message: /^mac: /,
  })
  const source = '192.0.2.1'
  t.throws(() => unsolicitedNeighborAdvertisement({ mac: MAC, address: 'fe80::1', source }), {
    name: 'RangeError',
    message: /^source: /,
  })
})

t.test('any address from any interface can be read back', async t => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  fc.assert(
    fc.property(bytes(6), bytes(4), bytes(16), fc.boolean(), (macBytes, ipv4, ipv6, router) => {
      const mac = formatMac(macBytes)
      const address = formatIp(ipv4)
      const arp = gratuitousArp({ mac, address })
      const { senderMac, senderAddress, targetAddress } = decodeArp(arp, decodeEthernet(arp).payloadOffset)
      if (senderMac !== mac || senderAddress !== address || targetAddress !== address) return false
      const target = formatIp(ipv6)
      const na = unsolicitedNeighborAdvertisement({ mac, address: target, router })
      const ip = decodeIpv6(na, decodeEthernet(na).payloadOffset)
      const read = decodeNeighborAdvertisement(na, ip, ip.payloadOffset)
      const flags = read.router === router && read.override && !read.solicited && ip.hopLimit === 255
      return flags && read.target === target && read.targetMac === mac
    }),
  )
  t.pass()
})
