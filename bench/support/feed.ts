/**
 * A program: adverts of many masters of priority 200, in even turn, as long as it lives. It wakes up each millisecond
 * and sends what is due. `node feed.js COUNT INTERVAL`, where the interval is in milliseconds.
 */
import { encodeEthernet, encodeIpv4, IPPROTO_VRRP } from '../../lib/net/index.ts'
import { encode, VRRP_GROUP_IPV4 } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { addressOfInstance } from './many-instances.ts'
import { PacketSender } from './packet-sender.ts'

const [count = 255, interval = 1000] = process.argv.slice(2).map(Number)
const ip = { source: '10.9.0.2', destination: VRRP_GROUP_IPV4, hopLimit: 255, protocol: IPPROTO_VRRP, tos: 0xc0 }

const frames = Array.from({ length: count }, (_, index) => {
  const vrid = index + 1
  const advert = { version: 3, family: 4, vrid, priority: 200, interval: milliseconds(interval) } as const
  const message = encode({ ...advert, addresses: [addressOfInstance(vrid)] }, ip)
  const link = { destination: '01:00:5e:00:00:12', source: '02:00:00:00:00:02', etherType: 0x0800 }
  return encodeEthernet(link, encodeIpv4(ip, message))
})

const sender = new PacketSender('eth0', frames)
const pause = new Int32Array(new SharedArrayBuffer(4))
const start = performance.now()
for (let sent = 0; ; ) {
  const due = Math.floor(((performance.now() - start) / interval) * count)
  sender.send(sent, due - sent)
  sent = due
  Atomics.wait(pause, 0, 0, 1)
}
