/**
 * The scenario that is played when none is given: start, kill the master, bring it back. All times follow from the intervals.
 */

import { activeDownInterval } from '../machine/index.ts'
import { compareIp } from '../net/ip.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { addressPlan, sourceOf } from './address-plan.ts'
import type { SimulationNode } from './node.ts'
import type { ScenarioStep } from './scenario-step.ts'

/** Steps, and how long to go on. */
export interface Scenario {
  readonly steps: readonly ScenarioStep[]
  readonly duration: Milliseconds
}

/**
 * The time after which nothing moves any more once nothing happens to the cluster: the longest Active_Down_Interval that
 * any priority can have, one interval for the last word between two, and the longest preempt delay.
 */
export function settleTime(nodes: readonly SimulationNode[]): Milliseconds {
  let longest = 0
  for (const { version, interval, downTimerAdverts, preemptDelay } of allInstances(nodes)) {
    const down = activeDownInterval(version, 1, interval, downTimerAdverts)
    longest = Math.max(longest, down + interval + preemptDelay)
  }
  return milliseconds(longest)
}

/** Start, kill the master, bring it back; every stage twice as long as things need to settle, in a round number. */
export function defaultScenario(nodes: readonly SimulationNode[]): Scenario {
  const stage = roundUp(2 * settleTime(nodes))
  const master = likelyMaster(nodes)
  if (master === undefined) return { steps: [], duration: milliseconds(stage) }
  return {
    steps: [
      { at: milliseconds(stage), action: { type: 'kill', node: master } },
      { at: milliseconds(2 * stage), action: { type: 'restart', node: master } },
    ],
    duration: milliseconds(3 * stage),
  }
}

/** Who becomes active first in the first instance: the highest priority, and of equal ones the highest address. */
function likelyMaster(nodes: readonly SimulationNode[]): string | undefined {
  const first = nodes[0]?.specification.instances[0]
  if (first === undefined) return undefined
  const plan = addressPlan(nodes)
  let best: { node: string; priority: number; address: string } | undefined
  for (const { name, specification } of nodes) {
    const rival = specification.instances.find(
      ({ vrid, family, interface: on }) => vrid === first.vrid && family === first.family && on === first.interface,
    )
    if (rival === undefined) continue
    const address = sourceOf(plan, name, rival)
    if (address === undefined) continue
    const better =
      best === undefined ||
      rival.priority > best.priority ||
      (rival.priority === best.priority && compareIp(address, best.address) > 0)
    if (better) best = { node: name, priority: rival.priority, address }
  }
  return best?.node
}

function allInstances(nodes: readonly SimulationNode[]): SimulationNode['specification']['instances'] {
  return nodes.flatMap(({ specification }) => specification.instances)
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return ([1, 2, 5, 10].find(factor => factor * power >= value) ?? 10) * power
}
