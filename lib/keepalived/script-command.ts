/**
 * Command lines in keepalived.conf: `"/path/notify.sh master"`, with the user and group that may follow.
 */
import type { Argument, ArgumentInput } from './declaration.ts'

/** A program with its arguments, as it is to be executed: no shell in between. */
export interface ScriptCommand {
  /** As written, between the quotes. */
  readonly text: string
  /** The program and its arguments. Never empty. */
  readonly arguments: readonly string[]
  /** Who executes it; default `script_user`. */
  readonly user?: string
  readonly group?: string
}

/** `COMMAND [USER [GROUP]]`, the command in quotes when it has arguments. */
export function scriptCommand(): Argument<ScriptCommand> {
  return {
    syntax: '"COMMAND LINE" [USER [GROUP]]',
    arity: [1, Number.POSITIVE_INFINITY],
    parse: input => parseCommand(input, 3),
  }
}

/** `"COMMAND LINE"` of vrrp_script. */
export function commandLine(): Argument<ScriptCommand> {
  return { syntax: '"COMMAND LINE"', arity: [1, Number.POSITIVE_INFINITY], parse: input => parseCommand(input, 1) }
}

/**
 * keepalived splits twice: the line into command, user and group, then the command into its arguments, each time with
 * quotes and escapes. Without quotes around the command its first word alone is executed.
 */
function parseCommand(
  { statement, words: [first, second], reject, log }: ArgumentInput,
  most: 1 | 3,
): ScriptCommand | undefined {
  if (first === undefined) return undefined
  const parts = splitCommand(statement.rest)
  if (typeof parts === 'string') return reject(first, parts)
  if (parts.length > most) {
    const message = `words behind ${most === 1 ? 'the command' : 'command, user and group'} are ignored: put a command with its arguments in double quotes`
    log.report('ignored-words', (second ?? first).position, `'${statement.keyword.text}': ${message}`)
  }
  const [text = '', user, group] = parts.slice(0, most)
  const list = splitCommand(text)
  if (typeof list === 'string') return reject(first, list)
  return { text, arguments: list, ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) }
}

/**
 * Splits a command line as keepalived does: blanks separate, `'…'` and `"…"` keep together, and the escapes
 * `\a \b \E \f \n \r \t \v \OOO \xHH \cC` work everywhere; any other escaped character is itself.
 * @returns the words, or what is wrong.
 */
export function splitCommand(text: string): readonly string[] | string {
  const list: string[] = []
  let current: string | undefined
  let quoteMark = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '\\') {
      if (i + 1 === text.length) return 'the command line ends in a backslash'
      const { value, length } = readEscape(text.slice(i + 1, i + 12))
      current = (current ?? '') + value
      i += length
    } else if (quoteMark !== '') {
      if (c === quoteMark) quoteMark = ''
      else current = (current ?? '') + c
    } else if (c === "'" || c === '"') {
      quoteMark = c
      current ??= ''
    } else if (/\s/.test(c)) {
      if (current !== undefined) list.push(current)
      current = undefined
    } else {
      current = (current ?? '') + c
    }
  }
  if (quoteMark !== '') return `a ${quoteMark} in the command line is never closed`
  if (current !== undefined) list.push(current)
  return list.length === 0 ? 'the command line is empty' : list
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['E', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** What follows a backslash: its meaning, and how many characters that is. */
function readEscape(rest: string): { readonly value: string; readonly length: number } {
  const hexadecimal = /^x([0-9a-fA-F]+)/.exec(rest)
  if (hexadecimal?.[1] !== undefined) {
    const code = Number.parseInt(hexadecimal[1].slice(-2), 16)
    return { value: String.fromCharCode(code), length: hexadecimal[0].length }
  }
  const octal = /^[0-7]{1,3}/.exec(rest)
  if (octal !== null)
    return { value: String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff), length: octal[0].length }
  const [first = '', second] = rest
  if (first === 'c' && second !== undefined) {
    return { value: String.fromCharCode(second.charCodeAt(0) & 0x1f), length: 2 }
  }
  return { value: SIMPLE.get(first) ?? first, length: 1 }
}
