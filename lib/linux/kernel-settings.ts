/**
 * Settings of the kernel under /proc/sys/net that a configuration asks for, as long as it does. ip-sysctl.rst of the kernel.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { messageOf } from '../errors.ts'

const ROOT = '/proc/sys/net'

/** The settings of this network namespace, put back when they are no longer wanted. */
export class KernelSettings {
  /** What was there before we changed it, by path. */
  readonly #before = new Map<string, string>()

  /**
   * Sets these and no others: what was set before, and is not among them, gets its old value.
   * @param wanted - values by path below /proc/sys/net, `ipv4/conf/eth0/promote_secondaries`
   * @returns why some of them cannot be, in words
   */
  apply(wanted: ReadonlyMap<string, string>): readonly string[] {
    const refusals: string[] = []
    const attempt = (path: string, work: () => void) => {
      try {
        work()
      } catch (error) {
        refusals.push(`${path}: ${messageOf(error)}`)
      }
    }
    for (const [path, value] of this.#before) {
      if (wanted.has(path)) continue
      this.#before.delete(path)
      // An interface that is gone has no settings left.
      attempt(path, () => writeFileSync(`${ROOT}/${path}`, value, { flag: 'r+' }))
    }
    for (const [path, value] of wanted) {
      if (this.#before.has(path)) continue
      attempt(path, () => {
        const before = readFileSync(`${ROOT}/${path}`, 'utf8').trim()
        writeFileSync(`${ROOT}/${path}`, value)
        this.#before.set(path, before)
      })
    }
    return refusals
  }
}
