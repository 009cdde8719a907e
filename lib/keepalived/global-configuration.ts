/**
 * global_defs as typed data: what is said of the process as a whole.
 */
import type { Milliseconds } from '../time/units.ts'
import type { ScriptCommand } from './script-command.ts'
import type { Sourced } from './sourced.ts'

/** global_defs. */
export interface GlobalConfiguration extends Sourced {
  /** Absent: the host name. */
  readonly routerId?: string
  /** Mail settings; mail is sent only with recipients and a server. */
  readonly mail: MailConfiguration
  readonly multicastGroup4: string
  readonly multicastGroup6: string
  readonly strict: boolean
  /** Who executes scripts. Absent: keepalived_script if that user exists, else root. */
  readonly scriptUser?: { readonly user: string; readonly group?: string }
  /** A line about each virtual router that is heard and not configured. Absent: no. */
  readonly logUnknownVrids?: true
  readonly scriptSecurity: boolean
  /** Executed before everything else, at the start of the process alone. Absent: nothing is. */
  readonly startupScript?: LifeScriptConfiguration
  /** Executed after everything else. Absent: nothing is. */
  readonly shutdownScript?: LifeScriptConfiguration
  /** notify_fifo, vrrp_notify_fifo and lvs_notify_fifo. Absent: none. */
  readonly fifos?: readonly FifoConfiguration[]
  /** From the start of the process until instances begin. */
  readonly startupDelay: Milliseconds
  /** The same from the start of the machine. Absent: no. */
  readonly delayAfterBoot?: Milliseconds
  /** The kernel reports no membership in groups of the link. Absent: it does as it is set. */
  readonly disableLocalIgmp?: true
  /** Name of the process, as ps(1) shows it. Absent: as it was started. */
  readonly processName?: string
  /** nftables, nftables_priority, nftables_counters: how packets are dropped. Absent: nothing of them. */
  readonly packetFilter?: PacketFilterConfiguration
  /** vrrp_priority, vrrp_rt_priority, vrrp_rlimit_rttime, vrrp_cpu_affinity. Absent: nothing of them. */
  readonly scheduling?: EngineSchedulingConfiguration
}

/** startup_script or shutdown_script. */
export interface LifeScriptConfiguration {
  readonly command: ScriptCommand
  /** Then it is ended. */
  readonly timeout: Milliseconds
}

/** The table of nf_tables that drops packets. */
export interface PacketFilterConfiguration {
  readonly table?: string
  /** Of its chains. */
  readonly priority?: number
  /** Its rules count. */
  readonly counters?: true
}

/** How the thread of the virtual routers is to be scheduled. */
export interface EngineSchedulingConfiguration {
  /** Nice value, -20 to 19. */
  readonly nice?: number
  /** Name of the thread, as ps(1) shows it. */
  readonly name?: string
  /** 1-99. */
  readonly realTimePriority?: number
  /** Microseconds that it may compute without waiting once; it is there with a real-time priority only. */
  readonly realTimeLimit?: number
  /** Numbers of processors. */
  readonly cpus?: readonly number[]
}

/** Who gets mail, and how. */
export interface MailConfiguration {
  readonly recipients: readonly string[]
  readonly sender?: string
  readonly server?: { readonly host: string; readonly port: number }
  readonly heloName?: string
  readonly connectTimeout: Milliseconds
  /** `no_email_faults`: false. Absent: mail about faults is sent too. */
  readonly faults?: false
}

/** A named pipe that changes are written to. */
export interface FifoConfiguration {
  readonly path: string
  /** What is written: instances and groups, or virtual and real servers. Absent: both. */
  readonly only?: 'vrrp' | 'lvs'
  /** Who owns it when it is made. */
  readonly user?: string
  readonly group?: string
  /** Reads it; gets its path as the last argument. */
  readonly script?: ScriptCommand
}
