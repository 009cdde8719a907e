/**
 * The preprocessor of keepalived.conf: `include`, `@id` conditions, `$NAME` definitions, `~SEQ` and `~LST` repetition.
 * Yields the lines that are left, one at a time. Whatever the text, it ends: files, nesting, repetitions and the
 * length of substituted lines are bounded.
 */

import { type Definition, Definitions, matchDefinition } from './definitions.ts'
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { expandIncludes, parseInclude } from './include.ts'
import { type Decommented, decomment, readLines } from './lexer.ts'
import { parseSequence, startsSequence } from './sequence.ts'
import { SourceLine } from './source-line.ts'
import type { SourceReader } from './source-reader.ts'

/** What the reading of a configuration depends on beside its text. */
export interface PreprocessorOptions {
  /** Kept lines: `@ID`. keepalived's -i; its default is the host name up to the first dot. */
  readonly configId?: string | undefined
  /** Seed of `${_RANDOM}`; default 0. The keyword random_seed overrides it. */
  readonly randomSeed?: number
}

/** All lines that preprocessing may yield; more is a runaway. */
export const EXPANSION_LIMIT = 200_000
/** Nested definitions, sequences and includes. */
export const NESTING_LIMIT = 32
/** UTF-16 units of a line after substitution. */
export const EXPANDED_LINE_LIMIT = 4096
/** Substitutions in one line. */
export const SUBSTITUTION_LIMIT = 256
/** UTF-16 units that all substitutions may write. */
export const SUBSTITUTION_BUDGET = 50_000_000
/** Files read in all. */
export const FILE_LIMIT = 1000

/** Reads files into lines that are ready for the tokenizer. */
export class Preprocessor {
  readonly #reader: SourceReader
  readonly #log: DiagnosticLog
  readonly #configId: string | undefined
  readonly #definitions: Definitions
  readonly #files: string[] = []
  #steps = 0
  #written = 0
  #exhausted = false

  constructor(reader: SourceReader, log: DiagnosticLog, options: PreprocessorOptions = {}) {
    this.#reader = reader
    this.#log = log
    this.#configId = options.configId
    const { configId, randomSeed = 0 } = options
    this.#definitions = new Definitions({ reader, configId, randomSeed })
  }

