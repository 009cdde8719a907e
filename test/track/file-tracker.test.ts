/**
 * track_file: numbers, writers that are caught in the act, directories that come and go; on a file system of the test,
 * and once on the real one.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { MonotonicClock } from '../../lib/linux/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import {
  type FileSource,
  type FileSpecification,
  FileTracker,
  nodeFiles,
  parseFileNumber,
  type TrackEvent,
} from '../../lib/track/index.ts'

t.test('numbers as strtol reads them', async t => {
  const expected: readonly [string, number | undefined][] = [
    ['7\n', 7],
    ['  -12 load\n', -12],
    ['+3', 3],
    ['0x1F', 31],
    ['-0x10', -16],
    ['017', 15],
    ['09', 0],
    ['0', 0],
    ['-0', 0],
    ['5x', 5],
    ['2147483647', 2147483647],
    ['2147483648', undefined],
    ['', undefined],
    ['x5', undefined],
    ['-', undefined],
  ]
  for (const [text, value] of expected) t.equal(parseFileNumber(text), value, JSON.stringify(text))
})

/** One directory, `/d`. */
class FakeFiles implements FileSource {
  readonly content = new Map<string, string>()
  readonly written: string[] = []
  directory = true
  broken = ''
  reads = 0
  watcher: { changed: () => void; lost: () => void } | undefined

  read(path: string): string | undefined {
    this.reads++
    if (this.broken !== '') throw new Error(this.broken)
    return this.content.get(path)
  }

  write(path: string, text: string): void {
    if (this.broken !== '') throw new Error(this.broken)
    this.written.push(text)
    this.content.set(path, text)
  }

  watch(directory: string, changed: () => void, lost: () => void): () => void {
    if (!this.directory || directory !== '/d') throw new Error('ENOENT')
    this.watcher = { changed, lost }
    return () => {
      this.watcher = undefined
    }
  }
}

function scene(content?: string, changes: Partial<FileSpecification> = {}) {
  const clock = new SimClock()
  const files = new FakeFiles()
  if (content !== undefined) files.content.set('/d/f', content)
  const events: TrackEvent[] = []
  const tracker = new FileTracker({ name: 'load', path: '/d/f', ...changes }, { clock, files }, event =>
    events.push(event),
  )
  return {
    clock,
    files,
    events,
    tracker,
    pass: (ms: number) => clock.advance(milliseconds(clock.now() + ms)),
    put: (text: string) => {
      files.content.set('/d/f', text)
      files.watcher?.changed()
    },
    values: () => events.flatMap(event => (event.type === 'verdict' && event.kind === 'file' ? [event.value] : [])),
  }
}

t.test('the first number is told at once, later ones when they change', async t => {
  const { tracker, events, put, pass, values } = scene('0\n')
  tracker.start()
  t.strictSame(events, [{ type: 'verdict', kind: 'file', name: 'load', verdict: 'ok', value: 0 }])
  put('5\n')
  t.strictSame(values(), [0])
  pass(20)
  t.strictSame(events[1], { type: 'verdict', kind: 'file', name: 'load', verdict: 'failing', value: 5 })
  put('5 again\n')
  pass(20)
  t.strictSame(values(), [0, 5])
})

t.test('a file that does not exist counts as 0; coming and going are changes', async t => {
  const { tracker, files, put, pass, values, events } = scene()
  tracker.start()
  put('3')
  pass(20)
  files.content.delete('/d/f')
  files.watcher?.changed()
  pass(20)
  t.strictSame(values(), [0, 3, 0])
  t.equal(events.length, 3, 'and nothing to complain about')
})

t.test('a writer is not caught between emptying and writing', async t => {
  const { tracker, put, pass, values } = scene('4')
  tracker.start()
  put('')
  put('6')
  pass(20)
  put('')
  pass(20)
  put('7')
  pass(200)
  t.strictSame(values(), [4, 6, 7])
  put('')
  pass(5000)
  t.strictSame(values(), [4, 6, 7, 0], 'one that stays empty is 0')
})

