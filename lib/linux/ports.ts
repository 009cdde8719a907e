/**
 * All ports of a virtual router on this machine, made and closed together.
 */

import type { Ports } from '../instance/ports.ts'
import type { Clock } from '../time/index.ts'
import { LinuxAddressManager } from './address-manager.ts'
import { ChannelTransport } from './channel-transport.ts'
import { Ipv4Endpoint } from './ipv4-endpoint.ts'
import { Ipv6Endpoint } from './ipv6-endpoint.ts'
import { LinuxLinkWatch } from './link-watch.ts'
import { MessageBatch } from './message-batch.ts'
import { MonotonicClock, monotonicNow } from './monotonic-clock.ts'
import { PacketAnnouncer } from './packet-announcer.ts'
import { mainReactor } from './reactor.ts'
import { LinuxRouteManager } from './route-manager.ts'
import { TimerfdAlarm } from './timerfd-alarm.ts'

/** The ports of Linux, with the clock. */
export interface LinuxPorts extends Ports {
  readonly clock: Clock
  readonly routeManager: LinuxRouteManager
  /** Closes all of them. Addresses stay as they are. */
  close(): void
}

/**
 * Opens the ports of this machine's network namespace.
 * @example
 * const ports = linuxPorts()
 * const channel = ports.transport.open(
 *   { interface: 'eth0', family: 4, vrid: 51, destination: { type: 'multicast', group: '224.0.0.18' } },
 *   (message, ip) => console.log(ip.source, message),
 * )
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when this is not Linux or a worker, `ERR_CAPABILITY` without CAP_NET_RAW
 * @throws SystemError
 */
export function linuxPorts(): LinuxPorts {
  const reactor = mainReactor()
  const opened: { close(): void }[] = []
  const close = () => {
    for (const port of opened.toReversed()) port.close()
    opened.length = 0
  }
  const keep = <T extends { close(): void }>(port: T): T => {
    opened.push(port)
    return port
  }
  try {
    const clock = keep(new MonotonicClock(new TimerfdAlarm(reactor, monotonicNow)))
    const links = keep(new LinuxLinkWatch(reactor))
    const addressManager = keep(new LinuxAddressManager(links))
    const routeManager = keep(new LinuxRouteManager(links))
    const announcer = keep(new PacketAnnouncer(links))
    const ipv4 = new MessageBatch(false)
    const ipv6 = new MessageBatch(true)
    const transport = keep(
      new ChannelTransport(
        { links, isVirtual: (address, interfaceName) => addressManager.holds(address, interfaceName) },
        (family, link, deliver) =>
          family === 4
            ? new Ipv4Endpoint(link, deliver, reactor, ipv4)
            : new Ipv6Endpoint(link, deliver, reactor, ipv6),
      ),
    )
    return { clock, links, addressManager, routeManager, announcer, transport, close }
  } catch (error) {
    close()
    throw error
  }
}
