/**
 * Statements against declarations: looks keywords up, has their arguments parsed, reports what is wrong once.
 */
import type { ArgumentInput, Keyword, KeywordTable, Located, ParsedBlock, Values } from './declaration.ts'
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { Word } from './lexer.ts'
import type { Statement } from './statement.ts'
import { suggest } from './suggest.ts'

/** A block that is being read. */
interface Frame {
  readonly name: string
  readonly keywords: KeywordTable
}

/** Reads blocks. One for each configuration. */
export class Interpreter {
  readonly #log: DiagnosticLog
  readonly #frames: Frame[] = []
  /** What is left of a block whose closing brace is missing: it belongs to the block around it. */
  #leftOver: readonly Statement[] = []
  /** Inside a block that is not supported as a whole: its keywords draw no warnings of their own. */
  #quiet = 0
  readonly #notes = new Map<string, { readonly name: string; readonly position: SourcePosition }[]>()

  constructor(log: DiagnosticLog) {
    this.#log = log
  }

  /** Reads the statements of a block, or of the whole file. */
  read<K extends KeywordTable>(
    name: string,
    statements: readonly Statement[],
    keywords: K,
    position: SourcePosition,
    words: readonly Word[] = [],
  ): ParsedBlock<K> {
    const values: Record<string, Located<unknown>> = Object.create(null)
    const mistaken = new Set<string>()
    /** All values of keywords that add up; joined once, at the end. */
    const repeated = new Map<string, unknown[]>()
    this.#frames.push({ name, keywords })
    const queue = [...statements].reverse()
    for (let statement = queue.pop(); statement !== undefined; statement = queue.pop()) {
      const declared = lookUp(keywords, statement.keyword)
      if (declared === undefined) {
        if (this.#belongsAround(statement)) {
          this.#leftOver = [statement, ...queue.reverse()]
          break
        }
        this.#reportUnknown(statement, name, keywords, mistaken)
        continue
      }
      this.#store(statement, declared, values, mistaken, repeated)
      if (this.#leftOver.length > 0) {
        queue.push(...[...this.#leftOver].reverse())
        this.#leftOver = []
      }
    }
    this.#frames.pop()
    for (const [name, all] of repeated) {
      const first = values[name]
      const joined = keywords[name]?.argument.merge?.(all)
      if (first !== undefined && joined !== undefined) values[name] = { value: joined, position: first.position }
    }
    return { position, words, values: values as Values<K>, mistaken }
  }

  /** Reports what is not supported: once for all keywords that share a consequence. */
  reportNotes(): void {
    for (const [key, places] of this.#notes) {
      const [first, ...others] = places
      if (first === undefined) continue
      const note = key.slice(key.indexOf('\n') + 1)
      const names = [...new Set(places.map(place => place.name))].map(name => `'${name}'`)
      const verb = names.length === 1 ? 'is' : 'are'
      const message = `${names.join(', ')} ${verb} not supported yet: ${note}`
      const related = others.map(({ name, position }) => ({ ...position, message: `'${name}' is here too` }))
      this.#log.report('not-supported', first.position, message, { related })
    }
  }

  #store(
    statement: Statement,
    declared: Keyword<unknown>,
    values: Record<string, Located<unknown>>,
    mistaken: Set<string>,
    repeated: Map<string, unknown[]>,
  ): void {
    const { text: name, position } = statement.keyword
    const { argument } = declared
    if (!this.#checkForm(statement, declared)) {
      mistaken.add(name)
      return
    }
    this.#note(name, declared, position)
    const earlier = values[name]
    const value = this.#parse(statement, declared)
    // A list of which every line was wrong has had its messages.
    const lines = statement.block?.statements.length ?? 0
    if (value === undefined || (Array.isArray(value) && value.length === 0 && lines > 0)) mistaken.add(name)
    if (value === undefined) return
    if (earlier === undefined) {
      values[name] = { value, position }
    } else if (argument.merge !== undefined) {
      const all = repeated.get(name)
      if (all === undefined) repeated.set(name, [earlier.value, value])
      else all.push(value)
    } else {
      const counts = declared.firstCounts === true ? 'the first one counts' : 'this one counts'
      const related = [{ ...earlier.position, message: 'set here before' }]
      this.#log.report('repeated-keyword', position, `'${name}' is set twice in one block: ${counts}`, { related })
      if (declared.firstCounts !== true) values[name] = { value, position }
    }
  }

  #parse(statement: Statement, declared: Keyword<unknown>): unknown {
    const { argument } = declared
    const silent = declared.status === 'not-supported' && argument.keywords !== undefined
    const log = this.#log
    const name = statement.keyword.text
    const instead = declared.default === undefined ? 'the line is ignored' : `the default ${declared.default} applies`
    const input: ArgumentInput = {
      statement,
      words: statement.words.slice(0, argument.arity[1]),
      log,
      reject: (word, problem) => {
        log.report('invalid-value', word.position, `'${name}': ${problem}: ${instead}`)
        return undefined
      },
      readBlock: keywords => {
        const { position } = statement.keyword
        return this.read(name, statement.block?.statements ?? [], keywords, position, statement.words)
      },
    }
    if (silent) this.#quiet++
    try {
      return argument.parse(input)
    } finally {
      if (silent) this.#quiet--
    }
  }

