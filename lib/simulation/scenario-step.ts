/**
 * What can be done to a simulated cluster, as plain data.
 */
import type { Milliseconds } from '../time/units.ts'

/** One thing done to the cluster. Nodes are named as in the simulation. */
export type ScenarioAction =
  /** Power off: the node is gone, and its addresses with it. */
  | { readonly type: 'kill'; readonly node: string }
  /** The daemon dies (kill -9); the kernel keeps the addresses that it put on, until it is started again. */
  | { readonly type: 'crash'; readonly node: string }
  /** The daemon stops cleanly: priority 0, addresses gone. */
  | { readonly type: 'stop'; readonly node: string }
  /** The node comes up, or its daemon does. A node whose first step this is does not run before. */
  | { readonly type: 'start'; readonly node: string }
  /** Start; a node that runs is stopped cleanly first. */
  | { readonly type: 'restart'; readonly node: string }
  /** The cable is pulled out: no carrier. */
  | { readonly type: 'cut'; readonly node: string; readonly interface: string }
  /** The cable is put back. */
  | { readonly type: 'join'; readonly node: string; readonly interface: string }
  /** Frames pass only inside each side; nodes in no side form one more. All carriers stay up. */
  | { readonly type: 'partition'; readonly sides: readonly (readonly string[])[] }
  /** Ends the partition and puts every cable back. */
  | { readonly type: 'heal' }
  /** The verdict of a tracked script, process or file. */
  | { readonly type: 'script'; readonly node: string; readonly name: string; readonly verdict: 'ok' | 'failing' }
  /** A new base priority, 1-254. */
  | { readonly type: 'priority'; readonly node: string; readonly instance: string; readonly priority: number }
  /** Probability of losing a frame on its way to one receiver, 0-1. */
  | { readonly type: 'loss'; readonly loss: number }
  | { readonly type: 'delay'; readonly delay: Milliseconds }
  | { readonly type: 'jitter'; readonly jitter: Milliseconds }

/** An action and its instant. */
export interface ScenarioStep {
  /** From the start of the simulation. */
  readonly at: Milliseconds
  readonly action: ScenarioAction
}

/** An action as a step is written: `kill A`. */
export function formatAction(action: ScenarioAction): string {
  switch (action.type) {
    case 'kill':
    case 'crash':
    case 'stop':
    case 'start':
    case 'restart':
      return `${action.type} ${action.node}`
    case 'cut':
    case 'join':
      return `${action.type} ${action.node} ${action.interface}`
    case 'partition':
      return `partition ${action.sides.map(side => side.join(',')).join('|')}`
    case 'heal':
      return 'heal'
    case 'script':
      return `script ${action.node} ${action.name} ${action.verdict === 'ok' ? 'ok' : 'fail'}`
    case 'priority':
      return `priority ${action.node} ${action.instance} ${action.priority}`
    case 'loss':
      return `loss ${+(action.loss * 100).toPrecision(12)}%`
    case 'delay':
      return `delay ${action.delay}ms`
    case 'jitter':
      return `jitter ${action.jitter}ms`
  }
}
