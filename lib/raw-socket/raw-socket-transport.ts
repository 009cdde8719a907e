/**
 * The Transport port over the npm package raw-socket: for programs that have it already, or cannot have koffi. Main thread.
 */
import { isMainThread } from 'node:worker_threads'
import { VrrpError } from '../errors.ts'
import type { LinkWatch } from '../instance/ports.ts'
import { ChannelTransport, type TransportOptions } from '../linux/channel-transport.ts'
import { NodeLinkWatch } from './node-link-watch.ts'
import type { RawSocketPackage } from './open-socket.ts'
import { RawIpv4Endpoint } from './raw-ipv4-endpoint.ts'
import { RawIpv6Endpoint } from './raw-ipv6-endpoint.ts'

/** A `Transport` over raw-socket; IPv6 needs koffi beside it, for filters. Made by {@link RawSocketTransport.load}. */
export class RawSocketTransport extends ChannelTransport {
  readonly #ownLinks: LinkWatch | undefined

  private constructor(raw: RawSocketPackage, options: TransportOptions, ownLinks: LinkWatch | undefined) {
    super(options, (family, link, deliver) => {
      return family === 4 ? new RawIpv4Endpoint(raw, link.name, deliver) : new RawIpv6Endpoint(raw, link.name, deliver)
    })
    this.#ownLinks = ownLinks
  }

  /**
   * Loads the package, which is an optional dependency.
   * @param options.links default: a {@link NodeLinkWatch} of its own, closed with the transport
   * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when it is not installed, was not compiled, or this is a worker
   * @example
   * const instance = new VrrpInstance({ interface: 'eth0', vrid: 51, transport: await RawSocketTransport.load(), … })
   */
  static async load(options: Partial<TransportOptions> = {}): Promise<RawSocketTransport> {
    // In a worker its sockets never hear anything, and the end of the worker is a crash.
    if (!isMainThread) throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'raw-socket works in the main thread only')
    let raw: RawSocketPackage
    try {
      const module: RawSocketPackage & { default?: RawSocketPackage } = await import('raw-socket')
      raw = module.default ?? module
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
      const message = `the package raw-socket does not load (npm install raw-socket needs a compiler): ${why}`
      throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', message, { cause })
    }
    const links = options.links ?? new NodeLinkWatch()
    return new RawSocketTransport(raw, { ...options, links }, options.links === undefined ? links : undefined)
  }

  override close(): void {
    super.close()
    this.#ownLinks?.close()
  }
}
