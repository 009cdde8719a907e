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
  readonly #shells = new Map<string, InstanceShell>()
  #state: SyncGroupState

  constructor(specification: SyncGroupSpecification) {
    this.specification = specification
    this.#fault = { type: 'sync-group', group: specification.name }
    this.#state = initialSyncGroup(specification.members)
  }

  /** The state of the whole: active when all members are, initialize while one is. */
  get state(): ReturnType<typeof syncGroupState> {
    return syncGroupState(this.#state)
  }

  /** Makes a shell known, before it starts. */
  join(shell: InstanceShell): void {
    this.#shells.set(shell.specification.name, shell)
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
    const own = this.#shells.get(member)?.faults.some(fault => fault.type !== 'sync-group') ?? false
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
