/**
 * All ports of one program on a simulated host.
 */
import type { Ports } from '../instance/ports.ts'
import { MemoryAddressManager } from './memory-address-manager.ts'
import { MemoryAnnouncer } from './memory-announcer.ts'
import type { MemoryHost, Program } from './memory-host.ts'
import { MemoryLinkWatch } from './memory-link-watch.ts'
import { MemoryPacketFilter } from './memory-packet-filter.ts'
import { MemoryRouteManager } from './memory-route-manager.ts'
import { MemoryTransport } from './memory-transport.ts'
import { MemoryVirtualMacs } from './memory-virtual-macs.ts'

/**
 * A program's ports. It dies with `close()`, `host.end()` or `host.powerOff()`: from then on they do nothing.
 *
 * @example
 * const network = new MemoryNetwork({ clock })
 * const host = new MemoryHost(network, 'A', [{ name: 'eth0', addresses: ['192.0.2.1'] }])
 * const engine = new Engine({ clock, ports: new MemoryPorts(host) })
 */
export class MemoryPorts implements Ports, Program {
  readonly transport: MemoryTransport
  readonly addressManager: MemoryAddressManager
  readonly routeManager = new MemoryRouteManager()
  readonly announcer: MemoryAnnouncer
  readonly links: MemoryLinkWatch
  readonly virtualMacs: MemoryVirtualMacs
  readonly packetFilter = new MemoryPacketFilter()

  constructor(host: MemoryHost) {
    this.transport = new MemoryTransport(host)
    this.addressManager = new MemoryAddressManager(host)
    this.announcer = new MemoryAnnouncer(host)
    this.links = new MemoryLinkWatch(host)
    this.virtualMacs = new MemoryVirtualMacs(host)
    host.run(this)
  }

  close(): void {
    this.transport.close()
    this.addressManager.close()
    this.routeManager.close()
    this.announcer.close()
    this.links.close()
    this.virtualMacs.close()
    this.packetFilter.close()
  }
}
