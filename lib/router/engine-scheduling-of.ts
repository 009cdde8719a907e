/**
 * How the thread of the engine is scheduled, as a configuration says it.
 */
import type { Configuration } from '../keepalived/index.ts'
import type { Scheduling } from '../linux/index.ts'

/**
 * The scheduling that vrrp_priority, vrrp_rt_priority, vrrp_rlimit_rttime and vrrp_cpu_affinity ask for. Without vrrp_priority the best nice value
 * that is permitted: timing must hold under load, where a backup whose master is late by three adverts takes over. The engine
 * can be so favoured because it is small and alone in its thread; checks, scripts and status have the ordinary value.
 */
export function engineSchedulingOf({ global }: Pick<Configuration, 'global'>): Scheduling {
  return { nice: 'best', ...global.scheduling }
}
