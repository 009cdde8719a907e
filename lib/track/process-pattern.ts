/**
 * Which processes a vrrp_track_process means.
 */

/** A process as far as it matters here. */
export interface ProcessDescription {
  /** Its short name (`comm` of proc(5)), 15 bytes at most. */
  readonly name: string
  /** Its command line; empty for a kernel thread, or when it was not asked for. */
  readonly arguments: readonly string[]
}

/** What a process must look like. */
export interface ProcessPattern {
  /** The short name, or with `fullCommand` the program as it was started (`/usr/sbin/nginx`). */
  readonly command: string
  readonly fullCommand: boolean
  /** What follows the program on its command line; absent: it does not matter. */
  readonly parameters?: {
    readonly words: readonly string[]
    /**
     * `exact`: these and no others. `partial`: these are the first ones. `initial`: the same, and the last of them may
     * be the beginning of a longer one.
     */
    readonly match: 'exact' | 'partial' | 'initial'
  }
}

/** The kernel cuts names there, bytes. */
const NAME_LENGTH = 15

/** Whether the command line has to be known. */
export function needsArguments({ fullCommand, parameters }: ProcessPattern): boolean {
  return fullCommand || parameters !== undefined
}

/** Whether a process is one of those meant. */
export function matchesProcess(pattern: ProcessPattern, process: ProcessDescription): boolean {
  const [program, ...rest] = process.arguments
  const isCommand = pattern.fullCommand ? program === pattern.command : process.name === shortName(pattern.command)
  if (!isCommand || pattern.parameters === undefined) return isCommand
  const { words, match } = pattern.parameters
  if (match === 'exact' ? rest.length !== words.length : rest.length < words.length) return false
  return words.every((word, i) => {
    const given = rest[i] ?? ''
    return match === 'initial' && i === words.length - 1 ? given.startsWith(word) : given === word
  })
}

function shortName(command: string): string {
  return Buffer.from(command).subarray(0, NAME_LENGTH).toString()
}
