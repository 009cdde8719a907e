/**
 * Whether an answer is the one that is wanted: status code, digest, pattern. keepalived.conf(5), url.
 *
 * A body comes from a server that may be broken or hostile, and a pattern may take exponential time on the wrong one. A
 * search is therefore run by vm with a time limit (V8 looks for it while it backtracks), over 1 MiB of the body at most.
 * The limit is one of the wall clock, and this process may not have had the CPU meanwhile: what hardly used it is
 * searched again, so that a busy machine takes no server out.
 */
import { createHash, type Hash } from 'node:crypto'
import { createContext, Script } from 'node:vm'
import type { Page } from './check-specification.ts'
import { type CompiledPattern, compilePattern } from './compile-pattern.ts'
import { failed } from './failures.ts'
import type { LookOutcome } from './look.ts'
import type { Pattern } from './pattern.ts'

/** Bytes of a body that are searched. */
const SEARCH_LIMIT = 1024 * 1024
/** Milliseconds that a search may take. It holds up everything else meanwhile. */
const SEARCH_TIME = 20
/** Searches that the machine got in the way of. */
const SEARCH_ATTEMPTS = 5
/** keepalived's default of status_code. */
const SUCCESS: readonly (readonly [number, number])[] = [[200, 299]]

const compiled = new WeakMap<Pattern, CompiledPattern>()
const scope: { search: (() => number) | undefined } = { search: undefined }
const search = new Script('search()')
createContext(scope)

/** Takes one body, then judges. */
export class PageJudge {
  readonly #page: Page
  readonly #hash: Hash | undefined
  readonly #pieces: Buffer[] = []
  #kept = 0

  constructor(page: Page) {
    this.#page = page
    this.#hash = page.digest === undefined ? undefined : createHash('md5')
  }

  /** A piece of the body. */
  body(bytes: Uint8Array): void {
    this.#hash?.update(bytes)
    if (this.#page.pattern === undefined || this.#kept >= SEARCH_LIMIT) return
    const piece = Buffer.from(bytes.subarray(0, SEARCH_LIMIT - this.#kept))
    this.#kept += piece.length
    this.#pieces.push(piece)
  }

  /** The verdict, once, at the end. @param from whose answer it is, for the reason */
  judge(status: number, from: string): LookOutcome {
    const { digest, pattern, statusCodes = SUCCESS } = this.#page
    if (!statusCodes.some(([low, high]) => status >= low && status <= high))
      return failed('status', `HTTP status ${status} from ${from}`)
    const found = this.#hash?.digest('hex')
    if (digest !== undefined && found !== digest.toLowerCase())
      return failed('digest', `MD5 digest ${found} from ${from}, not ${digest}`)
    if (pattern === undefined) return { success: true }
    const matched = matches(pattern, Buffer.concat(this.#pieces))
    if (matched === 'too-slow') return failed('pattern', `regex search took more than ${SEARCH_TIME} ms on ${from}`)
    if (matched === 'no-time') return failed('local', `no time for a regex search on ${from}`)
    if (matched !== (pattern.inverted ?? false)) return { success: true }
    return failed('pattern', `regex ${matched ? 'matches' : 'does not match'} ${from}`)
  }
}

/** Whether a pattern is found, or why that is not known. */
function matches(pattern: Pattern, body: Buffer): boolean | 'too-slow' | 'no-time' {
  const { expression, encoding } = compiledOf(pattern)
  const { minimumOffset = 0, maximumOffset = 0 } = pattern
  const charactersIn = (bytes: number) =>
    encoding === 'latin1' ? bytes : body.subarray(0, bytes).toString(encoding).length
  const text = body.toString(encoding)
  const from = charactersIn(minimumOffset)
  for (let attempt = 0; attempt < SEARCH_ATTEMPTS; attempt++) {
    const before = process.cpuUsage()
    const index = searchInTime(() => {
      expression.lastIndex = from
      return expression.exec(text)?.index ?? -1
    })
    if (index !== undefined) return index >= 0 && (maximumOffset === 0 || index < charactersIn(maximumOffset))
    const { user } = process.cpuUsage(before)
    if (user / 1000 > SEARCH_TIME / 2) return 'too-slow'
  }
  return 'no-time'
}

function compiledOf(pattern: Pattern): CompiledPattern {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const ready = compilePattern(pattern)
  compiled.set(pattern, ready)
  return ready
}

/** What a search finds; undefined when it takes too long. */
function searchInTime(find: () => number): number | undefined {
  scope.search = find
  try {
    const index: unknown = search.runInContext(scope, { timeout: SEARCH_TIME })
    return Number(index)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    scope.search = undefined
  }
}
