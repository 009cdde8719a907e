/**
 * One line of ipvsadm(8)'s text: its words with their columns, and the options in them by the rules of popt(3).
 */
import { type DeclaredOption, findOption, optionWords } from './ipvsadm-options.ts'

/** Something wrong in a text. */
export interface TextProblem {
  /** Errors: the text cannot be used. Warnings: a part of it has no effect. */
  readonly severity: 'error' | 'warning'
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** What is wrong, and what to do. */
  readonly message: string
  /** The word that nobody knows, and the words that there are: for "did you mean". */
  readonly unknown?: { readonly word: string; readonly known: readonly string[] }
}

/** A word of a line. */
export interface Word {
  readonly text: string
  /** From 1. */
  readonly column: number
}

/** An option as it was given. */
export interface GivenOption extends DeclaredOption {
  /** Its argument, if it has one. */
  readonly value?: Word
  readonly column: number
}

/** A line, read. */
export interface IpvsadmLine {
  readonly options: readonly GivenOption[]
  /** Words that are no options, and no arguments of options. */
  readonly others: readonly Word[]
  readonly problems: readonly Omit<TextProblem, 'line' | 'severity'>[]
}

/** The words of a line, which blanks separate; a leading `ipvsadm` is left out. Empty for a comment. */
export function splitWords(line: string): readonly Word[] {
  const words = Array.from(line.matchAll(/[^\s\0]+/g), ({ 0: text, index }) => ({ text, column: index + 1 }))
  if (words[0]?.text.startsWith('#') === true) return []
  return words[0]?.text === 'ipvsadm' ? words.slice(1) : words
}

/** Reads words as options: `-t X`, `-tX`, `-t=X`, `--tcp-service X`, `--tcp-service=X`, `-at X`. */
export function readLine(words: readonly Word[]): IpvsadmLine {
  const options: GivenOption[] = []
  const others: Word[] = []
  const problems: Omit<TextProblem, 'line' | 'severity'>[] = []
  let index = 0

  /** Adds an option; `attached` is what stands in the same word. */
  const add = (option: DeclaredOption, column: number, attached: Word | undefined) => {
    if (option.argument === 'none') {
      options.push({ ...option, column })
      return
    }
    const next = words[index]
    const takesNext = next !== undefined && (option.argument === 'required' || !next.text.startsWith('-'))
    if (attached === undefined && takesNext) index++
    const value = attached ?? (takesNext ? next : undefined)
    if (value !== undefined) options.push({ ...option, column, value })
    // ipvsadm itself saves flag-3 of sh and mh so, and cannot read it.
    else if (option.name === 'sched-flags') options.push({ ...option, column, value: { text: 'flag-3', column } })
    else if (option.argument === 'optional') options.push({ ...option, column })
    else problems.push({ column, message: `--${option.name} needs a value` })
  }

  const unknown = (word: string, column: number) => {
    problems.push({ column, message: `ipvsadm has no option ${word}`, unknown: { word, known: [...optionWords()] } })
  }

  const readLong = ({ text, column }: Word) => {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const option = findOption(name)
    const attached = equals < 0 ? undefined : { text: text.slice(equals + 1), column: column + equals + 1 }
    if (option === undefined) unknown(name, column)
    else if (attached !== undefined && option.argument === 'none') {
      problems.push({ column: attached.column, message: `${name} takes no value` })
    } else add(option, column, attached)
  }

  const readLetters = ({ text, column }: Word) => {
    for (let i = 1; i < text.length; i++) {
      const option = findOption(`-${text[i]}`)
      const place = i === 1 ? column : column + i
      if (option === undefined) {
        unknown(`-${text[i]}`, place)
        return
      }
      if (option.argument === 'none') {
        add(option, place, undefined)
        continue
      }
      const from = text[i + 1] === '=' ? i + 2 : i + 1
      const attached = i + 1 < text.length ? { text: text.slice(from), column: column + from } : undefined
      add(option, place, attached)
      return
    }
  }

  for (let word = words[index++]; word !== undefined; word = words[index++]) {
    if (word.text === '--') {
      others.push(...words.slice(index))
      break
    }
    if (word.text.startsWith('--')) readLong(word)
    else if (/^-./.test(word.text)) readLetters(word)
    else others.push(word)
  }
  return { options, others, problems }
}
