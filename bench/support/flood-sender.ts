/**
 * A program: the adverts of two masters once a second, and after a while a flood of bad ones in turn, whose kinds a
 * router must tell apart. `node flood-sender.js RATE SECONDS LEAD`: packets a second, how long, and milliseconds before
 * it begins. Prints `flood` when it begins and how many of each kind left (JSON) when it is over; ends when it is ended.
 */
import { encodeEthernet, encodeIpv4, IPPROTO_AH, IPPROTO_VRRP } from '../../lib/net/index.ts'
import { AhAssociation, encode, passwordBytes, VRRP_GROUP_IPV4 } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { FLOODED, FLOODED_PASSWORD } from './flood-target.ts'
import { PacketSender } from './packet-sender.ts'

const SOURCE = '10.9.0.2'
const ROUTE = { source: SOURCE, destination: VRRP_GROUP_IPV4 }
const SECOND = 1000

interface Shape {
  readonly priority: number
  readonly password?: string
}

function message(vrid: number, address: string, { priority, password }: Shape): Uint8Array {
  const authentication =
    password === undefined ? ({ type: 'ah' } as const) : ({ type: 'simple', data: passwordBytes(password) } as const)
  const common = { vrid, priority, interval: milliseconds(SECOND), addresses: [address] }
  return encode({ version: 2, family: 4, authentication, ...common }, ROUTE)
}

function frame(payload: Uint8Array, header: { protocol?: number; hopLimit?: number; identification?: number } = {}) {
  const packet = encodeIpv4({ ...ROUTE, hopLimit: 255, protocol: IPPROTO_VRRP, tos: 0xc0, ...header }, payload)
  const link = { destination: '01:00:5e:00:00:12', source: '02:00:00:00:00:02', etherType: 0x0800 }
  return encodeEthernet(link, packet)
}

const password = FLOODED_PASSWORD
const { plain, sealed } = FLOODED
const good = message(plain.vrid, plain.address, { priority: 200, password })
const evil = message(plain.vrid, plain.address, { priority: 255, password })
const broken = Uint8Array.from(evil, (byte, i) => (i === 6 ? byte ^ 0xff : byte))

const association = new AhAssociation(password)
function seal(priority: number): Uint8Array {
  const identification = association.sequence + 1
  const carrier = { ...ROUTE, identification }
  const payload = association.seal(message(sealed.vrid, sealed.address, { priority }), carrier)
  return frame(payload, { protocol: IPPROTO_AH, identification })
}
/** Older than all that is sent: were it obeyed, the master would have resigned. */
const replay = seal(0)

const kinds = {
  checksum: frame(broken),
  ttl: frame(evil, { hopLimit: 64 }),
  password: frame(message(plain.vrid, plain.address, { priority: 255, password: 'guess' })),
  vrid: frame(message(99, plain.address, { priority: 255, password })),
  replay,
  truncated: frame(evil.subarray(0, 7)),
}

const [rate = 100_000, seconds = 5, lead = 3000] = process.argv.slice(2).map(Number)
const flood = new PacketSender('eth0', Object.values(kinds))
const masters = new PacketSender('eth0', [frame(good)])
const sealing = Array.from({ length: Math.ceil(seconds + lead / SECOND) + 60 }, () => seal(200))
const sealedMasters = new PacketSender('eth0', sealing)
const pause = new Int32Array(new SharedArrayBuffer(4))
const count = Object.keys(kinds).length

const start = performance.now()
let sent = 0
let state: 'lead' | 'flood' | 'over' = 'lead'
for (let adverts = 0; ; Atomics.wait(pause, 0, 0, 1)) {
  const passed = performance.now() - start
  if (passed >= adverts * SECOND && adverts < sealing.length) {
    masters.send(0, 1)
    sealedMasters.send(adverts++, 1)
  }
  if (state === 'lead' && passed >= lead) {
    state = 'flood'
    console.log('flood')
  }
  if (state !== 'flood') continue
  // What could not be sent in time is not made up for in one burst of more than 10 ms.
  const due = Math.floor((Math.min(passed - lead, seconds * SECOND) * rate) / SECOND)
  const burst = Math.min(due - sent, rate / 100)
  flood.send(sent, burst)
  sent += burst
  if (passed >= lead + seconds * SECOND) {
    state = 'over'
    const each = Object.keys(kinds).map((kind, i) => [kind, Math.floor((sent - i - 1) / count) + 1])
    console.log(JSON.stringify(Object.fromEntries(each)))
  }
}
