/**
 * How a keyword is declared. One declaration drives the parser, its messages and the table in the documentation.
 */
import type { SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { Word } from './lexer.ts'
import type { Statement } from './statement.ts'

/** What becomes of a keyword. */
export type KeywordStatus =
  /** Read, and acted on. */
  | 'supported'
  /** Read into the typed configuration; nothing acts on it yet, and a warning says so. */
  | 'parsed'
  /** Known, checked for its form at most; a warning says what will not happen. */
  | 'not-supported'

/** A value and where its keyword stands. */
export interface Located<T> {
  readonly value: T
  readonly position: SourcePosition
}

/** What an argument parser is given. */
export interface ArgumentInput {
  readonly statement: Statement
  /** The words behind the keyword, as many as the arity allows. */
  readonly words: readonly Word[]
  readonly log: DiagnosticLog
  /** Reports a bad value; the message says what happens instead. Returns undefined, for `return input.reject(…)`. */
  reject(word: Word, problem: string): undefined
  /** Reads the statement's block. */
  readBlock<K extends KeywordTable>(keywords: K): ParsedBlock<K>
}

/** The type of a keyword's argument. */
export interface Argument<T> {
  /** For the table and messages: `INTEGER 1-255`. */
  readonly syntax: string
  /** How many words at least and at most; more are reported and ignored. */
  readonly arity: readonly [number, number]
  /** What is between its braces, if it has any: keywords, or lines of a list. */
  readonly body?: 'keywords' | 'list'
  /** The keywords of its block. */
  readonly keywords?: KeywordTable
  /** The value; undefined after a report. */
  parse(input: ArgumentInput): T | undefined
  /** Joins the values of a repeated keyword, in order. Absent: repeating it draws a warning and one of them counts. */
  merge?(values: readonly T[]): T
}

/** A keyword of one block. */
export interface Keyword<T> {
  readonly argument: Argument<T>
  /** One line for the table. */
  readonly doc: string
  /** What applies when it is absent, in words. */
  readonly default?: string
  readonly status: KeywordStatus
  /** What will not happen, when the status is not 'supported': a clause, `no mail is sent`. */
  readonly note?: string
  /** The keyword is outdated: what to write instead. */
  readonly replacement?: string
  /** Repeated: the first one counts (default: the last). */
  readonly firstCounts?: boolean
}

/** The keywords of a block by name. */
export type KeywordTable = Readonly<Record<string, Keyword<unknown>>>

/** Values of a block by keyword; those not set, or set wrongly, are absent. */
export type Values<K extends KeywordTable> = {
  readonly [N in keyof K]?: Located<K[N] extends Keyword<infer T> ? T : never>
}

/** A block that was read. */
export interface ParsedBlock<K extends KeywordTable> {
  /** The keyword that opens it. */
  readonly position: SourcePosition
  /** The words between keyword and brace. */
  readonly words: readonly Word[]
  readonly values: Values<K>
  /** Keywords that are there but came to nothing (misspelt, or with a bad value): no need to report them as missing. */
  readonly mistaken: ReadonlySet<string>
}

type Details<T> = Omit<Keyword<T>, 'argument' | 'doc' | 'status'>

/** Declares a keyword that is acted on. */
export function keyword<T>(argument: Argument<T>, doc: string, details: Details<T> = {}): Keyword<T> {
  return { argument, doc, status: 'supported', ...details }
}

/** Declares a keyword that is typed but not acted on yet. `note`: what will not happen. */
export function parsedKeyword<T>(
  argument: Argument<T>,
  doc: string,
  note: string,
  details: Details<T> = {},
): Keyword<T> {
  return { argument, doc, status: 'parsed', note, ...details }
}

/** Declares a keyword that is only known. `note`: what will not happen. */
export function unsupportedKeyword<T>(
  argument: Argument<T>,
  doc: string,
  note: string,
  details: Details<T> = {},
): Keyword<T> {
  return { argument, doc, status: 'not-supported', note, ...details }
}

/** The keywords of `table` with a prefix before each name. */
export function withPrefix<const P extends string, const T extends KeywordTable>(
  prefix: P,
  table: T,
): { readonly [N in keyof T & string as `${P}${N}`]: T[N] } {
  const entries = Object.entries(table).map(([name, declared]) => [`${prefix}${name}`, declared])
  return Object.fromEntries(entries)
}

/** One declaration under several names. */
export function withNames<const N extends string, T>(
  names: readonly N[],
  declared: Keyword<T>,
): Readonly<Record<N, Keyword<T>>> {
  return Object.fromEntries(names.map(name => [name, declared])) as Record<N, Keyword<T>>
}
