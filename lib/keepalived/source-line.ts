/**
 * A line of text that remembers where each of its characters came from, through comment removal and substitution.
 */
import type { SourcePosition } from './diagnostic.ts'

/** A line on its way through the preprocessor. Immutable. */
export class SourceLine {
  readonly file: string
  readonly line: number
  readonly text: string
  /** Column of each UTF-16 unit; undefined: unit i is column i + 1 + `#shift`. */
  readonly #columns: readonly number[] | undefined
  readonly #shift: number

  private constructor(file: string, line: number, text: string, columns: readonly number[] | undefined, shift: number) {
    this.file = file
    this.line = line
    this.text = text
    this.#columns = columns
    this.#shift = shift
  }

  /** A line as it stands in the file. */
  static of(file: string, line: number, text: string): SourceLine {
    return new SourceLine(file, line, text, /[\ud800-\udbff]/.test(text) ? columnsOf(text) : undefined, 0)
  }

  /** Where the character at `index` was read. The end of the text is the column after its last character. */
  positionAt(index: number): SourcePosition {
    return { file: this.file, line: this.line, column: this.#columnAt(index) }
  }

  /** Part of the line. */
  slice(from: number, to = this.text.length): SourceLine {
    const text = this.text.slice(from, to)
    if (this.#columns === undefined) return new SourceLine(this.file, this.line, text, undefined, this.#shift + from)
    return new SourceLine(this.file, this.line, text, this.#columns.slice(from, to), this.#columnAt(from) - 1)
  }

  /** The line with `from`..`to` replaced; every character of `replacement` counts as read at `from`. */
  splice(from: number, to: number, replacement: string): SourceLine {
    const columns: number[] = []
    for (let i = 0; i < from; i++) columns.push(this.#columnAt(i))
    for (let i = 0; i < replacement.length; i++) columns.push(this.#columnAt(from))
    for (let i = to; i < this.text.length; i++) columns.push(this.#columnAt(i))
    const text = this.text.slice(0, from) + replacement + this.text.slice(to)
    return new SourceLine(this.file, this.line, text, columns, this.#columnAt(0) - 1)
  }

  /** Without blanks and tabs at both ends. */
  trim(): SourceLine {
    let from = 0
    let to = this.text.length
    while (from < to && isBlank(this.text.charCodeAt(from))) from++
    while (to > from && isBlank(this.text.charCodeAt(to - 1))) to--
    return from === 0 && to === this.text.length ? this : this.slice(from, to)
  }

  #columnAt(index: number): number {
    if (this.#columns === undefined) return index + 1 + this.#shift
    return this.#columns[index] ?? (this.#columns.at(-1) ?? this.#shift) + 1
  }
}

/** Blank or tab. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Columns in characters where UTF-16 needs two units for some. */
function columnsOf(text: string): number[] {
  const columns: number[] = []
  let column = 1
  for (const character of text) {
    for (let i = 0; i < character.length; i++) columns.push(column)
    column++
  }
  return columns
}
