/**
 * What the kernel's table can be told, as data. The commands of ipvsadm(8) by longer names.
 */
import type { CompleteSyncDaemon } from './complete-daemon.ts'
import { type Destination, type DestinationKey, formatDestinationKey } from './destination.ts'
import type { Service } from './service.ts'
import { formatServiceKey, type ServiceKey } from './service-key.ts'
import type { SyncDaemonState } from './sync-daemon.ts'
import type { Timeouts } from './timeouts.ts'

/** A command about one service. Editing replaces all settings at once, and keeps the connections. */
export type ServiceCommand =
  | { readonly type: 'add-service' | 'edit-service'; readonly service: Service }
  | { readonly type: 'delete-service'; readonly service: ServiceKey }

/** A command about one destination. Editing replaces all settings at once, and keeps the connections. */
export type DestinationCommand =
  | {
      readonly type: 'add-destination' | 'edit-destination'
      readonly service: ServiceKey
      readonly destination: Destination
    }
  | { readonly type: 'delete-destination'; readonly service: ServiceKey; readonly destination: DestinationKey }

/** A command that changes something. */
export type IpvsCommand =
  | ServiceCommand
  | DestinationCommand
  /** Sets the counters of a service, or of all, to 0. */
  | { readonly type: 'zero'; readonly service?: ServiceKey }
  /** Deletes all services. */
  | { readonly type: 'flush' }
  | { readonly type: 'start-daemon'; readonly daemon: CompleteSyncDaemon }
  | { readonly type: 'stop-daemon'; readonly state: SyncDaemonState }
  | { readonly type: 'set-timeouts'; readonly timeouts: Partial<Timeouts> }

/** `add-destination 192.0.2.10:80 of tcp 192.0.2.1:80` */
export function describeCommand(command: IpvsCommand): string {
  switch (command.type) {
    case 'add-service':
    case 'edit-service':
    case 'delete-service':
      return `${command.type} ${formatServiceKey(command.service)}`
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      return `${command.type} ${formatDestinationKey(command.destination)} of ${formatServiceKey(command.service)}`
    case 'zero':
      return command.service === undefined ? 'zero' : `zero ${formatServiceKey(command.service)}`
    case 'start-daemon':
      return `start-daemon ${command.daemon.state} ${command.daemon.interface}`
    case 'stop-daemon':
      return `stop-daemon ${command.state}`
    default:
      return command.type
  }
}
