/**
 * PCRE2 to JavaScript: the `regex` of a url (pcre2pattern(3), pcre2api(3)) as a RegExp over latin-1 text, where one
 * character is one byte, or over UTF-8 text with the option `utf`.
 *
 * What differs between the two is translated: `$`, `.`, `\A`, `\Z`, `\z`, `\h`, `\R`, `\Q…\E`, `\x{…}`, POSIX classes,
 * free spacing, options at the start. What JavaScript cannot do (atomic groups, possessive quantifiers, recursion,
 * conditions, callouts) is refused.
 */
import type { Pattern } from './pattern.ts'

/** Options that change how the expression is read. */
const TRANSLATED = ['caseless', 'multiline', 'dotall', 'extended', 'dollar_endonly', 'utf', 'ungreedy'] as const
/** Options that tune the matcher of PCRE2, or forbid what the expression then does not use: without effect here. */
const WITHOUT_EFFECT: readonly string[] = [
  'alt_bsux',
  'alt_circumflex',
  'alt_verbnames',
  'auto_callout',
  'dupnames',
  'match_unset_backref',
  'never_backslash_c',
  'never_ucp',
  'never_utf',
  'no_auto_possess',
  'no_dotstar_anchor',
  'no_start_optimize',
  'ucp',
  'use_offset_limit',
]

const INLINE: Readonly<Record<string, (typeof TRANSLATED)[number]>> = {
  i: 'caseless',
  m: 'multiline',
  s: 'dotall',
  x: 'extended',
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  cntrl: '\\x00-\\x1f\\x7f',
  print: ' -~',
  graph: '!-~',
}

/** Any character at all. */
const ANY = '[\\s\\S]'
const VERY_END = `(?!${ANY})`
const VERY_START = `(?<!${ANY})`

/** A pattern made ready. */
export interface CompiledPattern {
  /** With the flag `g`, so that a search can start at an offset. */
  readonly expression: RegExp
  readonly encoding: 'latin1' | 'utf8'
}

/** @throws RangeError, SyntaxError saying what cannot be done */
export function compilePattern({ source, options = [] }: Pattern): CompiledPattern {
  const set = new Set<string>(options)
  for (const option of set) {
    const known: readonly string[] = [...TRANSLATED, ...WITHOUT_EFFECT]
    if (!known.includes(option)) throw new RangeError(`the option '${option}' is not supported`)
  }
  if (set.has('ungreedy')) throw new RangeError(`the option 'ungreedy' is not supported: write *? and +?`)
  const [, letters, rest = source] = /^\(\?([imsx]+)\)(.*)$/s.exec(source) ?? []
  for (const letter of letters ?? '') set.add(INLINE[letter] ?? letter)
  const flags = `g${set.has('caseless') ? 'i' : ''}${set.has('utf') ? 'u' : ''}`
  const expression = new RegExp(translate(rest, set), flags)
  return { expression, encoding: set.has('utf') ? 'utf8' : 'latin1' }
}

/** One piece of an expression: quoted text, a code, an escape, a class, any other character. */
const PIECE =
  /\\Q(.*?)(?:\\E|$)|\\x\{([0-9a-fA-F]+)\}|\\([\s\S])|\[(\^?)(\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*)\]|[\s\S]/gs
/** With free spacing also a comment. */
const FREE_PIECE = new RegExp(`#[^\\n]*|${PIECE.source}`, PIECE.flags)

type Groups = readonly (string | undefined)[]

function translate(source: string, options: ReadonlySet<string>): string {
  const free = options.has('extended')
  const multiline = options.has('multiline')
  const atEnd = multiline ? `(?=\\n|${VERY_END})` : options.has('dollar_endonly') ? VERY_END : `(?=\\n?${VERY_END})`
  const outside: Readonly<Record<string, string>> = {
    $: atEnd,
    '^': multiline ? `(?<=\\n|${VERY_START})` : VERY_START,
    '.': options.has('dotall') ? ANY : '[^\\n]',
  }
  return source.replace(free ? FREE_PIECE : PIECE, (piece: string, ...groups: Groups) => {
    const [quoted, code, escaped, not, members] = groups
    if (quoted !== undefined) return quoted.replace(/[^\w]/g, '\\$&')
    if (code !== undefined) return hexadecimal(code, options)
    if (escaped !== undefined) return translateEscape(escaped)
    if (members !== undefined) return `[${not}${translateClass(members)}]`
    if (free && /^[\s#]/.test(piece)) return ''
    return outside[piece] ?? piece
  })
}

function hexadecimal(code: string, options: ReadonlySet<string>): string {
  const value = Number.parseInt(code, 16)
  if (value > 0xff && !options.has('utf')) throw new RangeError(`\\x{${code}} needs the option 'utf'`)
  return value > 0xff ? `\\u{${code}}` : `\\x${value.toString(16).padStart(2, '0')}`
}

function translateEscape(letter: string): string {
  switch (letter) {
    case 'A':
      return VERY_START
    case 'z':
      return VERY_END
    case 'Z':
      return `(?=\\n?${VERY_END})`
    case 'h':
      return '[ \\t]'
    case 'H':
      return '[^ \\t]'
    case 'R':
      return '(?:\\r\\n|[\\n\\v\\f\\r])'
    case 'a':
      return '\\x07'
    case 'e':
      return '\\x1b'
    case 'N':
      return '[^\\n]'
    case 'C':
    case 'G':
    case 'K':
    case 'X':
    case 'g':
      throw new RangeError(`\\${letter} is not supported`)
    default:
      // With `u` only syntax characters may be escaped; escaping another one means nothing.
      return /[\w^$\\.*+?()[\]{}|/-]/.test(letter) ? `\\${letter}` : letter
  }
}

function translateClass(members: string): string {
  return members
    .replace(/\[:(\^?)(\w+):\]/g, (_, not: string, name: string) => {
      const range = POSIX[name]
      if (range === undefined || not !== '') throw new RangeError(`[:${not}${name}:] is not supported`)
      return range
    })
    .replace(/^\]/, '\\]')
    .replace(/\\h/g, ' \\t')
    .replace(/\\([^\w^$\\.*+?()[\]{}|/-])/g, '$1')
}
