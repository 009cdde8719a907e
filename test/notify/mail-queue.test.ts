/**
 * Mail into a real SMTP dialogue: what arrives, and what happens when the server is away, refuses, or says nothing.
 */
import { hostname } from 'node:os'
import t, { type Test } from 'tap'
import { MailQueue, type MailSettings } from '../../lib/notify/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { startSmtpSink } from './smtp-sink.ts'

const GRACE = milliseconds(5000)

/** A queue for a server on loopback, with its log. */
function queueFor(t: Test, port: number, settings: Partial<MailSettings> = {}, retryDelays: readonly number[] = [5]) {
  const log: string[] = []
  const queue = new MailQueue(
    {
      server: { host: '127.0.0.1', port },
      recipients: ['root@example.org', 'ops@example.org'],
      sender: 'keepalived@example.org',
      connectTimeout: milliseconds(5000),
      ...settings,
    },
    (level, line) => log.push(`${level}: ${line.replace(String(port), 'PORT')}`),
    { retryDelays },
  )
  t.teardown(() => queue.stop(milliseconds(0)))
  return { queue, log }
}

t.test('envelope, header fields, body', async t => {
  const sink = await startSmtpSink(t)
  const { queue, log } = queueFor(t, sink.port, { heloName: 'node1.example.org' })
  const before = Math.floor(Date.now() / 1000) * 1000
  queue.push({ subject: '[NODE_1] VRRP Instance VI_1 - Entering MASTER state', text: '=> one <=\n' })
  await queue.stop(GRACE)
  const [mail] = sink.mails
  t.match(sink.commands[0], /^EHLO node1\.example\.org$/)
  t.equal(mail?.from, 'keepalived@example.org')
  t.strictSame(mail?.to, ['root@example.org', 'ops@example.org'])
  t.equal(mail?.headers.get('Subject'), '[NODE_1] VRRP Instance VI_1 - Entering MASTER state')
  t.equal(mail?.headers.get('From'), 'keepalived@example.org')
  t.equal(mail?.headers.get('To'), 'root@example.org, ops@example.org')
  t.ok(Date.parse(mail?.headers.get('Date') ?? '') >= before)
  t.match(mail?.body, '=> one <=')
  t.strictSame(log, ['info: SMTP alert successfully sent.'])
})

t.test('an old server that knows only HELO; the sender by default', async t => {
  const sink = await startSmtpSink(t, { reply: line => (line.startsWith('EHLO') ? '502 what?' : undefined) })
  const { queue } = queueFor(t, sink.port)
  queue.push({ subject: 's', text: 't' })
  await queue.stop(GRACE)
  t.ok(sink.commands.includes(`HELO ${hostname()}`), sink.commands.join())
  t.equal(sink.mails.length, 1)
})

t.test('in order, one at a time', async t => {
  const sink = await startSmtpSink(t)
  const { queue } = queueFor(t, sink.port)
  for (const subject of ['1', '2', '3']) queue.push({ subject, text: '' })
  await queue.stop(GRACE)
  t.strictSame(
    sink.mails.map(({ headers }) => headers.get('Subject')),
    ['1', '2', '3'],
  )
})

t.test('a server that is away is told once, and gets the mail when it is back', async t => {
  const first = await startSmtpSink(t)
  await first.close()
  const { queue, log } = queueFor(t, first.port)
  queue.push({ subject: '1', text: '' })
  queue.push({ subject: '2', text: '' })
  // Three attempts at least: the pause between them is 5 ms.
  await new Promise(resolve => setTimeout(resolve, 50))
  const sink = await startSmtpSink(t, { port: first.port })
  await sink.until(2)
  await queue.stop(GRACE)
  t.equal(sink.mails.length, 2)
  t.strictSame(
    log.map(line => line.replace(/: connect ECONNREFUSED[^;]*/, ': REFUSED')),
    [
      'warning: SMTP server [127.0.0.1]:PORT: REFUSED; mail waits until it works',
      'info: SMTP server [127.0.0.1]:PORT: works again',
      'info: SMTP alert successfully sent.',
      'info: SMTP alert successfully sent.',
    ],
  )
})

t.test('a temporary refusal (4yz) is tried again, a final one (5yz) is not', async t => {
  let refusals = 0
  const sink = await startSmtpSink(t, {
    reply: line => {
      if (!line.startsWith('MAIL')) return undefined
      refusals++
      return refusals === 1 ? '451 later' : refusals === 2 ? '550 never' : undefined
    },
  })
  const { queue, log } = queueFor(t, sink.port)
  queue.push({ subject: '1', text: '' })
  queue.push({ subject: '2', text: '' })
  await sink.until(1)
  await queue.stop(GRACE)
  t.strictSame(
    sink.mails.map(({ headers }) => headers.get('Subject')),
    ['2'],
  )
  t.match(log[0], /451 later; mail waits until it works$/)
  t.match(log[1], /works again$/)
  t.equal(log.length, 3)
})

t.test('one refused recipient does not lose the mail of the other', async t => {
  const sink = await startSmtpSink(t, { reply: line => (line.includes('<ops@') ? '550 nobody' : undefined) })
  const { queue, log } = queueFor(t, sink.port)
  queue.push({ subject: '1', text: '' })
  await queue.stop(GRACE)
  t.strictSame(sink.mails[0]?.to, ['root@example.org'])
  t.match(log[0], /refused the recipients ops@example\.org/)
})

t.test('a server that says nothing: pushing returns at once, and the end comes', async t => {
  const sink = await startSmtpSink(t, { silent: true })
  const { queue, log } = queueFor(t, sink.port)
  const start = performance.now()
  for (let i = 0; i < 100; i++) queue.push({ subject: String(i), text: '' })
  t.ok(performance.now() - start < 100)
  await queue.stop(milliseconds(100))
  t.strictSame(log, ['warning: SMTP server [127.0.0.1]:PORT: 64 mails could not be sent'])
})

t.test('a greeting that takes too long is a failure', async t => {
  const sink = await startSmtpSink(t, { silent: true })
  const { queue, log } = queueFor(t, sink.port, { connectTimeout: milliseconds(50) })
  queue.push({ subject: '1', text: '' })
  await new Promise<void>(resolve => {
    const check = () => (log.length > 0 ? resolve() : setTimeout(check, 5))
    check()
  })
  t.match(log[0], /Greeting never received; mail waits until it works$/)
})
