/**
 * Numbers of the IPVS family of generic netlink (linux/ip_vs.h of the kernel's uapi).
 */

/** Name of the family. */
export const IPVS_FAMILY = 'IPVS'
/** Version of the family. */
export const IPVS_VERSION = 1

/** Commands: what is asked, and what the answers call themselves. */
export const COMMAND = {
  newService: 1,
  setService: 2,
  deleteService: 3,
  getService: 4,
  newDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  getDestination: 8,
  newDaemon: 9,
  deleteDaemon: 10,
  getDaemon: 11,
  setConfig: 12,
  getConfig: 13,
  setInfo: 14,
  getInfo: 15,
  zero: 16,
  flush: 17,
} as const

/** Attributes of a message. */
export const TOP = { service: 1, destination: 2, daemon: 3, timeoutTcp: 4, timeoutTcpFin: 5, timeoutUdp: 6 } as const

/** Attributes of the answer to getInfo. */
export const INFO = { version: 1, connectionTableSize: 2 } as const

/** Attributes of a service. */
export const SERVICE = {
  family: 1,
  protocol: 2,
  address: 3,
  port: 4,
  fwmark: 5,
  scheduler: 6,
  flags: 7,
  timeout: 8,
  netmask: 9,
  statistics: 10,
  engine: 11,
  statistics64: 12,
} as const

/** Attributes of a destination. */
export const DESTINATION = {
  address: 1,
  port: 2,
  method: 3,
  weight: 4,
  upperThreshold: 5,
  lowerThreshold: 6,
  active: 7,
  inactive: 8,
  persistent: 9,
  statistics: 10,
  family: 11,
  statistics64: 12,
  tunnelType: 13,
  tunnelPort: 14,
  tunnelFlags: 15,
} as const

/** Attributes of a synchronisation daemon. */
export const DAEMON = {
  state: 1,
  interface: 2,
  syncId: 3,
  maxLength: 4,
  group: 5,
  group6: 6,
  port: 7,
  ttl: 8,
} as const

/** Flags of a service. */
export const FLAG = { persistent: 1, hashed: 2, onePacket: 4 } as const
/** The first of the scheduler's three flags, as a shift. */
export const SCHEDULER_FLAGS_SHIFT = 3

/** Transport protocols by name. */
export const PROTOCOL = { tcp: 6, udp: 17, sctp: 132 } as const
/** Ways to a destination. */
export const METHOD = { masq: 0, local: 1, tunnel: 2, droute: 3, bypass: 4 } as const
/** The bits of the way in the connection flags. */
export const METHOD_MASK = 7
/** Kinds of tunnels. */
export const TUNNEL = { ipip: 0, gue: 1, gre: 2 } as const
/** Checksums of tunnels. */
export const CHECKSUM = { nocsum: 0, csum: 1, remcsum: 2 } as const
/** The two daemons. */
export const DAEMON_STATE = { master: 1, backup: 2 } as const
