/**
 * Definitions of keepalived.conf: `$NAME=VALUE` with bodies of one or more lines, and the built-in `${_NAME}`.
 * Values are looked up where they are used, so a definition may speak of one that is set later.
 */
import { SourceLine } from './source-line.ts'
import type { SourceReader } from './source-reader.ts'

/** The value of a definition: its lines, each where it stands in the file. */
export interface Definition {
  readonly lines: readonly SourceLine[]
}

/** A use of a definition in a line. */
export interface Reference {
  /** Where `$` is, and the index behind the reference. */
  readonly from: number
  readonly to: number
  readonly name: string
  /** What follows the name between braces: `${_RANDOM 1 6}`. */
  readonly parameters: string
  readonly braced: boolean
}

/** What built-in definitions depend on. */
export interface BuiltInSources {
  readonly reader: SourceReader
  /** Value of `${_INSTANCE}`. */
  readonly configId: string | undefined
  /** Start of the `${_RANDOM}` sequence; the same seed gives the same file. */
  readonly randomSeed: number
}

const REFERENCE = /\$(?:\{([A-Za-z_]\w*)((?: +[\w.-]+)* *)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))/g

/** `NAME` and the start of the value when the line is `$NAME=VALUE`. */
export function matchDefinition(text: string): { readonly name: string; readonly valueAt: number } | undefined {
  const match = /^\$([A-Za-z_]\w*)=[ \t]*/.exec(text)
  return match?.[1] === undefined ? undefined : { name: match[1], valueAt: match[0].length }
}

/** The definitions in force at one point of the reading. */
export class Definitions {
  readonly #values = new Map<string, Definition>()
  readonly #sources: BuiltInSources
  #random: number

  constructor(sources: BuiltInSources) {
    this.#sources = sources
    this.#random = sources.randomSeed >>> 0
  }

  /** Sets a definition; a built-in one may be replaced. */
  set(name: string, definition: Definition): void {
    this.#values.set(name, definition)
  }

  /** Forgets a definition. */
  delete(name: string): void {
    this.#values.delete(name)
  }

  /** Sets a definition of one line: the variable of a sequence. */
  setText(name: string, text: string, at: SourceLine): void {
    this.set(name, { lines: [SourceLine.of(at.file, at.line, text)] })
  }

  /** Restarts `${_RANDOM}` (keyword random_seed). */
  seed(value: number): void {
    this.#random = value >>> 0
  }

  /** The first reference to a known definition, and the names of unknown ones in braces before it. */
  find(line: SourceLine, from = 0): { readonly reference: Reference; readonly definition: Definition } | undefined {
    REFERENCE.lastIndex = from
    for (let match = REFERENCE.exec(line.text); match !== null; match = REFERENCE.exec(line.text)) {
      const name = match[1] ?? match[3] ?? ''
      const to = match.index + match[0].length
      const braced = match[1] !== undefined
      const reference = { from: match.index, to, name, parameters: (match[2] ?? '').trim(), braced }
      const definition = this.#lookUp(reference, line)
      if (definition === undefined) continue
      // A body of several lines replaces the end of a line only.
      if (definition.lines.length > 1 && to !== line.text.length) continue
      return { reference, definition }
    }
    return undefined
  }

  #lookUp(reference: Reference, line: SourceLine): Definition | undefined {
    const { name, parameters } = reference
    const value = parameters === '' ? this.#values.get(name) : undefined
    if (value !== undefined) return value
    const text = this.#builtIn(name, parameters, line)
    return text === undefined ? undefined : { lines: [SourceLine.of(line.file, line.line, text)] }
  }

  #builtIn(name: string, parameters: string, line: SourceLine): string | undefined {
    switch (name) {
      case '_PWD':
        return line.file.includes('/') ? line.file.slice(0, line.file.lastIndexOf('/')) || '/' : '.'
      case '_INSTANCE':
        return this.#sources.configId ?? ''
      case '_HASH':
        return '#'
      case '_BANG':
        return '!'
      case '_RANDOM':
        return this.#drawRandom(parameters)
      case '_ENV':
        return parameters === '' ? undefined : (this.#sources.reader.environment?.(parameters) ?? '')
      default:
        return undefined
    }
  }

  /** A whole number of `MIN`..`MAX`, default 0..32767. */
  #drawRandom(parameters: string): string | undefined {
    const [min = 0, max = 32767, ...rest] = parameters === '' ? [] : parameters.split(/ +/).map(Number)
    if (rest.length > 0 || !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < min) {
      return undefined
    }
    // mulberry32: small, and the same everywhere.
    this.#random = (this.#random + 0x6d2b79f5) >>> 0
    let x = this.#random
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    const fraction = ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
    return String(min + Math.floor(fraction * (max - min + 1)))
  }
}
