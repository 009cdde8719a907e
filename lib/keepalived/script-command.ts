/**
 * Command lines in keepalived.conf: `"/path/notify.sh master"`, with the user and group that may follow.
 */
import type { Argument } from './declaration.ts'

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
    arity: [1, 3],
    parse: ({ words: [command, user, group], reject }) => {
      if (command === undefined) return undefined
      const list = splitCommand(command.text)
      if (typeof list === 'string') return reject(command, list)
      return {
        text: command.text,
        arguments: list,
        ...(user === undefined ? {} : { user: user.text }),
        ...(group === undefined ? {} : { group: group.text }),
      }
    },
  }
}

/** `"COMMAND LINE"` of vrrp_script. Without quotes keepalived executes the first word alone: a warning says so. */
export function commandLine(): Argument<ScriptCommand> {
  return {
    syntax: '"COMMAND LINE"',
    arity: [1, Number.POSITIVE_INFINITY],
    parse: ({ words: [command, extra], statement, reject, log }) => {
      if (command === undefined) return undefined
      if (extra !== undefined) {
        const message = `only the first word of '${statement.keyword.text}' is executed: put the whole command line in double quotes`
        log.report('ignored-words', extra.position, message)
      }
      const list = splitCommand(command.text)
      return typeof list === 'string' ? reject(command, list) : { text: command.text, arguments: list }
    },
  }
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