  /** Enough words, no more than enough, and a block if and only if there should be one. */
  #checkForm({ keyword, words, block }: Statement, { argument }: Keyword<unknown>): boolean {
    const { text: name, position } = keyword
    const [least, most] = argument.arity
    if (block === undefined && argument.body !== undefined) {
      this.#log.report('missing-block', position, `'${name}' needs a block in { }`)
      return false
    }
    if (words.length < least) {
      this.#log.report('missing-argument', position, `'${name}' needs a value: ${argument.syntax}`)
      return false
    }
    if (block !== undefined && argument.body === undefined) {
      this.#log.report('unexpected-block', block.position, `'${name}' takes no block: everything in it is skipped`)
    }
    const extra = words[most]
    if (extra !== undefined) this.#reportExtra(name, extra, words.length - most)
    return true
  }

  /** The words themselves are not shown: one may be a password. */
  #reportExtra(name: string, extra: Word, count: number): void {
    const frame = this.#frames.at(-1)
    const lost = frame !== undefined && lookUp(frame.keywords, extra) !== undefined
    const message = lost
      ? `'${extra.text}' behind the value of '${name}' is ignored: only one keyword is read on a line, give it its own`
      : `${count === 1 ? 'a word' : `${count} words`} behind the value of '${name}' ${count === 1 ? 'is' : 'are'} ignored`
    this.#log.report('ignored-words', extra.position, message)
  }

  #note(name: string, declared: Keyword<unknown>, position: SourcePosition): void {
    if (declared.replacement !== undefined) {
      const message = `'${name}' is outdated and keepalived 2.x complains about it: ${declared.replacement}`
      this.#log.report('outdated-keyword', position, message)
    }
    if (declared.note === undefined || this.#quiet > 0) return
    const key = `${position.file}\n${declared.note}`
    const places = this.#notes.get(key)
    if (places === undefined) this.#notes.set(key, [{ name, position }])
    else places.push({ name, position })
  }

  /** Unknown here, but known to the block around: a closing brace is missing. Reported here, once. */
  #belongsAround({ keyword, block }: Statement): boolean {
    const inner = this.#frames.at(-1)
    const outer = this.#frames.at(-2)
    if (inner === undefined || outer === undefined || this.#frames.length < 3) return false
    const declared = lookUp(outer.keywords, keyword)
    if (declared === undefined || (declared.argument.body !== undefined && block === undefined)) return false
    const message = `'${keyword.text}' belongs in '${outer.name}', not in '${inner.name}': is a '}' missing above?`
    this.#log.report('missing-brace', keyword.position, message)
    return true
  }

  #reportUnknown(statement: Statement, block: string, keywords: KeywordTable, mistaken: Set<string>): void {
    const { text, position } = statement.keyword
    const where = this.#frames.length === 1 ? 'at the top level' : `in '${block}'`
    const skipped = statement.block === undefined ? 'the line is ignored' : 'it is skipped with its block'
    if (/^include[rmwba]?$/.test(text)) {
      const message = `'${text}' works at the start of a line only: not behind '@id', '{' or in a definition`
      this.#log.report('misplaced-include', position, message)
      return
    }
    // `notify_"/path"` is two words: what is glued to a quote was cut off before its end.
    const glued = statement.words[0]
    const cut = text.endsWith('_') && glued?.quoted === true
    const candidates = this.#log.isFull ? [] : Object.keys(keywords)
    const suggestion = cut ? cutName(text, glued.text, candidates) : suggest(text, candidates)
    if (suggestion !== undefined) mistaken.add(suggestion)
    const message = `unknown keyword ${quote(text)} ${where}: ${skipped}`
    this.#log.report('unknown-keyword', position, message, { suggestion })
  }
}

function lookUp(keywords: KeywordTable, word: Word): Keyword<unknown> | undefined {
  return Object.hasOwn(keywords, word.text) ? keywords[word.text] : undefined
}

/** `notify_` before a script that is called with `fault` most likely was `notify_fault`. */
function cutName(stem: string, value: string, candidates: readonly string[]): string | undefined {
  const names = candidates.filter(name => name.startsWith(stem))
  const last = value.trim().split(/\s+/).at(-1) ?? ''
  return names.find(name => name === stem + last.toLowerCase()) ?? suggest(stem, names)
}
