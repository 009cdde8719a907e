/**
 * `~SEQ(var, [start, [step,]] end) text`, `~SEQx(…)` in hexadecimal, `~LST(var, value, …) text` and
 * `~LST({a, b}, {1, 2}, …) text`: the rest of the line once for each value.
 */

/** A parsed sequence at the start of a line. */
export interface Sequence {
  readonly variables: readonly string[]
  /** One list of values, one for each variable, for each repetition; made as they are asked for. */
  readonly values: () => Iterable<readonly string[]>
  /** How many repetitions. */
  readonly count: number
  /** Where the text that is repeated starts. */
  readonly textAt: number
}

/** What is wrong with a sequence; `at` is where in the text. */
export interface SequenceProblem {
  readonly problem: string
  readonly at: number
}

/** True when the line starts as a sequence does. */
export function startsSequence(text: string): boolean {
  return text.startsWith('~SEQ') || text.startsWith('~LST')
}

/** Parses a sequence. `substitute` resolves definitions in its parameters. */
export function parseSequence(text: string, substitute: (parameters: string) => string): Sequence | SequenceProblem {
  const head = /^~(SEQx?|LST)[ \t]*\(/.exec(text)
  if (head === null) return { problem: '~SEQ, ~SEQx or ~LST needs its parameters in ( )', at: 0 }
  const open = head[0].length
  const close = text.indexOf(')', open)
  if (close === -1) return { problem: `${head[0]} is never closed: a ')' is missing`, at: open - 1 }
  const parameters = substitute(text.slice(open, close))
  let textAt = close + 1
  while (text[textAt] === ' ' || text[textAt] === '\t') textAt++
  const parsed = head[1] === 'LST' ? parseList(parameters) : parseNumbers(parameters, head[1] === 'SEQx')
  return typeof parsed === 'string' ? { problem: parsed, at: open } : { ...parsed, textAt }
}

function parseNumbers(parameters: string, hexadecimal: boolean): Omit<Sequence, 'textAt'> | string {
  const [variable = '', ...numbers] = parameters.split(',').map(part => part.trim())
  if (!NAME.test(variable)) return `'${variable}' cannot be the variable of a sequence: letters, digits and _ only`
  const [a, b, c] = numbers.map(parseNumber)
  if (numbers.length < 1 || numbers.length > 3)
    return '~SEQ takes (variable, end), (…, start, end) or (…, start, step, end)'
  if (a === undefined || (numbers.length > 1 && b === undefined) || (numbers.length > 2 && c === undefined)) {
    return 'start, step and end of ~SEQ must be whole numbers'
  }
  const end = c ?? b ?? a
  const start = b === undefined ? (end < 0 ? -1 : 1) : a
  // Given alone, an end of 0 counts down from 1, as in keepalived.
  const direction = b === undefined ? (end < 1 ? -1 : 1) : start <= end ? 1 : -1
  const step = c === undefined || b === undefined ? direction : b
  if (step === 0 || (start < end && step < 0) || (start > end && step > 0))
    return 'the step of ~SEQ never reaches the end'
  if (hexadecimal && (start < 0 || end < 0)) return '~SEQx takes no negative numbers'
  const count = Math.floor((end - start) / step) + 1
  function* values(): Generator<readonly string[]> {
    for (let i = 0; i < count; i++) yield [(start + i * step).toString(hexadecimal ? 16 : 10)]
  }
  return { variables: [variable], values, count }
}

function parseList(parameters: string): Omit<Sequence, 'textAt'> | string {
  const items = splitItems(parameters)
  if (items === undefined) return 'a { in ~LST is not closed'
  const [variables, ...rows] = items
  if (variables === undefined || variables.some(name => !NAME.test(name)))
    return '~LST needs the names of its variables first'
  if (rows.length === 0) return '~LST needs at least one value'
  const short = rows.findIndex(row => row.length !== variables.length)
  if (short !== -1)
    return `value ${short + 1} of ~LST has ${rows[short]?.length} parts for ${variables.length} variables`
  return { variables, values: () => rows, count: rows.length }
}

/** `a, {b, c}` to `[[a], [b, c]]`. */
function splitItems(text: string): string[][] | undefined {
  const items: string[][] = []
  let i = 0
  while (i <= text.length) {
    while (text[i] === ' ' || text[i] === '\t') i++
    const group = text[i] === '{'
    const end = group ? text.indexOf('}', i) : indexOrEnd(text, ',', i)
    if (end === -1) return undefined
    const inside = group ? text.slice(i + 1, end) : text.slice(i, end)
    items.push(group ? inside.split(',').map(part => part.trim()) : [inside.trim()])
    i = (group ? indexOrEnd(text, ',', end) : end) + 1
  }
  return items
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from)
  return index === -1 ? text.length : index
}

/** As strtol with base 0: decimal, 0x hexadecimal, 0 octal. */
function parseNumber(text: string): number | undefined {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+)|(\d+))$/.exec(text)
  if (match === null) return undefined
  const [, sign, hexadecimal, octal, decimal] = match
  const value =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal)
  return Number.isSafeInteger(value) ? (sign === '-' ? -value : value) : undefined
}

const NAME = /^[A-Za-z_]\w*$/
