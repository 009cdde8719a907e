/**
 * How long a virtual router may go without knowing that its interface is down. A backup that waits longer takes the
 * silence of a dead link for that of a dead router. keepalived.conf(5), interface_up_down_delays.
 */
import { skewTime } from '../machine/index.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'
import { interfacesOf } from './link-faults.ts'
import type { InstanceSnapshot } from './snapshot.ts'
import type { InstanceSpecification } from './specification.ts'

/** Whether a change of an interface concerns the instance. */
export function dependsOn(specification: InstanceSpecification, interfaceName: string): boolean {
  const tracked = specification.trackers.some(({ kind, name }) => kind === 'interface' && name === interfaceName)
  return tracked || interfacesOf(specification).has(interfaceName)
}

/**
 * One advert less than make a dead router, and less the skew of the best backup: what keepalived 2.2.7 was seen to cut
 * delays to.
 * @param activeInterval - of the active router. Default: our own
 */
export function longestSettling(
  { version, downTimerAdverts, interval }: Pick<InstanceSpecification, 'version' | 'downTimerAdverts' | 'interval'>,
  activeInterval = interval,
): Milliseconds {
  return milliseconds((downTimerAdverts - 1) * activeInterval - skewTime(version, 255, activeInterval))
}

/** Active_Adver_Interval of a router: its down interval without the skew is so many of them (RFC 9568 §6.1). */
export function activeInterval(
  { downTimerAdverts }: Pick<InstanceSpecification, 'downTimerAdverts'>,
  snapshot: Pick<InstanceSnapshot, 'master-down-interval' | 'skew-time'>,
): Milliseconds {
  return milliseconds((snapshot['master-down-interval'] * 10 - snapshot['skew-time'] / 1000) / downTimerAdverts)
}
