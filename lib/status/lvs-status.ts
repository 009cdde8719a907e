/**
 * What a running load balancer tells of itself, as plain data: a part of the status document.
 */

/** Virtual servers and what is behind them. */
export interface LvsStatus {
  /** Why there is no LVS, although the configuration asks for it. */
  readonly unavailable?: string
  readonly 'virtual-servers': readonly VirtualServerStatus[]
}

/** A virtual server. */
export interface VirtualServerStatus {
  /** As in keepalived's log: `[192.0.2.1]:tcp:80`. */
  readonly name: string
  /** Services that it is in the kernel: `tcp 192.0.2.1:80`. */
  readonly services: readonly string[]
  readonly scheduler: string
  /** Weight that must be alive, and the slack on both sides of it. */
  readonly quorum: number
  readonly hysteresis: number
  readonly 'alive-weight': number
  readonly 'quorum-up': boolean
  readonly 'sorry-server'?: { readonly name: string; readonly active: boolean }
  readonly 'real-servers': readonly RealServerStatus[]
}

/** A real server. */
export interface RealServerStatus {
  readonly name: string
  readonly state: 'up' | 'down'
  /** As configured. */
  readonly weight: number
  /** With what its checks say of it. */
  readonly 'effective-weight': number
  readonly checks: readonly CheckStatus[]
}

/** A check of a real server. */
export interface CheckStatus {
  /** `tcp`, `http`, `ssl`, `udp`, `dns`, `smtp`, `misc`, `ping`, `file`. */
  readonly type: string
  readonly verdict: 'up' | 'down'
  /** False: nothing is known yet, the verdict is an assumption. */
  readonly proven: boolean
  /** When the verdict last changed. */
  readonly since: string
  /** How often it looked, and how often that failed. */
  readonly looks: number
  readonly failures: number
  /** Why it failed last, however long ago. */
  readonly 'last-failure'?: string
  /** How long the last look took, milliseconds. */
  readonly 'last-duration'?: number
}
