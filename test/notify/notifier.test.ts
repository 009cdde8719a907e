/**
 * One notification by all ways: which scripts with which arguments, which lines, which mail; and other settings later.
 */
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Notification, Notifier, type NotifySettings, type SubjectSettings } from '../../lib/notify/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { POLICY, ScriptBench } from './scripts.ts'
import { startSmtpSink } from './smtp-sink.ts'

const GRACE = milliseconds(5000)

function start(settings: Partial<NotifySettings>) {
  const log: string[] = []
  const notifier = new Notifier({ log: (level, line) => level !== 'debug' && log.push(`${level}: ${line}`) })
  const configure = (more: Partial<NotifySettings>) => {
    notifier.configure({ policy: POLICY, subjects: [], fifos: [], routerName: 'NODE_1', ...more })
  }
  configure(settings)
  return { notifier, log, configure }
}

function instance(name: string, scripts: SubjectSettings['scripts'], more: Partial<SubjectSettings> = {}) {
  return { type: 'INSTANCE', name, scripts, mail: false, priorityChanges: false, ...more } as const
}

function about(name: string, state: Notification['state'], type: 'INSTANCE' | 'GROUP' = 'INSTANCE'): Notification {
  return { subject: { type, name }, state, priority: type === 'GROUP' ? 0 : 100 }
}

t.test("keepalived's arguments: notify_* has its own only, notify has four more and comes second", async (t: Test) => {
  const bench = new ScriptBench(t)
  const script = bench.write('notify.sh')
  const scripts = {
    any: { arguments: [script, 'any'] },
    master: { arguments: [script, 'master'] },
    backup: { arguments: [script, 'backup', 'a b'] },
    fault: { arguments: [script, 'fault'] },
    stop: { arguments: [script, 'stop'] },
    masterRxLowerPriority: { arguments: [script, 'lower'] },
  }
  const { notifier, log } = start({
    subjects: [instance('VI_1', scripts), { ...instance('VG', scripts), type: 'GROUP' }],
  })
  for (const [state, lines] of [
    ['BACKUP', 2],
    ['MASTER', 4],
    ['MASTER_RX_LOWER_PRI', 5],
    ['FAULT', 7],
    ['BACKUP_PRIORITY', 7],
  ] as const) {
    notifier.tell(about('VI_1', state))
    await bench.until(lines)
  }
  await notifier.stop([about('VI_1', 'STOP')], GRACE)
  t.strictSame(bench.lines(), [
    'backup a b',
    'any INSTANCE VI_1 BACKUP 100',
    'master',
    'any INSTANCE VI_1 MASTER 100',
    'lower',
    'fault',
    'any INSTANCE VI_1 FAULT 100',
    'stop',
    'any INSTANCE VI_1 STOP 100',
  ])
  t.strictSame(log, [])
})

t.test('a deletion is told as such to who asked for it, else as a fault, once', async (t: Test) => {
  const bench = new ScriptBench(t)
  const any = { arguments: [bench.write('notify.sh')] }
  const deleted = { arguments: [bench.write('deleted.sh', 'echo deleted >> "$LOG"')] }
  const { notifier } = start({
    subjects: [
      { ...instance('A', { any, deleted }), tellsDeletion: true },
      instance('B', { any, deleted }),
      { ...instance('C', { any }), tellsDeletion: true },
    ],
  })
  notifier.tell(about('A', 'DELETED'))
  await bench.until(2)
  notifier.tell(about('B', 'DELETED'))
  await bench.until(3)
  notifier.tell({ ...about('B', 'DELETED'), previous: 'FAULT' })
  notifier.tell({ ...about('C', 'DELETED'), previous: 'FAULT' })
  await bench.until(4)
  await notifier.stop([], GRACE)
  t.strictSame(bench.lines(), ['deleted', 'INSTANCE A DELETED 100', 'INSTANCE B FAULT 100', 'INSTANCE C DELETED 100'])
})

t.test('a group: priority 0', async (t: Test) => {
  const bench = new ScriptBench(t)
  const scripts = { any: { arguments: [bench.write('notify.sh')] } }
  const { notifier } = start({ subjects: [{ ...instance('VG', scripts), type: 'GROUP' }] })
  notifier.tell(about('VG', 'MASTER', 'GROUP'))
  await notifier.stop([], GRACE)
  t.strictSame(bench.lines(), ['GROUP VG MASTER 0'])
})

t.test('a script that is not there is told once, with all its places, and disturbs nothing', async (t: Test) => {
  const missing = { arguments: ['/nonexistent/notify.sh', 'x'] }
  const subjects = ['A', 'B'].map(name => instance(name, { master: missing, backup: missing, fault: missing }))
  const { notifier, log } = start({ subjects })
  notifier.tell(about('A', 'MASTER'))
  notifier.tell(about('unknown', 'MASTER'))
  await notifier.stop([], GRACE)
  t.strictSame(log, [
    'error: script not called: /nonexistent/notify.sh does not exist (A notify_master, A notify_backup, A notify_fault and 3 more)',
  ])
})

