/**
 * Tokens into statements and blocks, before any keyword is looked up: `keyword word word { … }`.
 * A block may open on the line after its keyword, and a lost brace costs one message.
 */
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { type Token, tokenize, type Word } from './lexer.ts'
import type { SourceLine } from './source-line.ts'

/** A keyword, or a line of a list, with the words behind it. */
export interface Statement {
  readonly keyword: Word
  readonly words: readonly Word[]
  /** The text behind the keyword as it is written: command lines have quoting rules of their own. */
  readonly rest: string
  /** What stands between its braces. */
  readonly block: Block | undefined
}

/** The inside of a pair of braces. */
export interface Block {
  /** The opening brace. */
  readonly position: SourcePosition
  readonly statements: readonly Statement[]
}

/** Deeper blocks are reported and left out; keepalived knows five levels. */
export const BLOCK_DEPTH_LIMIT = 32

/** The statements of a whole configuration. */
export interface ParsedStatements {
  readonly statements: readonly Statement[]
  /** A block that is still open at the end. Worth a message only if no better place for the missing brace is found. */
  readonly unclosed: { readonly position: SourcePosition; readonly message: string } | undefined
}

interface OpenStatement {
  readonly keyword: Word
  readonly words: readonly Word[]
  readonly rest: string
  block: OpenBlock | undefined
}

interface OpenBlock {
  readonly position: SourcePosition
  readonly owner: OpenStatement | undefined
  readonly statements: OpenStatement[]
}

/**
 * Builds the statements of a whole configuration.
 * @param rootBlocks Keywords that open a block at the top level only: meeting one deeper means that a brace is missing.
 */
export function parseStatements(
  lines: Iterable<SourceLine>,
  rootBlocks: ReadonlySet<string>,
  log: DiagnosticLog,
): ParsedStatements {
  const root: OpenBlock = { position: { file: '', line: 0, column: 0 }, owner: undefined, statements: [] }
  let stack: OpenBlock[] = [root]
  const current = (): OpenBlock => stack.at(-1) ?? root

  const open = (position: SourcePosition): void => {
    const { statements } = current()
    const owner = statements.at(-1)
    const block: OpenBlock = { position, owner, statements: [] }
    if (owner === undefined || owner.block !== undefined) {
      log.report('unexpected-brace', position, "no keyword stands before this '{': its block is skipped")
    } else if (stack.length > 1 && rootBlocks.has(owner.keyword.text) && !owner.keyword.quoted) {
      statements.pop()
      reportUnclosed(stack[1], owner.keyword, log)
      stack = [root]
      root.statements.push(owner)
      owner.block = block
    } else if (stack.length > BLOCK_DEPTH_LIMIT) {
      log.report(
        'unexpected-brace',
        position,
        `blocks are nested deeper than ${BLOCK_DEPTH_LIMIT}: this one is skipped`,
      )
    } else {
      owner.block = block
    }
    stack.push(block)
  }

  for (const line of lines) {
    let words: Word[] = []
    const flush = (): void => {
      const [keyword, ...rest] = words
      if (keyword !== undefined) {
        const text = line.text.slice(keyword.span[1], rest.at(-1)?.span[1] ?? keyword.span[1])
        current().statements.push({ keyword, words: rest, rest: text, block: undefined })
      }
      words = []
    }
    for (const token of tokenize(line)) {
      if (token.type === 'word') {
        words.push(token)
        continue
      }
      flush()
      if (token.type === '{') open(token.position)
      else if (stack.length > 1) stack.pop()
      else reportStray(token, log)
    }
    flush()
  }
  const unclosed = stack[1]
  return {
    statements: root.statements,
    unclosed:
      unclosed === undefined
        ? undefined
        : {
            position: unclosed.owner?.keyword.position ?? unclosed.position,
            message: `${describe(unclosed)} is never closed: a '}' is missing`,
          },
  }
}

function reportUnclosed(block: OpenBlock | undefined, next: Word, log: DiagnosticLog): void {
  if (block === undefined) return
  const message = `${describe(block)} is not closed before this ${quote(next.text)}: a '}' is missing above`
  const opened = { ...block.position, message: 'the block opens here' }
  log.report('missing-brace', next.position, message, { related: [opened] })
}

function reportStray(token: Token, log: DiagnosticLog): void {
  log.report(
    'unexpected-brace',
    token.position,
    "this '}' closes nothing: there is one too many, or a '{' is missing above",
  )
}

function describe(block: OpenBlock): string {
  const { owner } = block
  if (owner === undefined) return 'the block'
  const name = owner.words[0]
  return quote(name === undefined ? owner.keyword.text : `${owner.keyword.text} ${name.text}`)
}
