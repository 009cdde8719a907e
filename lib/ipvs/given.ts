/**
 * Options as somebody gave them, TypeScript or a JSON file: read field by field, with a reason for each wrong value.
 */

/** A value that is refused, and why. */
export interface Problem {
  /** Where it is: `services[3].destinations[0].weight`, or a name alone. */
  readonly path: string
  /** `-1 is not an integer from 0 to 2147483647` */
  readonly reason: string
}

/** An object of options. Every reader gives back a usable value, also when it reports a problem. */
export class Given {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #problems: Problem[]

  constructor(source: unknown, path: string, problems: Problem[]) {
    this.#path = path
    this.#problems = problems
    const isObject = typeof source === 'object' && source !== null && !Array.isArray(source)
    if (!isObject) problems.push({ path, reason: 'must be an object' })
    this.#values = isObject ? (source as Record<string, unknown>) : {}
  }

  /** Reports a problem of an option, or of the whole object. */
  refuse(option: string | undefined, reason: string): void {
    this.#problems.push({ path: this.path(option), reason })
  }

  /** The path of an option. */
  path(option?: string): string {
    if (option === undefined) return this.#path
    return this.#path === '' ? option : `${this.#path}.${option}`
  }

  /** Whether the option is there. */
  has(option: string): boolean {
    return this.#values[option] !== undefined
  }

  get(option: string): unknown {
    return this.#values[option]
  }

  /** Reports options of other names: a misspelt one must not become a default. */
  only(names: ReadonlySet<string>): void {
    for (const name of Object.keys(this.#values)) {
      if (!names.has(name)) this.refuse(name, 'is not an option here')
    }
  }

  /** An integer. Without a default it must be there. */
  integer(option: string, [min, max]: readonly [number, number], otherwise?: number): number {
    const value = this.#values[option]
    if (value === undefined && otherwise !== undefined) return otherwise
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    this.refuse(option, `${shown(value)} is not an integer from ${min} to ${max}`)
    return otherwise ?? min
  }

  /** One of some words. Without a default it must be there. */
  word<T extends string>(option: string, words: readonly [T, ...T[]], otherwise?: T): T {
    const value = this.#values[option]
    if (value === undefined && otherwise !== undefined) return otherwise
    const known = words.find(word => word === value)
    if (known === undefined) this.refuse(option, `${shown(value)} is not one of ${words.join(', ')}`)
    return known ?? otherwise ?? words[0]
  }

  /** True or false, by default false. */
  flag(option: string): boolean {
    const value = this.#values[option] ?? false
    if (typeof value !== 'boolean') this.refuse(option, `${shown(value)} is not true or false`)
    return value === true
  }
}

/** A value as it is shown in a reason, of bounded length. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return String(value)
}

/** The value that `complete` makes. @throws RangeError naming the first problem that it reported */
export function requireNoProblem<T>(complete: (problems: Problem[]) => T): T {
  const problems: Problem[] = []
  const value = complete(problems)
  const [first] = problems
  if (first !== undefined) throw new RangeError(describeProblem(first))
  return value
}

/** `weight: -1 is not an integer from 0 to 2147483647` */
export function describeProblem({ path, reason }: Problem): string {
  return path === '' ? reason : `${path}: ${reason}`
}
