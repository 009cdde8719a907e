/**
 * virtual_server and what belongs to it, as typed data: defaults applied and inherited, times in milliseconds, addresses
 * canonical. keepalived.conf(5), "LVS configuration". What keepalived corrects by itself is corrected here.
 */
import type { IpFamily } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import type { CheckConfiguration } from './check-configuration.ts'
import type { ScriptCommand } from './script-command.ts'
import type { Sourced } from './sourced.ts'

/** Everything that concerns LVS. */
export interface LvsConfiguration {
  readonly virtualServers: readonly VirtualServerConfiguration[]
  readonly syncDaemon?: SyncDaemonConfiguration
  /** Of connections; what is absent stays as the kernel has it. */
  readonly timeouts?: LvsTimeouts
  /** lvs_flush: empty the table at start. */
  readonly flush: boolean
  /** lvs_flush_on_stop: empty the whole table at the end, or remove the own services without their servers first. */
  readonly flushOnStop?: 'all' | 'services'
  /** Tell of the first state of real servers too (rs_init_notifies). */
  readonly initialNotifications: boolean
  /** Mail about each check of a server, and not its changes alone. `no_checker_emails`: false. */
  readonly checkMails: boolean
  /** Client certificate and authorities of SSL_GET. */
  readonly tls?: TlsConfiguration
}

/** `SSL { … }` */
export interface TlsConfiguration {
  /** Files. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  /** Of the key. Never printed. */
  readonly password?: string
}

/** lvs_timeouts. */
export interface LvsTimeouts {
  readonly tcp?: Milliseconds
  readonly tcpFin?: Milliseconds
  readonly udp?: Milliseconds
}

/** lvs_sync_daemon. */
export interface SyncDaemonConfiguration extends Sourced {
  readonly interface: string
  /** The VRRP instance whose state it follows. Absent: both daemons run all the time. */
  readonly instance?: string
  /** 0..255 */
  readonly id: number
  /** Octets of a packet. Absent: what the MTU allows. */
  readonly maxLength?: number
  readonly port?: number
  readonly ttl?: number
  readonly group?: string
}

/** How packets reach a server. */
export type ForwardingConfiguration =
  | { readonly type: 'nat' }
  | { readonly type: 'dr' }
  | { readonly type: 'tunnel'; readonly tunnel: 'ipip' }
  | { readonly type: 'tunnel'; readonly tunnel: 'gue'; readonly port: number; readonly checksum: TunnelChecksum }
  | { readonly type: 'tunnel'; readonly tunnel: 'gre'; readonly checksum: Exclude<TunnelChecksum, 'remcsum'> }

/** Checksum of the outer packet. */
export type TunnelChecksum = 'nocsum' | 'csum' | 'remcsum'

/** IPVS schedulers. */
export const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'mh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'twos',
] as const

/** An IPVS scheduler. */
export type Scheduler = (typeof SCHEDULERS)[number]

/** Flags of schedulers: those of sh and mh by name, else by number. */
export type SchedulerFlag = 'flag-1' | 'flag-2' | 'flag-3' | 'sh-port' | 'sh-fallback' | 'mh-port' | 'mh-fallback'

/** What the packets of a virtual server are told by. */
export type VirtualServerTarget =
  /** Port 0: all ports. `count`: so many addresses from this one on, each a service of its own; absent: it alone. */
  | { readonly type: 'address'; readonly address: string; readonly count?: number; readonly port: number }
  | { readonly type: 'mark'; readonly mark: number; readonly family: IpFamily }

/** A client stays with its server. */
export interface PersistenceConfiguration {
  readonly timeout: Milliseconds
  /** Length of the prefix that counts as one client. */
  readonly prefixLength: number
  readonly engine?: string
}

/** virtual_server. */
export interface VirtualServerConfiguration extends Sourced {
  /** As keepalived calls it: `[192.0.2.1]:tcp:80`, `FWM 1`, `[GROUP]:0`. */
  readonly name: string
  /** One, or those of its group. */
  readonly targets: readonly VirtualServerTarget[]
  readonly family: IpFamily
  /** Absent: its packets are told by marks alone. */
  readonly protocol?: 'tcp' | 'udp' | 'sctp'
  readonly scheduler: Scheduler
  readonly flags: readonly SchedulerFlag[]
  /** Each datagram is scheduled by itself. */
  readonly onePacket: boolean
  readonly persistence?: PersistenceConfiguration
  /** Weight that must be alive. */
  readonly quorum: number
  /** Slack around it, less than the quorum. */
  readonly hysteresis: number
  readonly quorumUp?: ScriptCommand
  readonly quorumDown?: ScriptCommand
  /** At the end, tell as if all servers went down. */
  readonly omega: boolean
  /** No checks while the address is not here. */
  readonly haSuspend: boolean
  readonly smtpAlert: boolean
  readonly sorryServer?: SorryServerConfiguration
  /** At least one. */
  readonly servers: readonly RealServerConfiguration[]
}

/** sorry_server. */
export interface SorryServerConfiguration {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly forwarding: ForwardingConfiguration
  /** In the table with weight 0 while it is not needed. */
  readonly inhibit: boolean
}

/** real_server. */
export interface RealServerConfiguration extends Sourced {
  /** As keepalived calls it: `[192.0.2.8]:tcp:80`. */
  readonly name: string
  readonly address: string
  /** 0: that of the packet. */
  readonly port: number
  readonly weight: number
  readonly forwarding: ForwardingConfiguration
  /** Most connections; 0: no limit. */
  readonly upperThreshold: number
  readonly lowerThreshold: number
  /** Weight 0 instead of removal. */
  readonly inhibitOnFailure: boolean
  readonly notifyUp?: ScriptCommand
  readonly notifyDown?: ScriptCommand
  readonly smtpAlert: boolean
  /** None: it counts as up. */
  readonly checks: readonly CheckConfiguration[]
}
