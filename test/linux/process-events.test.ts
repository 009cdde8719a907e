/**
 * The kernel's process events, where they are to be had, and that their absence is no failure where they are not.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { LinuxProcessEvents, mainReactor, type ProcessNews } from '../../lib/linux/index.ts'

t.test('a child begins, becomes another program, ends', async t => {
  const problems: string[] = []
  const news: ProcessNews[] = []
  const end = new LinuxProcessEvents(mainReactor(), message => problems.push(message)).subscribe(event => {
    news.push(event)
  })
  if (end === undefined) {
    t.equal(problems.length, 1, 'it is said why')
    return
  }
  t.strictSame(problems, [])
  t.teardown(end)
  const child = spawn('sleep', ['0'])
  const pid = child.pid ?? 0
  const types = () => news.flatMap(event => (event.type !== 'lost' && event.pid === pid ? [event.type] : []))
  await once(child, 'exit')
  const deadline = performance.now() + 5000
  while (!types().includes('exit') && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 1))
  // A name that the C library gives it on the way comes as another exec.
  t.match(types().join(), /^fork(,exec)+,exit$/)
  t.ok(news.some(event => event.type === 'fork' && event.pid === pid && event.parent === process.pid))
  end()
  end()
  const count = news.length
  await once(spawn('true'), 'exit')
  await new Promise(resolve => setImmediate(resolve))
  t.equal(news.length, count, 'nothing after the end')
})
