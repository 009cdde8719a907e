/**
 * The ports on Linux: sockets, addresses, links and time of this machine. Importing this loads no native code.
 * @module
 */
export { LinuxAddressManager } from './address-manager.ts'
export { type Alarm, SpinAlarm } from './alarm.ts'
export { closeBell, openBell, ringBell, silenceBell } from './bell.ts'
export {
  type Capability,
  capabilitiesLackingIn,
  lackingCapabilities,
  missingCapabilities,
  requireCapabilities,
} from './capabilities.ts'
export { ChannelTransport, type TransportOptions } from './channel-transport.ts'
export type { Deliver, Endpoint, EndpointContext, OpenEndpoint, Route } from './endpoint.ts'
export { LinuxIpvsKernel } from './ipvs-kernel.ts'
export { KernelSettings } from './kernel-settings.ts'
export { type LinkTable, LinuxLinkWatch } from './link-watch.ts'
export { MonotonicClock, type MonotonicClockOptions, monotonicNow } from './monotonic-clock.ts'
export { LinuxNetlinkSocket, type NetlinkSocketOptions } from './netlink-socket.ts'
export { inNetworkNamespace } from './network-namespace.ts'
export { LinuxPacketFilter, type QuietInterface } from './nf-packet-filter.ts'
export { PacketAnnouncer } from './packet-announcer.ts'
export { type CapturedFrame, PacketCapture, type PacketCaptureOptions } from './packet-capture.ts'
export { type LinuxPorts, linuxPorts, type PortsContext } from './ports.ts'
export { PpollReactor } from './ppoll-reactor.ts'
export { LinuxProcessEvents, type ProcessNews } from './process-events.ts'
export { mainReactor, type Reactor, type ReadableListener, type Watch, type WatchOptions } from './reactor.ts'
export { LinuxRouteManager } from './route-manager.ts'
export { type Scheduling, ThreadScheduling } from './scheduling.ts'
export { type ServiceEnvironment, type ServiceManager, serviceManager } from './service-manager.ts'
export { onSignal, SIGNAL_JSON } from './signal-watch.ts'
export { LinuxSocketOpener } from './socket-opener.ts'
export { openSyslog, type SyslogLevel } from './syslog.ts'
export { nameThread, threadName } from './thread-name.ts'
export { TimerfdAlarm } from './timerfd-alarm.ts'
export { LinuxVirtualMacs } from './virtual-mac-manager.ts'
