/**
 * Replay memory that outlives instances: of those that a configuration ended, and of an earlier run of the program. A virtual
 * router that comes again, or gets its authentication back, goes on from it.
 */
import type { InstanceShell } from '../instance/shell.ts'
import type { ReplayRecord } from './replay-record.ts'

/** Virtual routers whose numbers are kept: of those that run no more the longest gone is forgotten first. */
const LIMIT = 4096

/** The numbers of all virtual routers, of now and before. */
export class ReplayVault {
  /** Several of one key: unicast instances that share interface and VRID. */
  readonly #records = new Map<string, readonly ReplayRecord[]>()

  /** Of now, and of those that are no more. */
  get records(): readonly ReplayRecord[] {
    return [...this.#records.values()].flat()
  }

  /** Takes note of what these remember now. */
  keep(shells: Iterable<InstanceShell>): void {
    this.add([...shells].flatMap(shell => recordOf(shell) ?? []))
  }

  /** Takes note of records; each replaces what was known of the same virtual router. */
  add(records: readonly ReplayRecord[]): void {
    const added = new Map<string, ReplayRecord[]>()
    for (const record of records) {
      const key = keyOf(record)
      const others = added.get(key)
      if (others === undefined) added.set(key, [record])
      else others.push(record)
    }
    for (const [key, of] of added) {
      this.#records.delete(key)
      this.#records.set(key, of)
    }
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= LIMIT) return
      this.#records.delete(oldest)
    }
  }

  /** Reminds an instance of what is known of its virtual router. */
  remind(shell: InstanceShell): void {
    if (this.#records.size === 0) return
    for (const scheme of ['hmac', 'ah'] as const) {
      const known = this.#records.get(keyOf({ ...shell.specification, scheme }))
      for (const record of known ?? []) shell.numbers.remember(record)
    }
  }
}

function recordOf({ specification, numbers }: InstanceShell): ReplayRecord | undefined {
  const { interface: device, family, vrid, version } = specification
  const { memory } = numbers
  return memory && { interface: device, family, vrid, version, ...memory }
}

function keyOf(record: Pick<ReplayRecord, 'interface' | 'family' | 'vrid' | 'version' | 'scheme'>): string {
  return `${record.interface} ${record.family} ${record.vrid} ${record.version} ${record.scheme}`
}
