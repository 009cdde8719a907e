/**
 * Scenario steps as people write them: `5s`, `kill A`. One step of the command line is `--at 5s 'kill A'`; one line of a
 * scenario file is `5s kill A`.
 */
import { VrrpError } from '../errors.ts'
import { suggest } from '../keepalived/suggest.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { parseDuration } from './duration.ts'
import { interfacesOf, type SimulationNode, scriptsOf } from './node.ts'
import type { ScenarioAction, ScenarioStep } from './scenario-step.ts'

/** How each step is written, for messages and `--help`. */
export const STEP_FORMS: Readonly<Record<ScenarioAction['type'], string>> = {
  kill: 'kill NODE',
  crash: 'crash NODE',
  stop: 'stop NODE',
  start: 'start NODE',
  restart: 'restart NODE',
  cut: 'cut NODE INTERFACE',
  join: 'join NODE INTERFACE',
  partition: 'partition A|B,C',
  heal: 'heal',
  script: 'script NODE NAME fail|ok',
  priority: 'priority NODE INSTANCE N',
  loss: 'loss 10%',
  delay: 'delay 20ms',
  jitter: 'jitter 5ms',
}

const VERDICTS: Readonly<Record<string, 'ok' | 'failing'>> = { ok: 'ok', fail: 'failing', failing: 'failing' }

/**
 * One step.
 *
 * @param at When, from the start: a duration such as `5s`; a bare number is seconds.
 * @param text What: see {@link STEP_FORMS}.
 * @param nodes The nodes it may name, with the interfaces, instances and scripts in them.
 * @throws VrrpError `ERR_SCENARIO`
 */
export function parseStep(at: string, text: string, nodes: readonly SimulationNode[]): ScenarioStep {
  const instant = parseDuration(at)
  if (instant === undefined) throw refusal(`'${at}' is no time from the start; write 5s, 250ms or 1m30s`)
  try {
    return { at: instant, action: parseAction(text, nodes) }
  } catch (error) {
    if (error instanceof VrrpError) throw refusal(`at ${at} '${text}': ${error.message}`)
    throw error
  }
}

/**
 * A whole scenario: one step a line, the time first; blank lines and what follows a `#` are skipped.
 * @throws VrrpError `ERR_SCENARIO` with the line's number.
 */
export function parseScenario(text: string, nodes: readonly SimulationNode[]): ScenarioStep[] {
  const steps: ScenarioStep[] = []
  text.split('\n').forEach((line, index) => {
    const [, at, action] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line.replace(/#.*/, '')) ?? []
    if (at === undefined || action === undefined) return
    try {
      steps.push(parseStep(at, action, nodes))
    } catch (error) {
      if (error instanceof VrrpError) throw refusal(`line ${index + 1}: ${error.message}`)
      throw error
    }
  })
  return steps
}

/** The part of a step behind its time. @throws VrrpError `ERR_SCENARIO` */
export function parseAction(text: string, nodes: readonly SimulationNode[]): ScenarioAction {
  const [verb = '', ...operands] = text.trim().split(/\s+/)
  const type = isVerb(verb) ? verb : undefined
  if (type === undefined) {
    throw refusal(`no step is called '${verb}'${hint(verb, Object.keys(STEP_FORMS))}`)
  }
  const form = STEP_FORMS[type]
  if (type !== 'partition' && operands.length !== form.split(' ').length - 1) throw refusal(`write '${form}'`)
  const [first = '', second = '', third = ''] = operands
  switch (type) {
    case 'kill':
    case 'crash':
    case 'stop':
    case 'start':
    case 'restart':
      return { type, node: findNode(first, nodes).name }
    case 'cut':
    case 'join': {
      const node = findNode(first, nodes)
      return { type, node: node.name, interface: pick('interface', second, interfacesOf(node.specification), node) }
    }
    case 'partition':
      return { type, sides: parseSides(operands.join(''), nodes) }
    case 'heal':
      return { type }
    case 'script': {
      const node = findNode(first, nodes)
      const name = pick('script', second, scriptsOf(node.specification), node)
      const verdict = VERDICTS[third]
      if (verdict === undefined) throw refusal(`a script ends with fail or ok, not '${third}'`)
      return { type, node: node.name, name, verdict }
    }
    case 'priority': {
      const node = findNode(first, nodes)
      const names = node.specification.instances.map(({ name }) => name)
      const priority = Number(third)
      if (!/^\d+$/.test(third) || priority < 1 || priority > 254)
        throw refusal(`'${third}' is no priority from 1 to 254`)
      return { type, node: node.name, instance: pick('instance', second, names, node), priority }
    }
    case 'loss':
      return { type, loss: parseLoss(first) }
    case 'delay':
      return { type, delay: parseTime(first) }
    case 'jitter':
      return { type, jitter: parseTime(first) }
  }
}

/** `10%` or `0.1`. @throws VrrpError `ERR_SCENARIO` */
export function parseLoss(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const loss = percent === '%' ? Number(digits) / 100 : Number(digits)
  if (!(loss <= 1)) throw refusal(`'${text}' is no loss; write 10% or 0.1`)
  return loss
}

function parseTime(text: string): Milliseconds {
  const time = parseDuration(text, 'ms')
  if (time === undefined) throw refusal(`'${text}' is no duration; write 20ms`)
  return milliseconds(time)
}

function parseSides(text: string, nodes: readonly SimulationNode[]): string[][] {
  const sides = text.split('|').map(side => side.split(',').map(name => findNode(name, nodes).name))
  const named = sides.flat()
  const twice = named.find((name, index) => named.indexOf(name) !== index)
  if (twice !== undefined) throw refusal(`node ${twice} is on two sides`)
  if (sides.length + (named.length < nodes.length ? 1 : 0) < 2) throw refusal(`a partition needs two sides: 'A|B'`)
  return sides
}

function findNode(name: string, nodes: readonly SimulationNode[]): SimulationNode {
  const found = nodes.find(node => node.name === name) ?? nodes.find(node => node.aliases?.includes(name))
  if (found !== undefined) return found
  const names = nodes.flatMap(node => [node.name, ...(node.aliases ?? [])])
  throw refusal(`no node is called '${name}'${hint(name, names)} (nodes: ${nodes.map(node => node.name).join(', ')})`)
}

function pick(what: string, name: string, known: readonly string[], node: SimulationNode): string {
  if (known.includes(name)) return name
  const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  throw refusal(`node ${node.name} has no ${what} '${name}'${hint(name, known)} (${list})`)
}

function isVerb(text: string): text is ScenarioAction['type'] {
  return Object.hasOwn(STEP_FORMS, text)
}

function hint(name: string, known: readonly string[]): string {
  const nearest = suggest(name, known)
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`
}

function refusal(message: string): VrrpError {
  return new VrrpError('ERR_SCENARIO', message)
}
