/**
 * What names of hosts and services mean in an ipvsadm text: /etc/services, and what the resolver says of hosts.
 */
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import type { NameLookup } from '../lib/ipvs/index.ts'

/** Ports by `name/protocol`. */
function readServices(path: string): ReadonlyMap<string, number> {
  const ports = new Map<string, number>()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // A system without the file has no names.
    return ports
  }
  for (const line of text.split('\n')) {
    const [name, port, ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    const [number, protocol] = port?.split('/') ?? []
    for (const each of [name, ...aliases]) {
      const key = `${each}/${protocol}`
      if (!ports.has(key)) ports.set(key, Number(number))
    }
  }
  return ports
}

/**
 * Calls `parse` with lookups; names of hosts that it asks for are resolved, and then it is called again.
 * @param services - the file of ports by name
 */
export async function withNames<T>(parse: (names: NameLookup) => T, services = '/etc/services'): Promise<T> {
  let ports: ReadonlyMap<string, number> | undefined
  const port: NameLookup['port'] = (name, protocol) => {
    ports ??= readServices(services)
    return ports.get(`${name}/${protocol}`)
  }
  const asked = new Set<string>()
  const first = parse({
    host: name => {
      asked.add(name)
      return undefined
    },
    port,
  })
  if (asked.size === 0) return first
  const hosts = new Map<string, string>()
  await Promise.all(
    [...asked].map(async name => {
      try {
        // As in ipvsadm, a name means its IPv4 address.
        hosts.set(name, (await lookup(name, { family: 4 })).address)
      } catch {
        // The parser says that nobody knows it.
      }
    }),
  )
  return parse({ host: name => hosts.get(name), port })
}
