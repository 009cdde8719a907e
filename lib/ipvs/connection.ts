/**
 * The connections that IPVS remembers, from the text of /proc/net/ip_vs_conn: netlink does not tell them. ip_vs_conn_seq_show
 * of the kernel.
 */
import { canonicalIp, formatIp, type IpFamily } from '../net/index.ts'

/** A connection, or a persistence template. */
export interface Connection {
  /** `tcp`, `udp`, `sctp`, or another protocol as the kernel writes it. */
  readonly protocol: string
  readonly family: IpFamily
  readonly clientAddress: string
  readonly clientPort: number
  /** Of the service. */
  readonly virtualAddress: string
  readonly virtualPort: number
  readonly destinationAddress: string
  readonly destinationPort: number
  /** As the kernel names it: `ESTABLISHED`, `SYN_RECV`, `FIN_WAIT`, `UDP`, `NONE`; `ASSURED` for a template … */
  readonly state: string
  /** Seconds until it is forgotten. */
  readonly expires: number
  /** Persistence engine by which it was found, and what that knows of it. */
  readonly engine?: { readonly name: string; readonly data: string }
}

/** A connection in a line of /proc/net/ip_vs_conn; undefined for the heading and what is no such line. */
export function parseConnection(line: string): Connection | undefined {
  const [protocol = '', ...words] = line.trimEnd().split(/ +/)
  const client = parseEndpoint(words[0], words[1])
  const virtual = parseEndpoint(words[2], words[3])
  const destination = parseEndpoint(words[4], words[5])
  const [state, expires = '', name] = words.slice(6)
  if (client === undefined || virtual === undefined || destination === undefined) return undefined
  if (state === undefined || !/^\d{1,10}$/.test(expires)) return undefined
  return {
    protocol: protocol.toLowerCase(),
    family: virtual.family,
    clientAddress: client.address,
    clientPort: client.port,
    virtualAddress: virtual.address,
    virtualPort: virtual.port,
    destinationAddress: destination.address,
    destinationPort: destination.port,
    state,
    expires: Number(expires),
    ...(name !== undefined && { engine: { name, data: words.slice(9).join(' ') } }),
  }
}

/** The connections in the text of /proc/net/ip_vs_conn, which comes in pieces. */
export async function* parseConnections(pieces: AsyncIterable<string>): AsyncGenerator<Connection, void, undefined> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const connection = parseConnection(line)
      if (connection !== undefined) yield connection
    }
  }
  const last = parseConnection(rest)
  if (last !== undefined) yield last
}

function parseEndpoint(address = '', port = '') {
  if (!/^[0-9A-F]{4}$/i.test(port)) return undefined
  const number = Number.parseInt(port, 16)
  if (/^[0-9A-F]{8}$/i.test(address)) {
    return { family: 4, address: formatIp(Buffer.from(address, 'hex')), port: number } as const
  }
  // As the kernel writes it, all eight groups with leading zeros; a destination of the other family may be either.
  if (!/^[0-9a-f:.]{2,45}$/i.test(address) || !address.includes(':')) return undefined
  try {
    return { family: 6, address: canonicalIp(address), port: number } as const
  } catch {
    return undefined
  }
}
