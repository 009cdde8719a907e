/**
 * The reasons why an instance cannot run, each held once. keepalived counts them; here they have names.
 */
import type { Fault } from './event.ts'

/** A set of faults, equal ones being one. */
export class FaultSet {
  readonly #faults = new Map<string, Fault>()

  /** How many faults are held. */
  get size(): number {
    return this.#faults.size
  }

  /** Returns whether it is new. */
  add(fault: Fault): boolean {
    const key = faultKey(fault)
    const fresh = !this.#faults.has(key)
    this.#faults.set(key, fault)
    return fresh
  }

  /** Returns whether it was there. */
  delete(fault: Fault): boolean {
    return this.#faults.delete(faultKey(fault))
  }

  /** All faults, in the order they came. */
  list(): readonly Fault[] {
    return [...this.#faults.values()]
  }

  /** The faults that are held and not among `others`. */
  without(others: readonly Fault[]): readonly Fault[] {
    const keys = new Set(others.map(faultKey))
    return this.list().filter(fault => !keys.has(faultKey(fault)))
  }
}

/** What makes two faults one: their type and object, never their wording. */
function faultKey(fault: Fault): string {
  switch (fault.type) {
    case 'interface-missing':
    case 'interface-down':
    case 'no-primary-address':
      return `${fault.type} ${fault.interface}`
    case 'tracker':
      return `${fault.type} ${fault.kind} ${fault.name}`
    case 'sync-group':
      return `${fault.type} ${fault.group}`
    case 'no-peer':
    case 'addresses':
    case 'transport':
      return fault.type
  }
}
