/**
 * When a virtual server has enough servers, and what happens when that changes: keepalived.conf(5), quorum, hysteresis,
 * sorry_server.
 */
import type { VirtualServerEffect } from './virtual-server-effect.ts'
import { aliveWeight, type VirtualServerState } from './virtual-server-state.ts'

/**
 * Looks whether the quorum was gained or lost. Gained from quorum + hysteresis on; lost below quorum - hysteresis, and
 * when nobody is left. What happened is appended to `effects`.
 * @param starting - the virtual server is new: one that starts without a quorum shows its sorry server
 */
export function judgeQuorum(
  state: VirtualServerState,
  effects: VirtualServerEffect[],
  starting = false,
): VirtualServerState {
  const { virtualServer, quorumUp } = state
  const { quorum, hysteresis } = virtualServer
  const weight = aliveWeight(state)
  if (!quorumUp && weight > 0 && weight >= quorum + hysteresis) return gain(state, weight, effects, starting)
  const lost = quorumUp && (weight === 0 || weight < quorum - hysteresis)
  const apology = starting && !quorumUp && virtualServer.sorryServer !== undefined && !state.sorryActive
  return lost || apology ? lose(state, weight, effects, starting) : state
}

function gain(
  state: VirtualServerState,
  weight: number,
  effects: VirtualServerEffect[],
  starting: boolean,
): VirtualServerState {
  const { name, quorum, hysteresis, sorryServer } = state.virtualServer
  const sum = `${quorum}+${hysteresis}=${quorum + hysteresis} <= ${weight}`
  log(effects, 'notice', `Gained quorum ${sum} for VS ${name}`)
  if (state.sorryActive && sorryServer !== undefined) {
    log(
      effects,
      'notice',
      `${sorryServer.inhibit ? 'Disabling' : 'Removing'} sorry server ${sorryServer.name} from VS ${name}`,
    )
    log(effects, 'info', `Adding alive servers to the pool for VS ${name}`)
  }
  const cause = `${starting ? 'Starting with quorum up' : 'Gained quorum'} ${sum}`
  effects.push({ type: 'quorum', state: 'UP', cause, stopping: false })
  return { ...state, quorumUp: true, sorryActive: false }
}

function lose(
  state: VirtualServerState,
  weight: number,
  effects: VirtualServerEffect[],
  starting: boolean,
): VirtualServerState {
  const { name, quorum, hysteresis, sorryServer } = state.virtualServer
  const sum = `${quorum}-${hysteresis}=${quorum - hysteresis} > ${weight}`
  const what = starting ? 'Starting with quorum down' : 'Lost quorum'
  log(effects, 'notice', `${what} ${sum} for VS ${name}`)
  const sorryActive = sorryServer !== undefined
  if (sorryServer !== undefined && !state.sorryActive) {
    log(
      effects,
      'notice',
      `${sorryServer.inhibit ? 'Enabling' : 'Adding'} sorry server ${sorryServer.name} to VS ${name}`,
    )
    log(effects, 'info', `Removing alive servers from the pool for VS ${name}`)
  }
  effects.push({ type: 'quorum', state: 'DOWN', cause: `${what} ${sum}`, stopping: false })
  return { ...state, quorumUp: false, sorryActive }
}

function log(effects: VirtualServerEffect[], level: 'notice' | 'info', text: string): void {
  effects.push({ type: 'log', level, text })
}
