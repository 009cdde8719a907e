/**
 * Faults in words, for logs and status.
 */
import type { Fault } from './event.ts'

/** A fault in a few words. */
export function describeFault(fault: Fault): string {
  switch (fault.type) {
    case 'interface-missing':
      return `interface ${fault.interface} does not exist`
    case 'interface-down':
      return `interface ${fault.interface} down`
    case 'no-primary-address':
      return `no usable address for interface ${fault.interface}`
    case 'no-peer':
      return 'no unicast peer'
    case 'tracker':
      return `tracked ${fault.kind} ${fault.name} failing`
    case 'addresses':
      return `addresses refused: ${fault.message}`
    case 'transport':
      return `transport: ${fault.message}`
    case 'sync-group':
      return `another member of sync group ${fault.group} has a fault`
  }
}
