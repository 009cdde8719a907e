/**
 * Sync groups: virtual routers that are active together or not at all. keepalived's vrrp_sync_group as a second
 * reducer, beside the machine: it hears what the members' machines say and answers with inputs for them.
 */
import type { RouterState } from './state.ts'

/** One member as the group sees it. */
export interface SyncGroupMember {
  readonly name: string
  readonly state: RouterState
  /** It said `want-active` and has neither taken that back nor changed its state since. */
  readonly wantsActive: boolean
  /** It has a fault of its own (not one that the group gave it). */
  readonly faulty: boolean
}

/** The whole state of a group: its members, in configured order. Plain data. */
export interface SyncGroupState {
  readonly members: readonly SyncGroupMember[]
}

/** What a member has to say. Names that are not in the group are ignored. */
export type SyncGroupEvent =
  /** The machine's actions of these names. */
  | { readonly type: 'want-active' | 'want-backup'; readonly member: string }
  | { readonly type: 'transition'; readonly member: string; readonly to: RouterState }
  /** It has its first fault of its own, or got rid of the last. */
  | { readonly type: 'fault' | 'fault-cleared'; readonly member: string }
  /** As active it heard a losing advertisement. */
  | { readonly type: 'lower-priority-advertisement'; readonly member: string }

/**
 * What to do with a member. `takeover` and `yield` are events for its machine; `fault` and `clear-fault` put the
 * group's fault on it and take it away; `announce` announces its addresses again.
 */
export interface SyncGroupCommand {
  readonly type: 'takeover' | 'yield' | 'fault' | 'clear-fault' | 'announce'
  readonly member: string
}

/** What one event led to. */
export interface SyncGroupStep {
  readonly state: SyncGroupState
  /** In this order. Each is harmless when repeated. */
  readonly commands: readonly SyncGroupCommand[]
}

const NO_COMMANDS: readonly SyncGroupCommand[] = Object.freeze([])

/** A group whose members were not started yet. */
export function initialSyncGroup(names: readonly string[]): SyncGroupState {
  return { members: names.map(name => ({ name, state: 'initialize', wantsActive: false, faulty: false })) }
}

/** What one event of one member means for all. Pure, as the machine's `step` is. */
export function stepSyncGroup(group: SyncGroupState, event: SyncGroupEvent): SyncGroupStep {
  const member = group.members.find(({ name }) => name === event.member)
  if (member === undefined) return { state: group, commands: NO_COMMANDS }
  switch (event.type) {
    case 'want-active': {
      const state = replace(group, { ...member, wantsActive: true })
      return { state, commands: takeOver(state, member.name) }
    }
    case 'want-backup':
      return { state: replace(group, { ...member, wantsActive: false }), commands: NO_COMMANDS }
    case 'transition': {
      const state = replace(group, { ...member, state: event.to, wantsActive: false })
      // One to backup pulls all. A member that only starts does not: it will ask, and be let in.
      // One that stops does not either: whoever stops the others lets them resign with priority 0.
      const pulls = member.state === 'active' && event.to === 'backup'
      return { state, commands: pulls ? commandActive(state, 'yield', member.name) : NO_COMMANDS }
    }
    case 'fault':
    case 'fault-cleared': {
      const state = replace(group, { ...member, faulty: event.type === 'fault' })
      return { state, commands: faultChanges(group, state) }
    }
    case 'lower-priority-advertisement':
      // Whoever answered to the loser's claim on one address may have learnt its others too.
      return { state: group, commands: commandActive(group, 'announce', member.name) }
  }
}

/**
 * The state of the group as a whole: initialize while a member is (keepalived's FAULT, if one is faulty), active when
 * all are, backup otherwise.
 */
export function syncGroupState({ members }: SyncGroupState): RouterState {
  if (members.some(({ state }) => state === 'initialize')) return 'initialize'
  return members.every(({ state }) => state === 'active') ? 'active' : 'backup'
}

/** All or none: the last one that wants to pulls the rest, and goes first itself. */
function takeOver({ members }: SyncGroupState, asking: string): readonly SyncGroupCommand[] {
  const ready = members.every(({ state, wantsActive }) => state === 'active' || (state === 'backup' && wantsActive))
  if (!ready) return NO_COMMANDS
  const names = members.filter(({ state }) => state === 'backup').map(({ name }) => name)
  return [asking, ...names.filter(name => name !== asking)].map(member => ({ type: 'takeover', member }))
}

function commandActive(
  { members }: SyncGroupState,
  type: 'yield' | 'announce',
  except: string,
): readonly SyncGroupCommand[] {
  const others = members.filter(({ name, state }) => state === 'active' && name !== except)
  return others.length === 0 ? NO_COMMANDS : others.map(({ name }) => ({ type, member: name }))
}

/** A member is held by the group exactly while another one has a fault of its own. */
function faultChanges(before: SyncGroupState, after: SyncGroupState): readonly SyncGroupCommand[] {
  const commands: SyncGroupCommand[] = []
  for (const { name } of after.members) {
    const held = isHeld(after, name)
    if (held !== isHeld(before, name)) commands.push({ type: held ? 'fault' : 'clear-fault', member: name })
  }
  return commands.length === 0 ? NO_COMMANDS : commands
}

function isHeld({ members }: SyncGroupState, name: string): boolean {
  return members.some(other => other.faulty && other.name !== name)
}

function replace(group: SyncGroupState, member: SyncGroupMember): SyncGroupState {
  return { members: group.members.map(other => (other.name === member.name ? member : other)) }
}
