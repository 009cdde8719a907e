/**
 * The capture that the decoders are measured with: as many adverts as wanted, 24 % version 2 with a password and one address,
 * 24 % version 2 with 20 addresses, 26 % version 3 over IPv4, 24 % version 3 over IPv6, 2 % with VLAN tags.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { encodeEthernet, encodeIpv4, encodeIpv6, IPPROTO_VRRP, virtualMac } from '../../lib/net/index.ts'
import { encode, VRRP_GROUP_IPV4, VRRP_GROUP_IPV6 } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** What to generate. tcpdump's table of names is slow with many addresses, so `-v` is compared with few virtual routers. */
export interface AdvertCapture {
  readonly packets: number
  /** Virtual router ids, 1-255; each has four routers. */
  readonly virtualRouters: number
}

const ROUTERS = 4
const MIX = 50

/** One frame for each place in the mix. */
function frame(place: number, vrid: number, router: number): Uint8Array {
  const family = place >= 37 && place < 49 ? 6 : 4
  const source = family === 4 ? `10.0.${router}.${vrid}` : `fe80::${router}:${vrid.toString(16)}`
  const destination = family === 4 ? VRRP_GROUP_IPV4 : VRRP_GROUP_IPV6
  const ip = { family, source, destination, hopLimit: 255, protocol: IPPROTO_VRRP } as const
  const common = { vrid, priority: 100 + router } as const
  const message = encode(advertisement(place, family, common), ip)
  const packet =
    family === 4
      ? encodeIpv4({ source, destination, hopLimit: 255, protocol: IPPROTO_VRRP, tos: 0xc0 }, message)
      : encodeIpv6({ source, destination, hopLimit: 255, protocol: IPPROTO_VRRP }, message)
  const vlans = place === 49 ? (router % 2 === 0 ? [{ id: vrid }] : [{ tpid: 0x88a8, id: 100 }, { id: vrid }]) : []
  const addresses = {
    destination: family === 4 ? '01:00:5e:00:00:12' : '33:33:00:00:00:12',
    source: virtualMac(vrid, family),
  }
  return encodeEthernet({ ...addresses, vlans, etherType: family === 4 ? 0x0800 : 0x86dd }, packet)
}

function advertisement(place: number, family: 4 | 6, common: { vrid: number; priority: number }) {
  const address = (n: number) => (family === 4 ? `192.168.${common.vrid}.${n}` : `2001:db8::${common.vrid}:${n}`)
  if (place < 24) {
    const many = place >= 12
    const addresses = Array.from({ length: many ? 20 : 1 }, (_, i) => address(i + 1))
    const data = new TextEncoder().encode('secret\0\0')
    const authentication = many ? ({ type: 'none' } as const) : ({ type: 'simple', data } as const)
    return { version: 2, family: 4, ...common, interval: milliseconds(1000), authentication, addresses } as const
  }
  return { version: 3, family, ...common, interval: milliseconds(1000), addresses: [address(1), address(2)] } as const
}

/** Writes the capture to a file. */
export function writeAdvertCapture(path: string, { packets, virtualRouters }: AdvertCapture): void {
  const frames = Array.from({ length: MIX * virtualRouters * ROUTERS }, (_, i) =>
    frame(i % MIX, (Math.floor(i / MIX) % virtualRouters) + 1, Math.floor(i / MIX / virtualRouters)),
  )
  const file = openSync(path, 'w')
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262144, 16)
  header.writeUInt32LE(1, 20)
  writeSync(file, header)
  const buffer = Buffer.alloc(1 << 20)
  let used = 0
  for (let i = 0; i < packets; i++) {
    // A step that has no factor in common with the number of frames goes through all of them in a mixed order.
    const bytes = frames[(i * 7919) % frames.length] as Uint8Array
    if (used + 16 + bytes.length > buffer.length) {
      writeSync(file, buffer, 0, used)
      used = 0
    }
    buffer.writeUInt32LE(1_700_000_000 + Math.floor(i / 1000), used)
    buffer.writeUInt32LE((i % 1000) * 1000, used + 4)
    buffer.writeUInt32LE(bytes.length, used + 8)
    buffer.writeUInt32LE(bytes.length, used + 12)
    buffer.set(bytes, used + 16)
    used += 16 + bytes.length
  }
  writeSync(file, buffer, 0, used)
  closeSync(file)
}
