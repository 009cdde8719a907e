/**
 * What is checked and how, as plain data: the checkers of keepalived.conf's real_server (keepalived.conf(5), "CHECKER_TYPE").
 */
import type { Milliseconds } from '../time/index.ts'
import type { Pattern } from './pattern.ts'

/** How often, and how many failures count. Changing any of it does not touch the verdict. */
export interface CheckTiming {
  /** `delay_loop`: from the start of one look to the start of the next. Above 0. */
  readonly delayLoop: Milliseconds
  /** `retry`: failures in a row that are forgiven before the server is down; 0: none. */
  readonly retry: number
  /** `delay_before_retry`: from the end of a failed look that is forgiven to the next one. */
  readonly delayBeforeRetry: Milliseconds
  /** `warmup`: the first look is within this time, at a moment that depends on the seed and the id. 0: at once. */
  readonly warmup: Milliseconds
  /** `alpha`: down until a look succeeds. Otherwise up until one fails, and the very first failure then decides. */
  readonly alpha: boolean
  /** Tell each failed look of a server that is up (`log_all_failures`), beside the one that decides. Default false. */
  readonly logAllFailures?: boolean
  /** False: no look is taken, and the verdict stays (`ha_suspend`). Default true. */
  readonly enabled?: boolean
}

/** Where a look goes to, and how it leaves. */
export interface Target {
  /** `connect_ip`, else the real server's. Canonical text. */
  readonly address: string
  /** `connect_port`, else the real server's. PING_CHECK has no use for it. */
  readonly port: number
  /** `bindto` */
  readonly sourceAddress?: string
  /** `bind_port` */
  readonly sourcePort?: number
  /** `bind_if`: with a link-local address its zone; with any other the interface that is used (SO_BINDTODEVICE). */
  readonly interface?: string
  /** `fwmark`: SO_MARK of all that is sent. */
  readonly mark?: number
  /** `connect_timeout`: for connecting, and then for each silence of the server. Above 0. */
  readonly timeout: Milliseconds
}

interface CheckBase extends CheckTiming {
  /** Names the check among those that are applied together; chosen by the caller, stable from one `apply` to the next. */
  readonly id: string
}

interface ConnectingCheck extends CheckBase {
  readonly target: Target
}

/** TCP_CHECK: a connection can be made. */
export interface TcpCheck extends ConnectingCheck {
  readonly type: 'tcp'
}

/** One page of a {@link WebCheck}. All conditions that are given must hold. */
export interface Page {
  readonly path: string
  /** MD5 of the body, 32 hexadecimal digits: what genhash prints. */
  readonly digest?: string
  /** Ranges of status codes, both ends included. Default 200-299. */
  readonly statusCodes?: readonly (readonly [from: number, to: number])[]
  /** Host header, before that of the check. */
  readonly virtualHost?: string
  /** What the body must match, or must not. */
  readonly pattern?: Pattern
  /** A TLS connection that ends without close_notify is a failure. Default false. */
  readonly tlsCompliant?: boolean
}

/** `C`: with `Connection: close`; `K`: with `Connection: keep-alive`; 1.1 closes by itself. */
export type HttpProtocol = '1.0' | '1.0C' | '1.0K' | '1.1' | '1.1K'

/** What HTTP_GET and SSL_GET have in common. */
export interface WebCheck extends ConnectingCheck {
  /** Asked for in turn, one a look. Not empty. */
  readonly pages: readonly [Page, ...Page[]]
  /** Host header of pages that have none; default: address and port. */
  readonly virtualHost?: string
  /** Default 1.0. */
  readonly protocol?: HttpProtocol
  /** A server that comes back is asked for all its pages without waiting in between. Default false. */
  readonly fastRecovery?: boolean
}

/** HTTP_GET */
export interface HttpCheck extends WebCheck {
  readonly type: 'http'
}

/** The files of keepalived.conf's `SSL` block, in PEM. */
export interface TlsFiles {
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  /** Of the key. */
  readonly password?: string
  /** The server's certificate must lead to `ca`. keepalived never asks for that. Default false. */
  readonly verify?: boolean
}

/** SSL_GET */
export interface SslCheck extends WebCheck {
  readonly type: 'ssl'
  /** The server name that is sent: `sni_name`, or with `enable_sni` the Host header. Absent: none. */
  readonly serverName?: string
  readonly tls?: TlsFiles
}

/** UDP_CHECK */
export interface UdpCheck extends ConnectingCheck {
  readonly type: 'udp'
  /** What is sent; default: 16 random bytes. */
  readonly payload?: Uint8Array
  /** Absent: silence is success, and only an ICMP error is failure. */
  readonly reply?: {
    /** What must come back; compared as far as both go. */
    readonly data?: Uint8Array
    /** Bits of `data` that are compared; default: all. As long as `data`. */
    readonly mask?: Uint8Array
    /** Default 0. */
    readonly minimumLength?: number
    /** Default 255. */
    readonly maximumLength?: number
  }
}

/** DNS_CHECK */
export interface DnsCheck extends ConnectingCheck {
  readonly type: 'dns'
  /** Default SOA. */
  readonly recordType?: DnsRecordType
  /** Default `.`. */
  readonly name?: string
}

/** Record types that DNS_CHECK can ask for. */
export type DnsRecordType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'MX' | 'TXT' | 'AAAA' | 'RRSIG' | 'DNSKEY'

/** SMTP_CHECK: greeting, HELO, QUIT. */
export interface SmtpCheck extends ConnectingCheck {
  readonly type: 'smtp'
  /** Default smtpchecker.keepalived.org. */
  readonly heloName?: string
  /** All of these in turn, instead of `target` (`host { … }`). */
  readonly hosts?: readonly Target[]
}

/** PING_CHECK: an echo comes back. */
export interface PingCheck extends ConnectingCheck {
  readonly type: 'ping'
}

/** MISC_CHECK: a program that exits with 0. */
export interface MiscCheck extends CheckBase {
  readonly type: 'misc'
  /** Program and arguments; not empty. */
  readonly arguments: readonly string[]
  readonly user?: string
  readonly group?: string
  /** `misc_timeout`. Above 0. */
  readonly timeout: Milliseconds
  /** Exit codes 2-255 are success too, and set the weight to the code less 2. Default false. */
  readonly dynamic?: boolean
}

/** FILE_CHECK: the number in a tracked file, read at each look; who watches the file calls `Monitor.hurry` when it changes. */
export interface FileCheck extends CheckBase {
  readonly type: 'file'
  readonly path: string
  /** 0: any number but 0 is failure. Else number × weight is added to the server's weight, and -65535 or less is failure. */
  readonly weight: number
  /** With weight 0: the number 0 is failure. Else the product is subtracted. Default false. */
  readonly reverse?: boolean
}

/** One check of one server. */
export type CheckSpecification =
  | TcpCheck
  | HttpCheck
  | SslCheck
  | UdpCheck
  | DnsCheck
  | SmtpCheck
  | PingCheck
  | MiscCheck
  | FileCheck
