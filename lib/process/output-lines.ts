/**
 * What a command prints, as lines for a log: bounded, and with nothing in them that could forge or break one.
 */

/** A line is cut there. */
const LINE_LIMIT = 512

/** How many characters may still be passed on; streams that are one log share one. */
export interface OutputBudget {
  left: number
}

/** Splits the chunks of a stream into lines and passes them on, as far as the budget allows. */
export class OutputLines {
  readonly #write: (line: string) => void
  readonly #budget: OutputBudget
  #rest = ''

  /** @param budget - what comes when it is used up is left out, and that is said once */
  constructor(budget: OutputBudget, write: (line: string) => void) {
    this.#budget = budget
    this.#write = write
  }

  /** Takes a piece of output. */
  add(chunk: string): void {
    if (this.#budget.left <= 0) return
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > LINE_LIMIT) {
      lines.push(this.#rest.slice(0, LINE_LIMIT))
      this.#rest = this.#rest.slice(LINE_LIMIT, 2 * LINE_LIMIT)
    }
    for (const line of lines) this.#pass(line)
  }

  /** The output is over: passes an unfinished line on. */
  end(): void {
    if (this.#rest !== '') this.#pass(this.#rest)
    this.#rest = ''
  }

  #pass(line: string): void {
    if (this.#budget.left <= 0) return
    const text = line
      .slice(0, LINE_LIMIT)
      .replace(/\p{Cc}+/gu, ' ')
      .trimEnd()
    if (text === '') return
    this.#budget.left -= text.length
    this.#write(text)
    if (this.#budget.left <= 0) this.#write('… (further output is left out)')
  }
}
