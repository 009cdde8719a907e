/**
 * All ports of a virtual router on this machine, made and closed together.
 */

import type { Ports } from '../instance/ports.ts'
import type { Clock } from '../time/index.ts'
import { LinuxAddressManager } from './address-manager.ts'
import type { Alarm } from './alarm.ts'
import { ChannelTransport } from './channel-transport.ts'
import { Ipv4Endpoint } from './ipv4-endpoint.ts'
import { Ipv4Sender } from './ipv4-sender.ts'
import { Ipv6Endpoint } from './ipv6-endpoint.ts'
import { Ipv6Sender } from './ipv6-sender.ts'
import { LinuxLinkWatch } from './link-watch.ts'
import { MessageBatch } from './message-batch.ts'
import { MonotonicClock, monotonicNow } from './monotonic-clock.ts'
import { LinuxPacketFilter } from './nf-packet-filter.ts'
import { PacketAnnouncer } from './packet-announcer.ts'
import { mainReactor, type Reactor } from './reactor.ts'
import { LinuxRouteManager } from './route-manager.ts'
import { SendBatch } from './send-batch.ts'
import { TimerfdAlarm } from './timerfd-alarm.ts'
import { LinuxVirtualMacs } from './virtual-mac-manager.ts'
import { VirtualMacTap } from './virtual-mac-tap.ts'

/** The ports of Linux, with the clock. */
export interface LinuxPorts extends Ports {
  readonly clock: Clock
  readonly routeManager: LinuxRouteManager
  readonly virtualMacs: LinuxVirtualMacs
  readonly packetFilter: LinuxPacketFilter
  /** Closes all of them. Addresses stay as they are. */
  close(): void
}

/** What the ports of a thread stand on. */
export interface PortsContext {
  readonly reactor: Reactor
  readonly alarm: Alarm
}

/**
 * Opens the ports of this machine's network namespace.
 * @param context Default: the event loop of the main thread. A worker gives a {@link PpollReactor}.
 * @example
 * const ports = linuxPorts()
 * const channel = ports.transport.open(
 *   { interface: 'eth0', family: 4, vrid: 51, destination: { type: 'multicast', group: '224.0.0.18' } },
 *   (message, ip) => console.log(ip.source, message),
 * )
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when this is not Linux, or a worker and no context is given;
 * `ERR_CAPABILITY` without CAP_NET_RAW
 * @throws SystemError
 */
export function linuxPorts(context: PortsContext = mainContext()): LinuxPorts {
  const { reactor } = context
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
    const clock = keep(new MonotonicClock(context.alarm, { together: work => transport.batch(work) }))
    const links = keep(new LinuxLinkWatch(reactor))
    const addressManager = keep(new LinuxAddressManager(links))
    const routeManager = keep(new LinuxRouteManager(links, reactor))
    const packetFilter = keep(new LinuxPacketFilter(links))
    const virtualMacs = keep(new LinuxVirtualMacs(links, packetFilter))
    const announcer = keep(new PacketAnnouncer(links))
    // A megabyte of buffers, for whoever opens a channel.
    const outbox = once(() => new SendBatch())
    const ipv4 = once(() => ({ reactor, outbox: outbox(), inbox: new MessageBatch() }))
    const ipv6 = once(() => ({ reactor, outbox: outbox(), inbox: new MessageBatch() }))
    const transport = keep(
      new ChannelTransport(
        {
          links,
          isVirtual: (address, interfaceName) => addressManager.holds(address, interfaceName),
          flush: () => outbox().flush(),
          virtualMac: {
            openSender: (family, link) =>
              family === 4 ? new Ipv4Sender(link, outbox()) : new Ipv6Sender(link, outbox()),
            openTap: (family, link, deliver) => new VirtualMacTap(family, link, deliver, ipv4()),
          },
        },
        (family, link, deliver) =>
          family === 4 ? new Ipv4Endpoint(link, deliver, ipv4()) : new Ipv6Endpoint(link, deliver, ipv6()),
      ),
    )
    return { clock, links, addressManager, routeManager, announcer, transport, virtualMacs, packetFilter, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Made when it is first needed. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function mainContext(): PortsContext {
  const reactor = mainReactor()
  return { reactor, alarm: new TimerfdAlarm(reactor, monotonicNow) }
}
