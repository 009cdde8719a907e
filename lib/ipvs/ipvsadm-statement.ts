/**
 * What a line of ipvsadm(8)'s text says, as a value.
 */
import type { CompleteSyncDaemon } from './complete-daemon.ts'
import type { Destination, DestinationKey } from './destination.ts'
import type { Service } from './service.ts'
import type { ServiceKey } from './service-key.ts'
import type { SyncDaemonState } from './sync-daemon.ts'
import type { Timeouts } from './timeouts.ts'

/** Where a statement is in its text. */
export interface TextPlace {
  /** From 1. */
  readonly line: number
  /** From 1; of the option that says what it is about. */
  readonly column: number
}

/** One command, its values checked and complete. */
export type IpvsadmStatement = TextPlace &
  (
    | { readonly command: 'add-service' | 'edit-service'; readonly service: Service }
    | { readonly command: 'delete-service'; readonly service: ServiceKey }
    | {
        readonly command: 'add-server' | 'edit-server'
        readonly service: ServiceKey
        readonly destination: Destination
      }
    | { readonly command: 'delete-server'; readonly service: ServiceKey; readonly destination: DestinationKey }
    | { readonly command: 'clear' }
    /** Without a service: of all. */
    | { readonly command: 'zero'; readonly service: ServiceKey | undefined }
    | { readonly command: 'set'; readonly timeouts: Partial<Timeouts> }
    | { readonly command: 'start-daemon'; readonly daemon: CompleteSyncDaemon }
    | { readonly command: 'stop-daemon'; readonly state: SyncDaemonState }
  )
