/**
 * Scripts with compiled code: what is kept, and what is not trusted.
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadScript } from '../../cli/code-cache.ts'

const SCRIPT = `module.exports = { answer: () => ${JSON.stringify('x'.repeat(100))}.length, path: __filename, os: require('node:os').EOL }\n`

/** A script in a directory of its own, with a place for its code. */
function install(t: Tap, text = SCRIPT) {
  const directory = t.testdir({ 'script.cjs': text })
  const file = join(directory, 'script.cjs')
  const cache = join(directory, 'script.cjs.test.cache')
  const load = () => loadScript(file, { purpose: 'test' })
  const inode = () => statSync(cache).ino
  return { directory, file, cache, load, inode }
}
type Tap = Pick<typeof t, 'testdir'>

t.test('the second start finds what the first compiled', async t => {
  const { file, cache, load, inode } = install(t)
  const first = load()
  const { answer, path, os } = first.exports as { answer: () => number; path: string; os: string }
  t.strictSame([answer(), path, os], [100, file, '\n'])
  t.notOk(existsSync(cache))
  first.save()
  const kept = inode()
  t.equal(statSync(cache).mode & 0o777, 0o644)
  const second = load()
  second.save()
  t.equal(inode(), kept, 'good: not written again')
  t.equal((second.exports as { answer: () => number }).answer(), 100)
})

t.test('code for another text, and damaged code, are compiled anew', async t => {
  for (const damage of ['text', 'code', 'cut', 'empty']) {
    await t.test(damage, async t => {
      const { directory, file, cache, load, inode } = install(t)
      load().save()
      const before = inode()
      const code = readFileSync(cache)
      // Of the same length: V8 itself would not notice.
      if (damage === 'text') writeFileSync(file, SCRIPT.replace('xxx', 'yyy'))
      if (damage === 'code') writeFileSync(cache, code.fill(255, code.length - 40))
      if (damage === 'cut') writeFileSync(cache, code.subarray(0, -1))
      if (damage === 'empty') writeFileSync(cache, '')
      const again = load()
      t.equal((again.exports as { answer: () => number }).answer(), 100)
      again.save()
      t.not(inode(), before)
      t.strictSame(readdirSync(directory).sort(), ['script.cjs', 'script.cjs.test.cache'], 'no draft is left')
    })
  }
})

t.test('code that others can write is not taken', async t => {
  const { cache, load, inode } = install(t)
  load().save()
  const before = inode()
  chmodSync(cache, 0o664)
  load().save()
  t.not(inode(), before, 'written by its own user again')
  t.equal(statSync(cache).mode & 0o777, 0o644)
})

t.test(
  'code of another user is not taken',
  { skip: process.geteuid?.() !== 0 && 'only root can give files away' },
  async t => {
    const { cache, load, inode } = install(t)
    load().save()
    const before = inode()
    chownSync(cache, 65534, 65534)
    load().save()
    t.not(inode(), before)
  },
)

t.test('without a place to write it runs all the same', async t => {
  const { directory, file } = install(t)
  const { exports, save } = loadScript(file, { purpose: 'test', directory: join(directory, 'missing') })
  save()
  t.equal((exports as { answer: () => number }).answer(), 100)
})

t.test('the place can be chosen', async t => {
  const { directory, file } = install(t)
  const elsewhere = join(directory, 'elsewhere')
  mkdirSync(elsewhere)
  const before = process.env.CACHE_DIRECTORY
  process.env.CACHE_DIRECTORY = elsewhere
  t.teardown(() => {
    if (before === undefined) delete process.env.CACHE_DIRECTORY
    else process.env.CACHE_DIRECTORY = before
  })
  loadScript(file, { purpose: 'test' }).save()
  t.strictSame(readdirSync(elsewhere), ['script.cjs.test.cache'])
})

t.test('what a script throws is thrown', async t => {
  t.throws(() => install(t, 'throw new RangeError("mine")').load(), { message: 'mine' })
  t.throws(() => install(t, 'const = 1').load(), { name: 'SyntaxError' })
})