t.test('a user that does not exist: nothing runs as somebody else', async (t: Test) => {
  const bench = new ScriptBench(t)
  const subjects = [instance('A', { any: { arguments: [bench.write('notify.sh')] } })]
  const { notifier, log } = start({
    subjects,
    policy: { user: { problem: "user 'x' does not exist" }, security: false },
  })
  notifier.tell(about('A', 'MASTER'))
  await notifier.stop([], GRACE)
  t.strictSame(bench.lines(), [])
  t.strictSame(log, ["error: script not called: user 'x' does not exist (A notify)"])
})

t.test('queues are independent: one that hangs does not hold up another', async (t: Test) => {
  const bench = new ScriptBench(t)
  const subjects = [
    instance('A', { any: { arguments: [bench.write('hangs', 'sleep 1000')] } }),
    instance('B', { any: { arguments: [bench.write('notes')] } }),
  ]
  const { notifier } = start({ subjects })
  notifier.tell(about('A', 'MASTER'))
  notifier.tell(about('B', 'MASTER'))
  t.strictSame(await bench.until(1), ['INSTANCE B MASTER 100'])
  await notifier.stop([], milliseconds(20))
})

t.test('losing adverts behind a slow script do not push states out', async (t: Test) => {
  const bench = new ScriptBench(t)
  const gate = bench.write('gate', `while [ ! -e ${bench.directory}/open ]; do sleep 0.01; done; echo "$*" >> "$LOG"`)
  const lower = { arguments: [bench.write('lower', 'echo lower >> "$LOG"')] }
  const { notifier, log } = start({
    subjects: [instance('A', { any: { arguments: [gate] }, masterRxLowerPriority: lower })],
  })
  for (const state of ['MASTER', 'BACKUP', 'MASTER'] as const) notifier.tell(about('A', state))
  for (let i = 0; i < 1000; i++) notifier.tell(about('A', 'MASTER_RX_LOWER_PRI'))
  bench.write('open')
  await notifier.stop([], GRACE)
  const states = ['MASTER', 'BACKUP', 'MASTER'].map(state => `INSTANCE A ${state} 100`)
  t.strictSame(bench.lines(), states)
  t.strictSame(log, [])
})

t.test('FIFO and mail', async (t: Test) => {
  const sink = await startSmtpSink(t)
  const path = join(t.testdir({}), 'fifo')
  const mail = {
    server: { host: '127.0.0.1', port: sink.port },
    recipients: ['root@example.org'],
    connectTimeout: milliseconds(5000),
    faults: false,
  }
  const { notifier } = start({
    subjects: [instance('A', {}, { mail: true }), instance('B', {}, { priorityChanges: true })],
    fifos: [{ path }],
    mail,
  })
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  for (const name of ['A', 'B']) {
    for (const state of ['FAULT', 'BACKUP', 'BACKUP_PRIORITY', 'MASTER', 'MASTER_RX_LOWER_PRI'] as const) {
      notifier.tell(about(name, state))
    }
  }
  await notifier.stop([about('A', 'STOP'), about('B', 'STOP')], GRACE)
  const buffer = Buffer.alloc(4096)
  t.strictSame(
    buffer.toString('utf8', 0, readSync(reader, buffer)).trimEnd().split('\n'),
    [
      'A FAULT',
      'A BACKUP',
      'A MASTER',
      'A MASTER_RX_LOWER_PRI',
      'B FAULT',
      'B BACKUP',
      'B BACKUP_PRIORITY',
      'B MASTER',
      'B MASTER_RX_LOWER_PRI',
      'A STOP',
      'B STOP',
    ].map(text => `INSTANCE "${text.split(' ')[0]}" ${text.split(' ')[1]} 100`),
  )
  closeSync(reader)
  t.strictSame(
    sink.mails.map(({ headers }) => headers.get('Subject')),
    ['Entering BACKUP state', 'Entering MASTER state', 'Stopping'].map(text => `[NODE_1] VRRP Instance A - ${text}`),
  )
})

t.test('a FIFO that cannot be used is told, and disturbs nothing', async () => {
  const { notifier, log } = start({ subjects: [instance('A', {})], fifos: [{ path: '/nonexistent/directory/fifo' }] })
  notifier.tell(about('A', 'MASTER'))
  await notifier.stop([], GRACE)
  t.equal(log.length, 1)
  t.match(log[0], /^error: FIFO \/nonexistent\/directory\/fifo: not used: /)
})

t.test('other settings: what stays goes on, in its order', async (t: Test) => {
  const bench = new ScriptBench(t)
  const slow = bench.write('slow', 'sleep 0.1; echo "slow $*" >> "$LOG"')
  const [kept, gone] = [join(bench.directory, 'kept'), join(bench.directory, 'gone')]
  const { notifier, configure } = start({
    subjects: [instance('A', { any: { arguments: [slow] } })],
    fifos: [{ path: kept }, { path: gone }],
  })
  notifier.tell(about('A', 'MASTER'))
  configure({
    subjects: [instance('A', { any: { arguments: [bench.write('quick', 'echo "quick $*" >> "$LOG"')] } })],
    fifos: [{ path: kept }],
  })
  t.ok(existsSync(kept))
  t.notOk(existsSync(gone))
  notifier.tell(about('A', 'BACKUP'))
  await notifier.stop([], GRACE)
  t.strictSame(bench.lines(), ['slow INSTANCE A MASTER 100', 'quick INSTANCE A BACKUP 100'])
  t.notOk(existsSync(kept))
})
