/**
 * Skew_Time and Active_Down_Interval: how long a backup waits, and why a better backup waits less. RFC 9568 §6.1,
 * RFC 3768 §6.1. Fractions of a millisecond are kept: a skew cut to whole seconds no longer orders the backups.
 */
import type { Milliseconds } from '../time/units.ts'

/**
 * Skew_Time of a router with this effective priority.
 *
 * @param version - 2: (256 - priority) / 256 seconds, whatever the interval. 3: that fraction of the interval.
 * @param priority - 1-255
 * @param activeInterval - Active_Adver_Interval
 */
export function skewTime(version: 2 | 3, priority: number, activeInterval: Milliseconds): Milliseconds {
  // RFC 3768 §6.1 (Skew_Time, in seconds). RFC 9568 §6.1 (Skew_Time, in Active_Adver_Intervals).
  return (((256 - priority) * (version === 2 ? 1000 : activeInterval)) / 256) as Milliseconds
}

/**
 * Active_Down_Interval: the silence after which a backup takes the active router for dead.
 *
 * @param version - decides the skew, see {@link skewTime}
 * @param priority - 1-255
 * @param activeInterval - Active_Adver_Interval
 * @param adverts - how many adverts may be missed: 3 in every RFC, 1-100 in keepalived (down_timer_adverts)
 */
export function activeDownInterval(
  version: 2 | 3,
  priority: number,
  activeInterval: Milliseconds,
  adverts = 3,
): Milliseconds {
  // RFC 9568 §6.1 (Active_Down_Interval: 3 * Active_Adver_Interval + Skew_Time).
  return (adverts * activeInterval + skewTime(version, priority, activeInterval)) as Milliseconds
}
