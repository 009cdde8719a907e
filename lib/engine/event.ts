/**
 * What an engine tells, as plain data. Every event carries the instant and the instance it is about.
 */
import type { VirtualAddress } from '../instance/ports.ts'
import type { Notice, RouterState, TransitionReason } from '../machine/index.ts'
import type { ChecksumForm, ReceiveError } from '../packet/index.ts'
import type { Milliseconds } from '../time/units.ts'

/** Why an instance cannot run: `initialize` with one or more of these is keepalived's FAULT. */
export type Fault =
  | { readonly type: 'interface-missing'; readonly interface: string }
  | { readonly type: 'interface-down'; readonly interface: string }
  | { readonly type: 'no-primary-address'; readonly interface: string }
  | { readonly type: 'tracker'; readonly kind: 'script' | 'interface' | 'file' | 'process'; readonly name: string }
  | { readonly type: 'addresses'; readonly message: string }
  | { readonly type: 'transport'; readonly message: string }
  | { readonly type: 'sync-group'; readonly group: string }

/** What happened to one instance. */
export type InstanceEvent =
  | {
      readonly type: 'transition'
      readonly from: RouterState
      readonly to: RouterState
      readonly reason: TransitionReason
      /** Effective priority now. */
      readonly priority: number
      /** The other router that this is about, if there is one. */
      readonly peer?: { readonly address: string; readonly priority: number }
    }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'advertisement-sent'; readonly priority: number }
  | {
      readonly type: 'advertisement-received'
      readonly source: string
      readonly priority: number
      readonly checksumForm: ChecksumForm
    }
  | {
      readonly type: 'advertisement-refused'
      readonly source: string
      readonly reason: ReceiveError
      readonly message: string
    }
  /** The desired set changed: `present` addresses are being put on, or taken off. */
  | { readonly type: 'addresses'; readonly present: boolean; readonly addresses: readonly VirtualAddress[] }
  /** One frame announced one address. */
  | {
      readonly type: 'announced'
      readonly address: string
      readonly interface: string
      readonly cause: 'takeover' | 'lower-priority-advertisement' | 'delayed' | 'refresh'
    }
  | { readonly type: 'fault'; readonly fault: Fault; readonly count: number }
  | { readonly type: 'fault-cleared'; readonly fault: Fault; readonly count: number }

/** An {@link InstanceEvent} with its place and time. */
export type EngineEvent = InstanceEvent & {
  /** The engine's clock. */
  readonly at: Milliseconds
  readonly instance: string
}
