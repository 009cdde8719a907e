/**
 * A virtual server as its reducer sees it: what it is in the kernel, which checks decide about which server, how much must
 * be alive. keepalived.conf(5), "Virtual server(s)".
 */
import type { DestinationOptions } from '../ipvs/destination.ts'
import type { ServiceOptions } from '../ipvs/service.ts'

/** A server behind a virtual server. */
export interface RealServer {
  /** Tells it from others of the same virtual server, in log lines too: `[192.0.2.8]:tcp:80`. */
  readonly name: string
  /** Its entry in the table, with the configured weight. */
  readonly destination: DestinationOptions
  /** While it is down it stays with weight 0, and keeps its connections. */
  readonly inhibitOnFailure: boolean
  /** All of them must be well. None: it is up for ever. */
  readonly checks: readonly ServerCheck[]
}

/** A check of a server. */
export interface ServerCheck {
  readonly id: string
  /** It counts as failed until it succeeds. */
  readonly alpha: boolean
}

/** Who answers when too few servers are alive. */
export interface SorryServer {
  readonly name: string
  readonly destination: DestinationOptions
  /** While it is not needed it stays with weight 0. */
  readonly inhibit: boolean
}

/** A virtual server: one or more services of the kernel with the same servers. */
export interface VirtualServer {
  /** Unique; in log lines: `[192.0.2.1]:tcp:80`. */
  readonly name: string
  /** Without their destinations. */
  readonly services: readonly ServiceOptions[]
  /** Weight that must be alive; at least 1 counts. */
  readonly quorum: number
  /** Slack on both sides of the quorum. */
  readonly hysteresis: number
  readonly sorryServer?: SorryServer
  readonly servers: readonly RealServer[]
  /** At the end, tell as if all servers went down. */
  readonly omega: boolean
  /** Tell of servers that are up from the start. */
  readonly initialNotifications: boolean
}
