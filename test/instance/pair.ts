/**
 * Two simulated hosts on one segment, with a virtual clock: where instances are tested without a kernel.
 */
import { VrrpInstance, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** A virtual router on host A and one on host B. */
export class Pair {
  readonly clock = new SimClock()
  readonly network = new MemoryNetwork({ clock: this.clock })
  readonly a = new MemoryHost(this.network, 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  readonly b = new MemoryHost(this.network, 'B', [{ name: 'eth0', addresses: ['192.0.2.11'] }])
  /** Everything both said, as `A active master-timeout`. */
  readonly log: string[] = []

  /** An instance on one of the hosts, on ports of its own. */
  instance(host: MemoryHost, options: Partial<VrrpInstanceOptions> = {}): VrrpInstance {
    const { transport, addressManager, announcer, links } = new MemoryPorts(host)
    const ports = { transport, addressManager, announcer, links, clock: this.clock }
    const instance = new VrrpInstance({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], ...ports, ...options })
    instance.on('transition', ({ to, reason }) => this.log.push(`${host === this.a ? 'A' : 'B'} ${to} ${reason}`))
    return instance
  }

  /** A of priority 100 and B of priority 95, started, with A active. */
  async elected(): Promise<[VrrpInstance, VrrpInstance]> {
    const a = this.instance(this.a)
    const b = this.instance(this.b, { priority: 95 })
    await a.start()
    await b.start()
    this.pass(4000)
    return [a, b]
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.clock.advance(milliseconds(this.clock.now() + ms))
  }

  /** Whether a host holds the virtual address. */
  holds(host: MemoryHost): boolean {
    return new MemoryPorts(host).links.get('eth0')?.addresses.includes('192.0.2.1') ?? false
  }
}