t.test('a storm of events is a few reads', async t => {
  const { tracker, files, put, pass } = scene('1')
  tracker.start()
  const before = files.reads
  for (let i = 0; i < 1000; i++) {
    put(String(i % 9))
    if (i % 100 === 0) pass(1)
  }
  pass(20)
  t.ok(files.reads - before <= 2, `${files.reads - before}`)
})

t.test('what does not begin with a number is told once and counts as 0', async t => {
  const { tracker, files, put, pass, events, values } = scene('many')
  tracker.start()
  const message = '/d/f does not begin with a number: it counts as 0'
  t.strictSame(events[0], { type: 'unreadable', name: 'load', message })
  put('more')
  pass(6000)
  t.equal(events.length, 2)
  put('2')
  pass(20)
  put('many')
  pass(20)
  t.strictSame(values(), [0, 2, 0])
  t.match(events.at(-2), { type: 'unreadable' })
  files.broken = 'EACCES: permission denied'
  pass(6000)
  t.match(events.at(-1), { type: 'unreadable', message: 'EACCES: permission denied' })
})

t.test('without a directory it is looked for each second; a lost one is found again', async t => {
  const { tracker, files, pass, put, values } = scene()
  files.directory = false
  tracker.start()
  files.content.set('/d/f', '8')
  pass(1000)
  t.strictSame(values(), [0, 8])
  files.directory = true
  pass(1000)
  t.ok(files.watcher)
  put('9')
  pass(20)
  files.watcher?.lost()
  files.content.clear()
  pass(20)
  t.strictSame(values(), [0, 8, 9, 0])
  files.content.set('/d/f', '1')
  pass(1000)
  t.strictSame(values(), [0, 8, 9, 0, 1])
  t.ok(files.watcher)
})

t.test('what events do not tell is seen within five seconds', async t => {
  const { tracker, files, pass, values } = scene('1')
  tracker.start()
  files.content.set('/d/f', '2')
  pass(5000)
  t.strictSame(values(), [1, 2])
})

t.test('init_file makes the file, and overwrites it only when told', async t => {
  const made = scene(undefined, { initial: { value: 7, overwrite: false } })
  made.tracker.start()
  t.strictSame([made.files.written, made.values()], [['7\n'], [7]])
  const kept = scene('3', { initial: { value: 7, overwrite: false } })
  kept.tracker.start()
  t.strictSame([kept.files.written, kept.values()], [[], [3]])
  const overwritten = scene('3', { initial: { value: 7, overwrite: true } })
  overwritten.tracker.start()
  t.strictSame(overwritten.values(), [7])
})

t.test('nothing is told after stop, and nothing is left', async t => {
  const { tracker, clock, files, put, pass, values } = scene('1')
  tracker.start()
  put('2')
  await tracker.stop()
  t.equal(files.watcher, undefined)
  t.equal(clock.pending, 0)
  put('3')
  pass(10_000)
  t.strictSame(values(), [1])
})

t.test('on the real file system', async t => {
  const root = mkdtempSync(join(tmpdir(), 'vrrp-ts-track-'))
  const clock = new MonotonicClock()
  t.teardown(() => {
    clock.close()
    rmSync(root, { recursive: true, force: true })
  })
  const directory = join(root, 'd')
  const path = join(directory, 'load')
  mkdirSync(directory)
  const values: number[] = []
  const tracker = new FileTracker({ name: 'load', path }, { clock, files: nodeFiles }, event => {
    if (event.type === 'verdict' && event.kind === 'file') values.push(event.value)
  })
  t.teardown(() => tracker.stop())
  const until = async (value: number) => {
    const deadline = performance.now() + 5000
    while (values.at(-1) !== value) {
      if (performance.now() > deadline) throw new Error(`no ${value} in ${values}`)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
  }
  tracker.start()
  await until(0)
  writeFileSync(path, '5\n')
  await until(5)
  writeFileSync(join(directory, 'new'), '6\n')
  renameSync(join(directory, 'new'), path)
  await until(6)
  rmSync(directory, { recursive: true })
  await until(0)
  mkdirSync(directory)
  writeFileSync(path, '7\n')
  await until(7)
  writeFileSync(path, '8\n')
  await until(8)
  t.strictSame(values, [0, 5, 6, 0, 7, 8])
})
