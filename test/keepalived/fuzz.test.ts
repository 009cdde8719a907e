/**
 * Whatever the text, reading it ends, quickly, without an exception.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { checkCluster, memoryReader, type ReadResult, readConfiguration } from '../../lib/keepalived/index.ts'

const folder = fileURLToPath(new URL('../../../fixtures/keepalived/', import.meta.url))
const texts = ['annotated-sample', 'nginx-example', 'single-network-master', 'two-networks-sync-ka67'].map(name =>
  readFileSync(`${folder}${name}.conf`, 'utf8'),
)

/** Pieces that matter to the parser, to be put anywhere. */
const PIECES = (
  '{ } " \' # ! \\ $A ${A} -1 99999999999999999999 __proto__ constructor{ @x 节 \u0000 \t vrrp_instance ' +
  '$A=$A| $A=|\\ ~SEQ(A,9) ~LST({A,B},{1,2}) include|k.conf'
)
  .split(' ')
  .map(piece => `${piece.replaceAll('|', ' ')} `)
  .concat('\n', '\n$A= \\\n', '\n$A=$A x\n$A\n', '\ninclude k.conf\n')

function read(text: string): ReadResult {
  return readConfiguration('k.conf', memoryReader({ 'k.conf': text }), { configId: 'x' })
}

t.test('20,000 mutated files are read without an exception, in bounded time', async t => {
  const seed = Math.trunc(Math.random() * 2 ** 31)
  let state = seed
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  let slowest = 0
  for (let i = 0; i < 20_000; i++) {
    let text = texts[below(texts.length)] ?? ''
    for (let edits = 1 + below(6); edits > 0; edits--) {
      const at = below(text.length + 1)
      text = text.slice(0, at) + (PIECES[below(PIECES.length)] ?? '') + text.slice(at + below(30))
    }
    const started = performance.now()
    try {
      const { configuration, diagnostics } = read(text)
      checkCluster([
        { name: 'a', configuration },
        { name: 'b', configuration },
      ])
      const placed = diagnostics.every(each => each.line >= 1 && each.column >= 1 && each.message !== '')
      const runnable = configuration.instances.every(
        each => each.addresses.length > 0 && each.vrid >= 1 && each.vrid <= 255,
      )
      if (!placed || !runnable) throw new Error('a diagnostic without a place, or an instance that cannot run')
    } catch (error) {
      return void t.fail(`seed ${seed}, run ${i}: ${String(error)}`, { text })
    }
    slowest = Math.max(slowest, performance.now() - started)
  }
  t.ok(slowest < 2000, `slowest: ${slowest.toFixed(1)} ms (seed ${seed})`)
})

t.test('anything is read without an exception, and something is said of it', async () => {
  const part = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), parts => read(parts.join('')).diagnostics.length > 0),
    { numRuns: 1000 },
  )
})
