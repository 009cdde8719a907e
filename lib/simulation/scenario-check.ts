/**
 * Whether a scenario makes sense from its first step to its last: nobody is killed twice, nobody starts who runs.
 */
import { VrrpError } from '../errors.ts'
import { formatDuration } from './duration.ts'
import { formatAction, type ScenarioStep } from './scenario-step.ts'

/** The steps in order of time (equal times in the order given). */
export function sortSteps(steps: readonly ScenarioStep[]): ScenarioStep[] {
  return [...steps].sort((a, b) => a.at - b.at)
}

/** Nodes that are down at the beginning: those whose first step of life is `start`. */
export function startsDown(steps: readonly ScenarioStep[], node: string): boolean {
  for (const { action } of sortSteps(steps)) {
    if ('node' in action && action.node === node && LIFE.has(action.type)) return action.type === 'start'
  }
  return false
}

const LIFE: ReadonlySet<string> = new Set(['kill', 'crash', 'stop', 'start', 'restart'])

/** @throws VrrpError `ERR_SCENARIO` naming the first step that cannot be done. */
export function checkSteps(steps: readonly ScenarioStep[], nodes: readonly string[]): void {
  const down = new Set(nodes.filter(node => startsDown(steps, node)))
  for (const { at, action } of sortSteps(steps)) {
    if (!('node' in action)) continue
    const refuse = (why: string): VrrpError =>
      new VrrpError('ERR_SCENARIO', `at ${formatDuration(at)} '${formatAction(action)}': ${why}`)
    const { node } = action
    if (!nodes.includes(node)) throw refuse(`no node is called '${node}'`)
    switch (action.type) {
      case 'kill':
      case 'crash':
      case 'stop':
        if (down.has(node)) throw refuse(`node ${node} does not run at that time`)
        down.add(node)
        break
      case 'start':
        if (!down.has(node)) throw refuse(`node ${node} runs already`)
        down.delete(node)
        break
      case 'restart':
        down.delete(node)
        break
      case 'priority':
        if (down.has(node)) throw refuse(`node ${node} does not run at that time`)
        break
    }
  }
}
