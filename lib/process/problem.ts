/**
 * What stands in the way, where that is an ordinary result and no exception.
 */

/** A reason in words, to follow a subject: `does not exist`. */
export interface Problem {
  readonly problem: string
}

/** Makes a {@link Problem}. */
export function problem(text: string): Problem {
  return { problem: text }
}
