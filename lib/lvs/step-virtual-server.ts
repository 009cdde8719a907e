/**
 * The reducer of a virtual server: from verdicts about its servers to what the table should hold and what is told. Pure.
 * keepalived's rules (check/ipwrapper.c), its flapping at a quorum of zero apart.
 */
import { effectiveWeight, type WeightAdvice } from '../health/weight.ts'
import { judgeQuorum } from './quorum.ts'
import type { RealServer } from './virtual-server.ts'
import type { VirtualServerEffect } from './virtual-server-effect.ts'
import type { ServerState, VirtualServerState } from './virtual-server-state.ts'

/** What a virtual server is told. */
export type VirtualServerEvent =
  /** A check of it changed its verdict. `cause`: why, for mails. */
  | { readonly type: 'check'; readonly id: string; readonly up: boolean; readonly cause: string }
  /** A check of it says something else of the weight; undefined: nothing any more. */
  | { readonly type: 'weight'; readonly id: string; readonly advice: WeightAdvice | undefined }
  /** The end of the daemon. */
  | { readonly type: 'stop' }

/** What a step leads to. */
export interface VirtualServerStep {
  /** The same object when nothing changed. */
  readonly state: VirtualServerState
  /** In order. */
  readonly effects: readonly VirtualServerEffect[]
}

/** What follows from an event. One about a check that it does not have changes nothing. */
export function stepVirtualServer(state: VirtualServerState, event: VirtualServerEvent): VirtualServerStep {
  if (event.type === 'stop') return stop(state)
  const index = state.virtualServer.servers.findIndex(({ checks }) => checks.some(({ id }) => id === event.id))
  const server = state.virtualServer.servers[index]
  const known = state.servers[index]
  if (server === undefined || known === undefined) return { state, effects: [] }
  return event.type === 'check'
    ? hearCheck(state, index, server, known, event)
    : hearWeight(state, index, server, known, event)
}

function hearCheck(
  state: VirtualServerState,
  index: number,
  server: RealServer,
  known: ServerState,
  { id, up, cause }: Extract<VirtualServerEvent, { type: 'check' }>,
): VirtualServerStep {
  if (known.failed.includes(id) !== up) return { state, effects: [] }
  const failed = up ? known.failed.filter(each => each !== id) : [...known.failed, id]
  const alive = failed.length === 0
  const next = { ...state, servers: state.servers.with(index, { ...known, failed, alive }) }
  const word = up ? 'UP' : 'DOWN'
  if (alive === known.alive) {
    return { state: next, effects: [{ type: 'check', server: server.name, state: word, cause }] }
  }
  const effects: VirtualServerEffect[] = [
    { type: 'log', level: 'notice', text: poolLine(server, alive, state.virtualServer.name) },
    { type: 'server', server: server.name, state: word, cause, stopping: false },
  ]
  return { state: judgeQuorum(next, effects), effects }
}

function poolLine({ name, inhibitOnFailure }: RealServer, alive: boolean, virtualServer: string): string {
  if (inhibitOnFailure) return `${alive ? 'Enabling' : 'Disabling'} service ${name} of VS ${virtualServer}`
  return alive ? `Adding service ${name} to VS ${virtualServer}` : `Removing service ${name} from VS ${virtualServer}`
}

function hearWeight(
  state: VirtualServerState,
  index: number,
  server: RealServer,
  known: ServerState,
  { id, advice }: Extract<VirtualServerEvent, { type: 'weight' }>,
): VirtualServerStep {
  const all = new Map(known.advice)
  if (advice === undefined) all.delete(id)
  else all.set(id, advice)
  const weight = effectiveWeight(server.destination.weight ?? 1, [...all.values()])
  const next = { ...state, servers: state.servers.with(index, { ...known, advice: all, weight }) }
  if (weight === known.weight) return { state: next, effects: [] }
  const effects: VirtualServerEffect[] = [
    { type: 'log', level: 'notice', text: weightLine(server.name, known, weight, state.virtualServer.name) },
  ]
  return { state: judgeQuorum(next, effects), effects }
}

/** keepalived's line about another weight. */
export function weightLine(server: string, { weight, alive }: ServerState, to: number, virtualServer: string): string {
  return `Changing weight from ${weight} to ${to} for ${alive ? '' : 'in'}active service ${server} of VS ${virtualServer}`
}

/** Everything is down; only with `omega` anybody is told. */
function stop(state: VirtualServerState): VirtualServerStep {
  const { name, servers, omega } = state.virtualServer
  const effects: VirtualServerEffect[] = []
  servers.forEach((server, index) => {
    effects.push({ type: 'log', level: 'info', text: `Shutting down service ${server.name} from VS ${name}` })
    if (!omega || state.servers[index]?.alive !== true) return
    effects.push({ type: 'server', server: server.name, state: 'DOWN', cause: 'Shutting down', stopping: true })
  })
  if (omega && state.quorumUp) {
    effects.push({ type: 'quorum', state: 'DOWN', cause: 'Shutting down', stopping: true })
  }
  const down = state.servers.map(server => ({ ...server, alive: false }))
  return { state: { ...state, servers: down, quorumUp: false, sorryActive: false }, effects }
}
