/**
 * Connects the shells of a sync group through the group's reducer. The machine and the shell know nothing of groups:
 * they are given takeovers, yields and faults.
 */
import type { Fault, InstanceEvent } from '../instance/event.ts'
import type { InstanceShell } from '../instance/shell.ts'
import {
  initialSyncGroup,
  type SyncGroupEvent,
  type SyncGroupState,
  stepSyncGroup,
  syncGroupState,
} from '../machine/index.ts'
import type { SyncGroupSpecification } from './specification.ts'

/** A running sync group. */
export class SyncGroup {
  readonly specification: SyncGroupSpecification
  readonly #fault: Fault
  readonly #shells: ReadonlyMap<string, InstanceShell>
  #state: SyncGroupState

  /**
   * @param shells - its members by name, running or not: it begins with what they are now
   */
  constructor(specification: SyncGroupSpecification, shells: ReadonlyMap<string, InstanceShell>) {
    this.specification = specification
    this.#fault = { type: 'sync-group', group: specification.name }
    this.#shells = new Map([...shells].filter(([name]) => specification.members.includes(name)))
    const { members } = initialSyncGroup(specification.members)
    this.#state = {
      members: members.map(member => {
        const shell = shells.get(member.name)
        if (shell === undefined) return member
        const { state, wantsActive } = shell.membership
        return { ...member, state, wantsActive, faulty: hasOwnFault(shell) }
      }),
    }
  }

  /** The state of the whole: active when all members are, initialize while one is. */
  get state(): ReturnType<typeof syncGroupState> {
    return syncGroupState(this.#state)
  }

  get members(): Iterable<InstanceShell> {
    return this.#shells.values()
  }

  /** Whether it has exactly these members. */
  consistsOf(shells: ReadonlyMap<string, InstanceShell>): boolean {
    return this.specification.members.every(name => this.#shells.get(name) === shells.get(name))
  }

  /** Brings members together that ran without each other: a fault of one is one of all, and nobody is active alone. */
  settle(): void {
    const faulty = this.#state.members.filter(member => member.faulty).map(({ name }) => name)
    for (const [name, shell] of this.#shells) {
      if (faulty.some(other => other !== name)) shell.addFault(this.#fault)
    }
    const members = [...this.#shells.values()]
    if (!members.some(shell => shell.membership.obeys)) return
    for (const shell of members) if (shell.membership.state === 'active') shell.obey('yield')
  }

  /** Whether it is this group that holds the instance. */
  holds(name: string): boolean {
    return this.#state.members.some(member => member.faulty && member.name !== name)
  }

  /** A member wants to become active, or no longer does. */
  wish(member: string, active: boolean): void {
    this.#step({ type: active ? 'want-active' : 'want-backup', member })
  }

  /** Hears what a member tells. */
  hear(member: string, event: InstanceEvent): void {
    if (event.type === 'transition') this.#step({ type: 'transition', member, to: event.to })
    else if (event.type === 'fault' || event.type === 'fault-cleared') this.#hearFault(member)
    else if (event.type === 'notice' && event.notice.type === 'lower-priority-advertisement') {
      this.#step({ type: 'lower-priority-advertisement', member })
    }
  }

  #hearFault(member: string): void {
    const shell = this.#shells.get(member)
    const own = shell !== undefined && hasOwnFault(shell)
    const known = this.#state.members.find(({ name }) => name === member)?.faulty
    if (own !== known) this.#step({ type: own ? 'fault' : 'fault-cleared', member })
  }

  #step(event: SyncGroupEvent): void {
    const { state, commands } = stepSyncGroup(this.#state, event)
    this.#state = state
    for (const { type, member } of commands) {
      const shell = this.#shells.get(member)
      if (type === 'fault') shell?.addFault(this.#fault)
      else if (type === 'clear-fault') shell?.clearFault(this.#fault)
      else if (type === 'announce') shell?.announce()
      else shell?.obey(type)
    }
  }
}

function hasOwnFault(shell: InstanceShell): boolean {
  return shell.faults.some(({ type }) => type !== 'sync-group')
}
