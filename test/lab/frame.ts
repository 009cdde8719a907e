/**
 * What the lab's observer needs of a frame, read by hand: the lab is a witness of the library and must not lean on
 * its codecs.
 */

/** A frame seen on the wire. */
export interface Frame {
  /** The kernel's time stamp: milliseconds since the epoch, microseconds kept. */
  readonly time: number
  readonly sourceMac: string
  /** `advert`: VRRP, plain or behind an authentication header. `announcement`: ARP or neighbour advertisement. */
  readonly kind: 'advert' | 'announcement' | 'other'
  /** Sender's IP address of an advert; the announced address of an announcement, in canonical text. */
  readonly address: string
  readonly version: number
  readonly vrid: number
  readonly priority: number
  readonly bytes: Uint8Array
}

/** Reads one Ethernet frame. */
export function readFrame(bytes: Uint8Array, time: number): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const mac = Array.from(bytes.subarray(6, 12), byte => byte.toString(16).padStart(2, '0')).join(':')
  const frame = { time, sourceMac: mac, kind: 'other', address: '', version: 0, vrid: 0, priority: 0, bytes } as const
  const type = view.getUint16(12)
  if (type === 0x0806) return { ...frame, kind: 'announcement', address: ipv4(bytes, 28) }
  if (type === 0x0800) {
    const header = 14 + ((bytes[14] ?? 0) & 15) * 4
    const vrrp = bytes[23] === 51 ? header + ((bytes[header + 1] ?? 0) + 2) * 4 : header
    if (bytes[23] === 112 || bytes[23] === 51) return { ...frame, ...advert(bytes, vrrp), address: ipv4(bytes, 26) }
  }
  if (type === 0x86dd) {
    if (bytes[20] === 112) return { ...frame, ...advert(bytes, 54), address: ipv6(view, 22) }
    if (bytes[20] === 58 && bytes[54] === 136) return { ...frame, kind: 'announcement', address: ipv6(view, 62) }
  }
  return frame
}

function advert(bytes: Uint8Array, offset: number) {
  const [first = 0, vrid = 0, priority = 0] = bytes.subarray(offset)
  return { kind: 'advert', version: first >> 4, vrid, priority } as const
}

function ipv4(bytes: Uint8Array, offset: number): string {
  return bytes.subarray(offset, offset + 4).join('.')
}

function ipv6(view: DataView, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, group) => view.getUint16(offset + 2 * group).toString(16))
  // The URL parser of the platform writes addresses by RFC 5952.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
