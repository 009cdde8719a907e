/**
 * How long the virtual routers wait before they begin: vrrp_startup_delay, from the start of the process, and
 * vrrp_delay_after_boot, from that of the machine. keepalived.conf(5), "Global definitions".
 */
import type { GlobalConfiguration } from '../keepalived/index.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'

/**
 * The longer of the two. A machine that has been up for long enough waits for nothing after its boot.
 * @param uptime - since the machine was started, ms
 */
export function startupDelay(
  {
    startupDelay: delay,
    delayAfterBoot = milliseconds(0),
  }: Pick<GlobalConfiguration, 'startupDelay' | 'delayAfterBoot'>,
  uptime: Milliseconds,
): Milliseconds {
  return milliseconds(Math.max(delay, delayAfterBoot - uptime, 0))
}
