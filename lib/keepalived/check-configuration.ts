/**
 * The checkers of real servers as typed data: defaults applied, times in milliseconds, addresses canonical.
 * keepalived.conf(5), "Virtual server(s)".
 */
import type { Milliseconds } from '../time/units.ts'
import type { ScriptCommand } from './script-command.ts'
import type { Sourced } from './sourced.ts'

/** When a checker runs, and how many failures count. */
export interface CheckTiming {
  /** Between checks (`delay_loop`). */
  readonly interval: Milliseconds
  /** Further checks of a server that is up after one that failed, until it counts as down. */
  readonly retry: number
  readonly delayBeforeRetry: Milliseconds
  /** The first check comes after a random time up to this. */
  readonly warmup: Milliseconds
  /** The server counts as down until this check succeeds. */
  readonly alpha: boolean
  /** Log each failed check, and not the changes alone. */
  readonly logAllFailures: boolean
}

/** Where a checker connects to, and from where. */
export interface CheckConnection {
  /** The real server's, unless `connect_ip` says another. */
  readonly address: string
  /** The real server's, unless `connect_port` says another. 0: none is known; only a ping does without. */
  readonly port: number
  /** Source address (`bindto`). */
  readonly source?: string
  readonly sourcePort?: number
  /** `bind_if` */
  readonly interface?: string
  /** Firewall mark of what is sent. */
  readonly mark?: number
  readonly timeout: Milliseconds
}

/** Codes from `first` to `last`, both included. */
export interface StatusRange {
  readonly first: number
  readonly last: number
}

/** A page that is asked for. */
export interface UrlConfiguration extends Sourced {
  readonly path: string
  /** MD5 of the body, lower-case hexadecimal. */
  readonly digest?: string
  /** Codes that count as success; default 200-299. */
  readonly status: readonly StatusRange[]
  /** Host header; absent: address and port of the server. */
  readonly virtualHost?: string
  /** What the body must match, or with `negated` must not. */
  readonly regex?: RegexConfiguration
  /** A TLS connection that ends without notice is a failure. */
  readonly tlsCompliant: boolean
}

/** A PCRE2 expression for the body of an answer. */
export interface RegexConfiguration {
  readonly pattern: string
  readonly negated: boolean
  /** `caseless`, `dotall` …: names of regex_options. */
  readonly options: readonly string[]
  /** Where the match may start, octets. */
  readonly minOffset: number
  /** Where it must have started, octets. Absent: anywhere. */
  readonly maxOffset?: number
}

/** A checker of a real server. */
export type CheckConfiguration = Sourced &
  CheckTiming &
  (
    | { readonly type: 'tcp' | 'ping'; readonly connection: CheckConnection }
    | HttpCheckConfiguration
    | {
        readonly type: 'udp'
        readonly connection: CheckConnection
        /** What is sent, hexadecimal. Absent: something random. */
        readonly payload?: string
        /** What must come back; `x` is any half octet. `''`: anything. Absent: nothing has to. */
        readonly reply?: string
        /** Octets of the reply. */
        readonly minReplyLength: number
        readonly maxReplyLength: number
      }
    | {
        readonly type: 'dns'
        readonly connection: CheckConnection
        readonly recordType: string
        readonly name: string
      }
    | { readonly type: 'smtp'; readonly connection: CheckConnection; readonly heloName: string }
    | {
        readonly type: 'misc'
        readonly command: ScriptCommand
        readonly timeout: Milliseconds
        /** Exit codes from 2 on set the weight. */
        readonly dynamic: boolean
      }
    | {
        readonly type: 'file'
        /** Name of a track_file. */
        readonly file: string
        /** By which its number is multiplied; 0: a number that is not 0 is a failure. */
        readonly weight: number
        readonly reverse: boolean
      }
  )

/** HTTP_GET and SSL_GET. */
export interface HttpCheckConfiguration {
  readonly type: 'http'
  readonly connection: CheckConnection
  readonly tls: boolean
  /** At least one; they are asked for in turn. */
  readonly urls: readonly UrlConfiguration[]
  /** `1.0C` is 1.0 with `Connection: close`. */
  readonly protocol: '1.0' | '1.0C' | '1.1'
  /** Send the server name: this one, or the host of the url (`''`). Absent: none is sent. */
  readonly sni?: string
  /** All urls at once when it comes back, without waiting for the interval in between. */
  readonly fastRecovery: boolean
}
