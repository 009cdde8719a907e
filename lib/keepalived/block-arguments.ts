/**
 * Types of arguments with a block: nested keywords, lists of lines, lists of names.
 */
import type { Argument, KeywordTable, Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { Word } from './lexer.ts'

/** `keyword { keywords }`. */
export function block<K extends KeywordTable>(keywords: K): Argument<ParsedBlock<K>> {
  return { syntax: '{ … }', arity: [0, 0], body: 'keywords', keywords, parse: input => input.readBlock(keywords) }
}

/** `keyword WORDS { keywords }`, any number of times. */
export function blocks<K extends KeywordTable>(
  keywords: K,
  syntax: string,
  arity: readonly [number, number] = [1, 1],
): Argument<readonly ParsedBlock<K>[]> {
  return {
    syntax: `${syntax} { … }`.trimStart(),
    arity,
    body: 'keywords',
    keywords,
    parse: input => [input.readBlock(keywords)],
    merge: values => values.flat(),
  }
}

/** Reads one line of a list. Undefined after a report. */
export type LineParser<T> = (first: Word, rest: readonly Word[], log: DiagnosticLog) => T | undefined

/** `keyword { line … }`: a value for each line; repeated lists add up. */
export function lineList<T>(
  syntax: string,
  parseLine: LineParser<T>,
  arity: readonly [number, number] = [0, 0],
): Argument<readonly Located<T>[]> {
  return {
    syntax: `{ ${syntax} … }`,
    arity,
    body: 'list',
    parse: ({ statement, log }) => {
      const list: Located<T>[] = []
      for (const line of statement.block?.statements ?? []) {
        if (line.block !== undefined) {
          log.report(
            'unexpected-block',
            line.block.position,
            `a line of '${statement.keyword.text}' takes no block: it is skipped`,
          )
          continue
        }
        const value = parseLine(line.keyword, line.words, log)
        if (value !== undefined) list.push({ value, position: line.keyword.position })
      }
      return list
    },
    merge: values => values.flat(),
  }
}

/** `keyword { name name … }`: any number of words on each line. */
export function nameList(syntax: string): Argument<readonly Located<string>[]> {
  return {
    ...lineList<string>(syntax, first => first.text),
    parse: ({ statement }) =>
      (statement.block?.statements ?? [])
        .flatMap(line => [line.keyword, ...line.words])
        .map(({ text, position }) => ({ value: text, position })),
  }
}

/** A list whose lines are not looked at. */
export function anyLines(
  syntax = 'LINE',
  arity: readonly [number, number] = [0, 1],
): Argument<readonly Located<string>[]> {
  return lineList(syntax, first => first.text, arity)
}
