/**
 * The settings of services and destinations in words, name by name: what plans show, and by what changes are found.
 */
import { type Destination, formatForward } from './destination.ts'
import type { Persistence, Service } from './service.ts'

/** Settings by name, as text. */
export type Described = Readonly<Record<string, string>>

/** All settings of a service beside its key. */
export function describeService({
  scheduler,
  schedulerFlags,
  persistence,
  persistenceEngine,
  onePacket,
}: Service): Described {
  return {
    scheduler: [scheduler, ...schedulerFlags].join(' '),
    persistence: persistence === false ? 'none' : `${persistence.timeout} s mask ${persistence.mask}`,
    engine: persistenceEngine === false ? 'none' : persistenceEngine,
    'one-packet': onePacket ? 'yes' : 'no',
  }
}

/** All settings of a destination beside its key. */
export function describeDestination({ forward, weight, upperThreshold, lowerThreshold }: Destination): Described {
  return { forward: formatForward(forward), weight: `${weight}`, thresholds: `${lowerThreshold}-${upperThreshold}` }
}

/** `weight 1 -> 5, forward masq -> droute`; empty when nothing differs. */
export function describeChanges(from: Described, to: Described): string {
  return Object.entries(to)
    .filter(([name, value]) => from[name] !== value)
    .map(([name, value]) => `${name} ${from[name]} -> ${value}`)
    .join(', ')
}

/** Whether two services have equal settings: quick, for tables of thousands. */
export function sameService(a: Service, b: Service): boolean {
  return (
    a.scheduler === b.scheduler &&
    a.onePacket === b.onePacket &&
    a.persistenceEngine === b.persistenceEngine &&
    a.schedulerFlags.join() === b.schedulerFlags.join() &&
    samePersistence(a.persistence, b.persistence)
  )
}

function samePersistence(a: Persistence | false, b: Persistence | false): boolean {
  if (a === false || b === false) return a === b
  return a.timeout === b.timeout && a.mask === b.mask
}

/** Whether two destinations have equal settings. */
export function sameDestination(a: Destination, b: Destination): boolean {
  return (
    a.weight === b.weight &&
    a.upperThreshold === b.upperThreshold &&
    a.lowerThreshold === b.lowerThreshold &&
    (a.forward === b.forward || formatForward(a.forward) === formatForward(b.forward))
  )
}