  /** Every file read so far, in order. */
  get files(): readonly string[] {
    return [...new Set(this.#files)]
  }

  /** The lines of a file and of all that it includes. */
  *lines(path: string): Generator<SourceLine> {
    yield* this.#readFile(path, [], undefined)
  }

  *#readFile(path: string, including: readonly string[], from: SourcePosition | undefined): Generator<SourceLine> {
    const position = from ?? { file: path, line: 1, column: 1 }
    if (this.#files.length >= FILE_LIMIT) return this.#exhaust(position, `more than ${FILE_LIMIT} files are included`)
    this.#files.push(path)
    const source = this.#reader.read(path)
    if ('problem' in source) {
      this.#log.report('unreadable-file', position, `the file ${quote(path)} ${source.problem}`)
      return
    }
    const stack = [...including, path]
    const lines = readLines(path, source.text, this.#log)
    for (let next = lines.next(); next.done !== true && !this.#exhausted; next = lines.next()) {
      const { line, continued } = decomment(next.value, this.#log)
      if (line.text === '') continue
      if (!continued && !INSTRUCTION.test(line.text)) {
        // Nearly every line of a large file: nothing of what follows can find anything in it.
        if (this.#step(line)) yield line
        continue
      }
      const include = parseInclude(line)
      if (include !== undefined) {
        for (const target of expandIncludes(include, stack, this.#reader, this.#log)) {
          yield* this.#readFile(target, stack, include.position)
        }
        continue
      }
      const definition = this.#define(line, continued, lines)
      if (!definition) yield* this.#process(continued ? line.splice(line.text.length, line.text.length, '\\') : line, 0)
    }
  }

  /** Takes `$NAME=VALUE` in, with the lines that follow if it goes on. The line may be conditional. */
  #define(source: SourceLine, continued: boolean, following: Iterator<SourceLine>): boolean {
    const line = this.#condition(source)
    const match = line === undefined ? matchDefinition(this.#unconditioned(source).text) : matchDefinition(line.text)
    if (match === undefined) return false
    const base = line ?? this.#unconditioned(source)
    const body = [base.slice(match.valueAt)]
    let more = continued
    while (more && body.length < EXPANSION_LIMIT) {
      const next = following.next()
      if (next.done === true) break
      const part: Decommented = decomment(next.value, this.#log)
      body.push(part.line)
      more = part.continued
    }
    const lines = body.length === 1 ? body : body.filter(part => part.text !== '')
    if (line !== undefined) this.#definitions.set(match.name, { lines: lines.length === 0 ? body.slice(0, 1) : lines })
    return true
  }

  /** One line through conditions, sequences and substitution, until nothing is left to do. */
  *#process(source: SourceLine, depth: number): Generator<SourceLine> {
    if (depth > NESTING_LIMIT) {
      const message = `definitions or sequences are nested deeper than ${NESTING_LIMIT}: does one contain itself?`
      this.#log.report('runaway-expansion', source.positionAt(0), message)
      return
    }
    if (!this.#step(source)) return
    let line = this.#condition(source.trim())
    let rest: readonly SourceLine[] = []
    for (let replaced = 0; line !== undefined && line.text !== ''; replaced++) {
      const match = matchDefinition(line.text)
      if (match !== undefined) {
        this.#definitions.set(match.name, { lines: [line.slice(match.valueAt)] })
        line = undefined
        break
      }
      if (startsSequence(line.text)) {
        yield* this.#repeat(line, depth)
        line = undefined
        break
      }
      const found = this.#definitions.find(line)
      if (found === undefined) break
      this.#written += line.text.length
      if (replaced >= SUBSTITUTION_LIMIT || line.text.length > EXPANDED_LINE_LIMIT) {
        const { name, from } = found.reference
        const message = `substitution makes this line endless or too long: does ${quote(`$${name}`)} contain itself?`
        this.#log.report('runaway-expansion', line.positionAt(from), message)
        // Its next use would cost as much and say nothing new.
        this.#definitions.delete(name)
        return
      }
      if (this.#written > SUBSTITUTION_BUDGET) {
        return this.#exhaust(source.positionAt(0), 'the text substitutes without end')
      }
      const [first, ...others] = found.definition.lines
      // A body on a line of its own keeps its own place in the file; anything else counts as read at its use.
      line =
        first === undefined || (others.length > 0 && found.reference.from === 0)
          ? first
          : line.splice(found.reference.from, found.reference.to, first.text)
      if (others.length > 0) rest = [...others, ...rest]
      line = line === undefined ? undefined : this.#condition(line)
    }
    if (line !== undefined && line.text !== '') {
      this.#reportUndefined(line)
      const seed = /^random_seed[ \t]+(\d{1,10})$/.exec(line.text)?.[1]
      if (seed !== undefined) this.#definitions.seed(Number(seed))
      yield line
    }
    for (const part of rest) {
      if (this.#exhausted) return
      yield* this.#process(part, depth + 1)
    }
  }

  *#repeat(line: SourceLine, depth: number): Generator<SourceLine> {
    const sequence = parseSequence(line.text, parameters => this.#substitute(line, parameters))
    if ('problem' in sequence) {
      this.#log.report('invalid-sequence', line.positionAt(sequence.at), sequence.problem)
      return
    }
    const text = line.slice(sequence.textAt)
    for (const values of sequence.values()) {
      if (this.#exhausted) return
      for (const [i, name] of sequence.variables.entries()) this.#definitions.setText(name, values[i] ?? '', line)
      if (text.text === '') return
      yield* this.#process(text, depth + 1)
    }
  }

  /** Definitions in the parameters of a sequence. */
  #substitute(at: SourceLine, parameters: string): string {
    let line = SourceLine.of(at.file, at.line, parameters)
    for (let i = 0; i < NESTING_LIMIT && line.text.length < EXPANDED_LINE_LIMIT; i++) {
      const found = this.#definitions.find(line)
      const value: Definition['lines'][number] | undefined = found?.definition.lines[0]
      if (found === undefined || value === undefined) break
      line = line.splice(found.reference.from, found.reference.to, value.text)
    }
    return line.text
  }

  /** The line without its `@id`; undefined when the condition is false. */
  #condition(line: SourceLine): SourceLine | undefined {
    let current = line
    for (let match = CONDITION.exec(current.text); match !== null; match = CONDITION.exec(current.text)) {
      const holds = (match[2] === this.#configId) !== (match[1] === '^')
      if (!holds || match[0].length === current.text.length) return undefined
      current = current.slice(match[0].length)
    }
    return current
  }

  #unconditioned(line: SourceLine): SourceLine {
    const match = CONDITION.exec(line.text)
    return match === null ? line : line.slice(match[0].length)
  }

  /** `${NAME}` that nobody defined stays as it is; outside quotes that is hardly ever meant. */
  #reportUndefined(line: SourceLine): void {
    if (!line.text.includes('${')) return
    const bare = line.text.replace(/"[^"]*("|$)/g, quoted => ' '.repeat(quoted.length))
    for (const match of bare.matchAll(/\$\{([A-Za-z_]\w*)[^}]*\}/g)) {
      const message = `${quote(match[0])} is not defined here and stays as it is: define it above with $${match[1]}=…`
      this.#log.report('undefined-definition', line.positionAt(match.index), message)
    }
  }

  /** Counts a line; false when that is one too many. */
  #step(line: SourceLine): boolean {
    if (++this.#steps <= EXPANSION_LIMIT) return true
    this.#exhaust(line.positionAt(0), `the text grows to more than ${EXPANSION_LIMIT} lines`)
    return false
  }

  #exhaust(position: SourcePosition, problem: string): void {
    if (!this.#exhausted) this.#log.report('runaway-expansion', position, `${problem}: reading stops here`)
    this.#exhausted = true
  }
}

/** What a line has that tells the preprocessor something. */
const INSTRUCTION = /[$@~]|^include|^random_seed/

/** keepalived compares the word right behind `@` or `@^`. */
const CONDITION = /^@(\^?)([^ \t]*)[ \t]*/
