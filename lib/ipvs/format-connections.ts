/**
 * Connections as `ipvsadm -Lnc` prints them.
 */
import type { Connection } from './connection.ts'
import { formatEndpoint } from './service-key.ts'

/** The two lines above. @param engine - with the columns of the persistence engine (`--persistent-conn`) */
export function formatConnectionHead(engine = false): readonly string[] {
  const columns = `pro expire ${'state'.padEnd(11)} ${'source'.padEnd(18)} ${'virtual'.padEnd(18)}`
  const last = engine ? `${'destination'.padEnd(18)} ${'pe name'.padEnd(16)} pe_data` : 'destination'
  return ['IPVS connection entries', `${columns} ${last}`]
}

/** The line of a connection. */
export function formatConnection(connection: Connection, engine = false): string {
  const { protocol, state, expires } = connection
  const two = (value: number) => String(value).padStart(2, '0')
  const expiry = `${two(Math.floor(expires / 60))}:${two(expires % 60)}`
  const client = formatEndpoint(connection.clientAddress, connection.clientPort).padEnd(18)
  const virtual = formatEndpoint(connection.virtualAddress, connection.virtualPort).padEnd(18)
  const destination = formatEndpoint(connection.destinationAddress, connection.destinationPort)
  const head = `${protocol.toUpperCase().padEnd(3)} ${expiry.padEnd(6)} ${state.padEnd(11)} ${client} ${virtual}`
  if (!engine || connection.engine === undefined) return `${head} ${destination}`
  return `${head} ${destination.padEnd(16)} ${connection.engine.name.padEnd(18)} ${connection.engine.data}`
}
