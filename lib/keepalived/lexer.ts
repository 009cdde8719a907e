/**
 * The lexer of keepalived.conf: lines, comments, quotes, braces. It follows keepalived's own reading to the letter,
 * because that is what the files in the field are written against.
 *
 * - `!` and `#` start a comment anywhere, also in the middle of a word, except between double quotes. `\#` and `\!`
 *   stand for the characters themselves.
 * - `{` and `}` outside double quotes are tokens of their own anywhere; what follows them is read as if it stood on
 *   the next line.
 * - `"a b"` is one word, and a quote ends a bare word. Single quotes mean nothing here.
 */
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { SourceLine } from './source-line.ts'
import { utf8Length } from './utf8-length.ts'

/** keepalived ignores longer lines. In bytes of UTF-8, without the line end. */
export const LINE_LIMIT = 1024

/** A word. */
export interface Word {
  readonly type: 'word'
  readonly text: string
  /** It stood between double quotes. */
  readonly quoted: boolean
  readonly position: SourcePosition
  /** Where it stands in the text of its line, quotes included. */
  readonly span: readonly [from: number, to: number]
}

/** A word or a brace. */
export type Token = Word | { readonly type: '{' | '}'; readonly position: SourcePosition }

/** The lines of a file, without their ends. Too long ones are reported and come out empty. */
export function* readLines(file: string, text: string, log: DiagnosticLog): Generator<SourceLine> {
  let start = 0
  if (text.charCodeAt(0) === 0xfeff) {
    const position = { file, line: 1, column: 1 }
    log.report('byte-order-mark', position, 'the file starts with a byte order mark: keepalived takes it for a word')
    start = 1
  }
  for (let line = 1; start <= text.length; line++) {
    let end = text.indexOf('\n', start)
    if (end === -1) end = text.length
    let stop = end
    while (stop > start && text.charCodeAt(stop - 1) === 0x0d) stop--
    const content = text.slice(start, stop)
    if (isLongerThan(content, LINE_LIMIT)) {
      const message = `the line is longer than ${LINE_LIMIT} bytes and is ignored: split it`
      log.report('line-too-long', { file, line, column: 1 }, message)
      yield SourceLine.of(file, line, '')
    } else {
      yield SourceLine.of(file, line, content)
    }
    start = end + 1
  }
}

/** A line without its comment. */
export interface Decommented {
  readonly line: SourceLine
  /** It ended in a backslash: the body of a definition goes on in the next line. */
  readonly continued: boolean
}

/** Removes comment, the escapes of comment characters, and outer blanks. */
export function decomment(source: SourceLine, log: DiagnosticLog): Decommented {
  let line = source.trim()
  if (!COMMENT_OR_QUOTE.test(line.text)) return { line, continued: false }
  let quoteStart = -1
  let continued = false
  for (let i = 0; i < line.text.length; i++) {
    const c = line.text[i]
    if (c === '"') {
      quoteStart = quoteStart === -1 ? i : -1
    } else if (c === '\\') {
      const next = line.text[i + 1]
      if (next === undefined) {
        continued = true
        line = line.slice(0, i)
      } else if (quoteStart === -1 && (next === '#' || next === '!')) {
        line = line.splice(i, i + 1, '')
      } else {
        i++
      }
    } else if (quoteStart === -1 && (c === '#' || c === '!')) {
      // A backslash at the very end continues the line even from inside a comment.
      continued = line.text.endsWith('\\')
      if (i > 0 && !/[\s{}"]/.test(line.text[i - 1] ?? '')) {
        const message = `a comment starts in the middle of a word and cuts it: write \\${c} for the character itself, or a blank before the comment`
        log.report('comment-in-word', line.positionAt(i), message)
      }
      line = line.slice(0, i)
    }
  }
  if (quoteStart !== -1) {
    const message = `the quote is never closed: everything up to the end of the line is in it`
    log.report('unterminated-quote', line.positionAt(quoteStart), message)
  }
  return { line: line.trim(), continued }
}

/** The tokens of a line whose comment is gone. */
export function tokenize(line: SourceLine): Token[] {
  const { text } = line
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match
    const from = match.index
    const position = line.positionAt(from)
    if (token === '{' || token === '}') {
      tokens.push({ type: token, position })
    } else if (token.startsWith('"')) {
      // One that is never closed ends where its closing quote would be, behind the line.
      const close = text.indexOf('"', from + 1)
      const end = close === -1 ? text.length : close
      tokens.push({ type: 'word', text: text.slice(from + 1, end), quoted: true, position, span: [from, end + 1] })
    } else {
      tokens.push({ type: 'word', text: token, quoted: false, position, span: [from, from + token.length] })
    }
  }
  return tokens
}

/** A name or value as it may stand in a message. */
export function quoteWord(word: Word): string {
  return quote(word.text)
}

/** A brace, a word in quotes, or a bare word. `${NAME}` of an unknown name stays whole, its braces are no block. */
const TOKEN = /[{}]|"[^"]*"?|(?:\$\{[^}]*\}|[^ \t\f\v\r\n"{}])+/g

/** What a line has that is more than words and braces. */
const COMMENT_OR_QUOTE = /[!#"\\]/

function isLongerThan(text: string, limit: number): boolean {
  // Most lines are short enough at three octets for each unit: no need to count.
  return text.length * 3 > limit && (text.length > limit || utf8Length(text) > limit)
}
