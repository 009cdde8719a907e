/**
 * The ports on Linux: sockets, addresses, links and time of this machine. Importing this loads no native code.
 * @module
 */
export { LinuxAddressManager } from './address-manager.ts'
export { type Alarm, SpinAlarm } from './alarm.ts'
export {
  type Capability,
  capabilitiesLackingIn,
  lackingCapabilities,
  missingCapabilities,
  requireCapabilities,
} from './capabilities.ts'
export { ChannelTransport, type TransportOptions } from './channel-transport.ts'
export type { Deliver, Endpoint, OpenEndpoint, Route } from './endpoint.ts'
export { type LinkTable, LinuxLinkWatch } from './link-watch.ts'
export { MonotonicClock, monotonicNow } from './monotonic-clock.ts'
export { LinuxNetlinkSocket, type NetlinkSocketOptions } from './netlink-socket.ts'
export { PacketAnnouncer } from './packet-announcer.ts'
export { type CapturedFrame, PacketCapture, type PacketCaptureOptions } from './packet-capture.ts'
export { type LinuxPorts, linuxPorts } from './ports.ts'
export { LinuxProcessEvents, type ProcessNews } from './process-events.ts'
export { mainReactor, type Reactor, type ReadableListener, type Watch, type WatchOptions } from './reactor.ts'
export { LinuxRouteManager } from './route-manager.ts'
export { type ServiceEnvironment, type ServiceManager, serviceManager } from './service-manager.ts'
export { onSignal, SIGNAL_JSON } from './signal-watch.ts'
export { LinuxSocketOpener } from './socket-opener.ts'
export { openSyslog, type SyslogLevel } from './syslog.ts'
export { TimerfdAlarm } from './timerfd-alarm.ts'
