/**
 * Whether the kernel reports the membership in groups of the link, 224.0.0.0/24: switches have to forward those to all ports
 * without (RFC 4541 §2.1.2). ip-sysctl.rst of the kernel, igmp_link_local_mcast_reports.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { messageOf } from '../errors.ts'

const SETTING = '/proc/sys/net/ipv4/igmp_link_local_mcast_reports'

/** The setting of this network namespace, put back when it is no longer wanted. */
export class LocalIgmp {
  /** What it was before we changed it. */
  #before: string | undefined

  /** Reports nothing, or as before. @returns why that cannot be, in words */
  disable(disabled: boolean): string | undefined {
    try {
      if (disabled && this.#before === undefined) {
        const before = readFileSync(SETTING, 'utf8').trim()
        writeFileSync(SETTING, '0')
        this.#before = before
      } else if (!disabled && this.#before !== undefined) {
        writeFileSync(SETTING, this.#before)
        this.#before = undefined
      }
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }
}
