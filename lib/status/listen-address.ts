/**
 * Where an HTTP server listens, as text.
 */

/** Host and port. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/**
 * Reads `192.0.2.1:9650`, `[::1]:9650`, `localhost:9650`, or `:9650`, which is loopback.
 * @throws RangeError saying what is wrong
 */
export function parseListenAddress(text: string): ListenAddress {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (found === null) throw new RangeError('it must be ADDRESS:PORT, [IPV6]:PORT or :PORT.')
  if (port > 65_535) throw new RangeError('a port is 0 to 65535.')
  return { host: found[1] ?? (found[2] || '127.0.0.1'), port }
}
