/**
 * The kernel's connection synchronisation daemon. ipvsadm(8), `--start-daemon`.
 */

/** Which of the two daemons: the one that sends connections, or the one that takes them over. Both may run at once. */
export type SyncDaemonState = 'master' | 'backup'

/** A synchronisation daemon, complete. */
export interface SyncDaemon {
  readonly state: SyncDaemonState
  /** Interface of the multicast messages: it must be up and have an address. */
  readonly interface: string
  /** 0-255: only messages of this id are taken. */
  readonly syncId: number
  /** Octets of a message at most, 1-65507. */
  readonly maxLength: number
  /** Multicast group, IPv4 or IPv6. */
  readonly group: string
  /** UDP port, 1-65535. */
  readonly port: number
  /** TTL or hop limit, 1-255. */
  readonly ttl: number
}

/** A synchronisation daemon as it is given. */
export interface SyncDaemonOptions {
  readonly state: SyncDaemonState
  readonly interface: string
  /** Default 0. */
  readonly syncId?: number
  /** Default: what fits the interface's MTU. The kernel gives a backup 1024 at least. */
  readonly maxLength?: number
  /** Default 224.0.0.81. */
  readonly group?: string
  /** Default 8848. */
  readonly port?: number
  /** Default 1. */
  readonly ttl?: number
}
