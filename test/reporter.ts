/**
 * Prints a test run for people: each failure where it happened, why tests were skipped (each reason once), and the
 * closing line `N passed, N failed, N skipped`. Reads TAP on stdin: `tap -R node --reporter-arg=dist/test/reporter.js`.
 *
 * What is counted is the test (a block with assertions of its own), not the assertion: a loop over a thousand vectors
 * in one test is one test.
 */
import { type FinalResults, Parser, type Result } from 'tap-parser'

const count = { passed: 0, failed: 0, skipped: 0 }
const reasons = new Map<string, number>()

/** Follows one block; `path` are the names of the blocks around it, from the file inwards. */
function follow(parser: Parser, path: readonly string[]): void {
  let assertions = 0
  let failures = 0
  let child: string | undefined
  let childPassed = false
  parser.on('child', block => {
    child = block.name
    block.on('complete', (results: FinalResults) => {
      childPassed = results.ok
    })
    follow(block, [...path, block.name])
  })
  parser.on('bailout', reason => fail([...path, `bailed out: ${reason}`], {}))
  parser.on('assert', (result: Result) => {
    if (result.skip || result.todo) skip(result.skip || result.todo)
    else if (!result.closingTestPoint && result.name !== child) {
      assertions++
      if (!result.ok) {
        failures++
        fail([...path, result.name], result.diag)
      }
    } else if (!result.ok && childPassed) {
      // All that it asserted was right, and yet: a crash, a bad exit status.
      count.failed++
      fail([...path, result.name], result.diag)
    }
  })
  parser.on('complete', results => {
    if (path.length === 0) return
    if (failures > 0) count.failed++
    else if (!results.ok && child === undefined) {
      count.failed++
      fail(path, { reason: 'ended without its planned assertions' })
    } else if (assertions > 0) count.passed++
  })
}

function skip(reason: string | boolean): void {
  count.skipped++
  const text = typeof reason === 'string' && reason !== '' ? reason : 'no reason given'
  reasons.set(text, (reasons.get(text) ?? 0) + 1)
}

function fail(path: readonly string[], diagnosis: unknown): void {
  const { diff, at, ...rest } = (diagnosis ?? {}) as Record<string, unknown>
  // The message of a failed command holds its stderr already; the rest is what the place tells.
  for (const key of ['source', 'stack', 'output', 'stdout', 'stderr', 'pid']) delete rest[key]
  console.log(`\nFAILED ${path.join(' > ')}`)
  const place = at as { fileName?: string; lineNumber?: number } | undefined
  if (place?.fileName !== undefined) console.log(`  at ${place.fileName}:${place.lineNumber}`)
  const detail =
    typeof diff === 'string' ? diff : Object.keys(rest).length > 0 ? JSON.stringify(rest, undefined, 2) : ''
  if (detail !== '') console.log(detail.trimEnd().replace(/^/gm, '  '))
}

const root = new Parser()
follow(root, [])
root.on('complete', results => {
  for (const [reason, times] of reasons) console.log(`skipped ${times}: ${reason}`)
  if (!results.ok && count.failed === 0) {
    count.failed++
    fail(['the run as a whole'], { reason: 'failed outside any assertion' })
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
})
process.stdin.pipe(root)
