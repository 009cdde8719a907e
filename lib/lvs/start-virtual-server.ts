/**
 * The first state of a virtual server, and that under another configuration: what is known of servers and checks that
 * stay is kept, so that a reload disturbs nobody.
 */
import { effectiveWeight } from '../health/weight.ts'
import { judgeQuorum } from './quorum.ts'
import { type VirtualServerStep, weightLine } from './step-virtual-server.ts'
import type { RealServer, VirtualServer } from './virtual-server.ts'
import type { VirtualServerEffect } from './virtual-server-effect.ts'
import type { ServerState, VirtualServerState } from './virtual-server-state.ts'

/**
 * A virtual server begins, or goes on under another configuration.
 * @param before - what was known of the one with the same name
 */
export function startVirtualServer(virtualServer: VirtualServer, before?: VirtualServerState): VirtualServerStep {
  const effects: VirtualServerEffect[] = []
  const known = new Map(before?.virtualServer.servers.map((server, i) => [server.name, before.servers[i]]))
  if (before !== undefined) tellOfGone(virtualServer, before, effects)
  const servers = virtualServer.servers.map(server => {
    const old = known.get(server.name)
    return old === undefined ? begin(server, virtualServer, effects) : goOn(server, old, virtualServer.name, effects)
  })
  const state: VirtualServerState = {
    virtualServer,
    servers,
    quorumUp: before?.quorumUp ?? false,
    sorryActive: before?.sorryActive === true && virtualServer.sorryServer !== undefined,
  }
  return { state: judgeQuorum(state, effects, before === undefined || needsApology(state)), effects }
}

/** A virtual server that is no longer wanted: its servers go down. */
export function endVirtualServer(state: VirtualServerState): readonly VirtualServerEffect[] {
  const { name } = state.virtualServer
  const effects: VirtualServerEffect[] = [{ type: 'log', level: 'notice', text: `Removing Virtual Server ${name}` }]
  tellOfGone({ ...state.virtualServer, servers: [] }, state, effects)
  judgeQuorum({ ...state, servers: [] }, effects)
  return effects
}

/** It has just got a sorry server, and no quorum. */
function needsApology({ virtualServer, quorumUp, sorryActive }: VirtualServerState): boolean {
  return !quorumUp && !sorryActive && virtualServer.sorryServer !== undefined
}

function tellOfGone(
  { name, servers }: VirtualServer,
  before: VirtualServerState,
  effects: VirtualServerEffect[],
): void {
  const wanted = new Set(servers.map(server => server.name))
  before.virtualServer.servers.forEach((server, i) => {
    if (wanted.has(server.name)) return
    effects.push({ type: 'log', level: 'notice', text: `Removing service ${server.name} from VS ${name}` })
    if (before.servers[i]?.alive !== true) return
    effects.push({ type: 'server', server: server.name, state: 'DOWN', cause: 'Removing', stopping: false })
  })
}

function begin(
  server: RealServer,
  { initialNotifications }: VirtualServer,
  effects: VirtualServerEffect[],
): ServerState {
  const failed = server.checks.filter(({ alpha }) => alpha).map(({ id }) => id)
  const alive = failed.length === 0
  if (alive && initialNotifications) {
    effects.push({ type: 'server', server: server.name, state: 'UP', stopping: false })
  }
  return { alive, failed, advice: new Map(), weight: server.destination.weight ?? 1 }
}

/** One that is up needs no success of a check that is new, even with alpha. */
function goOn(
  server: RealServer,
  old: ServerState,
  virtualServer: string,
  effects: VirtualServerEffect[],
): ServerState {
  const ids = new Set(server.checks.map(({ id }) => id))
  const failed = old.failed.filter(id => ids.has(id))
  const advice = new Map([...old.advice].filter(([id]) => ids.has(id)))
  const weight = effectiveWeight(server.destination.weight ?? 1, [...advice.values()])
  const alive = failed.length === 0
  if (weight !== old.weight) {
    effects.push({ type: 'log', level: 'notice', text: weightLine(server.name, old, weight, virtualServer) })
  }
  if (alive !== old.alive) {
    effects.push({ type: 'log', level: 'notice', text: `Adding service ${server.name} to VS ${virtualServer}` })
    effects.push({
      type: 'server',
      server: server.name,
      state: 'UP',
      cause: 'Its failed check is gone',
      stopping: false,
    })
  }
  return { alive, failed, advice, weight }
}
