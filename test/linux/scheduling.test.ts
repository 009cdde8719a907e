/**
 * The scheduling of a thread, as the kernel shows it in proc_pid_stat(5) and proc_pid_status(5).
 */
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import t from 'tap'
import { ThreadScheduling, threadName } from '../../lib/linux/index.ts'

const skip = process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs Linux, and root'

function shown() {
  const fields = readFileSync('/proc/thread-self/stat', 'latin1').split(') ')[1]?.split(' ') ?? []
  const cpus = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/thread-self/status', 'latin1'))?.[1]
  const limit = /^Max realtime timeout\s+(\S+)\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.slice(1)
  return { nice: Number(fields[16]), realTimePriority: Number(fields[37]), policy: Number(fields[38]), cpus, limit }
}

t.test('what is wanted is taken over, and given back when it is no longer wanted', { skip }, async t => {
  const before = shown()
  t.equal(before.nice, getPriority(), 'the right field')
  const [first = 0] = (before.cpus ?? '').split(/[-,]/).map(Number)
  const scheduling = new ThreadScheduling()
  t.strictSame(shown(), before, 'nothing was asked for')
  const refused = scheduling.set({ nice: -5, realTimePriority: 3, cpus: [first] })
  t.strictSame(refused, [])
  t.strictSame(shown(), { ...before, nice: -5, realTimePriority: 3, policy: 1, cpus: `${first}` })
  t.strictSame(scheduling.set({ nice: 'best' }), [])
  t.strictSame(shown(), { ...before, nice: -20 })
  t.strictSame(scheduling.set({}), [])
  t.strictSame(shown(), before)
})

t.test('a refusal is told in words, and the rest is done', { skip }, async t => {
  const before = shown()
  const scheduling = new ThreadScheduling()
  const refused = scheduling.set({ nice: -1, realTimePriority: 100, cpus: [8191] })
  t.match(refused, [/^real-time priority 100: /, /^processors 8191: /])
  t.equal(refused.length, 2)
  t.strictSame(shown(), { ...before, nice: -1 })
  scheduling.set({})
})

t.test('a limit of real-time work, there as long as the priority is: a warning at half of it', { skip }, async t => {
  const before = shown()
  const scheduling = new ThreadScheduling()
  t.strictSame(scheduling.set({ realTimePriority: 1, realTimeLimit: 90_000_001 }), [])
  t.strictSame(shown().limit, ['45000000', '90000001'], 'as keepalived 2.2.7 sets it')
  t.strictSame(scheduling.set({ realTimePriority: 1, realTimeLimit: 60_000_000 }), [])
  t.strictSame(shown().limit, ['30000000', '60000000'])
  const refused = scheduling.set({ realTimePriority: 1, realTimeLimit: 90_000_000 })
  if (shown().limit?.[1] === '60000000') t.match(refused, [/^real-time limit 90000000: EPERM/], 'no CAP_SYS_RESOURCE')
  else t.strictSame([refused, shown().limit], [[], ['45000000', '90000000']])
  t.strictSame(scheduling.set({ realTimeLimit: 90_000_000 }), [], 'without the priority it would limit nothing')
  t.strictSame(shown(), { ...before, limit: shown().limit })
})

t.test('a name, and the one that was', { skip }, async t => {
  const before = threadName()
  const scheduling = new ThreadScheduling()
  t.strictSame(scheduling.set({ name: 'keepalived_vrrp' }), [])
  t.equal(threadName(), 'keepalived_vrrp')
  t.strictSame(scheduling.set({ name: 'ka' }), [])
  t.equal(threadName(), 'ka')
  t.strictSame(scheduling.set({}), [])
  t.equal(threadName(), before)
})
