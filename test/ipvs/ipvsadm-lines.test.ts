/**
 * Lines of ipvsadm's text against what ipvsadm 1.31 did with each of them on Linux 6.1, over the table of {@link BASE}.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { formatIpvsadm, type NameLookup, parseIpvsadm, runIpvsadmScript } from '../../lib/ipvs/index.ts'

interface RecordedLine {
  readonly text: string
  readonly exit: number
  readonly message?: string
  /** What `ipvsadm -Sn` printed afterwards beside the base. */
  readonly saved?: readonly string[]
}

const fixture = new URL('../../../fixtures/ipvs/ipvsadm/lines.json', import.meta.url)
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as readonly RecordedLine[]

const BASE = [
  '-A -t 1.2.3.4:80 -s rr',
  '-A -t 1.2.3.4:0 -s wlc -p 360',
  '-A -f 9 -s rr',
  '-A -t [2001:db8::1]:80 -s wlc',
]

const names: NameLookup = {
  host: name => (name === 'localhost' ? '127.0.0.1' : undefined),
  port: name => ({ http: 80, https: 443 })[name],
}

/** What the kernel takes and cannot work with: refused, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  '-A -t 5.5.5.5:1 -p 5 -M 24': /'24' is not a netmask like 255\.255\.255\.0, it would mean 0\.0\.0\.24/,
  '-A -u 5.5.5.5:1 --ops --pe sip': /sip does nothing without persistence/,
  '-A -t 5.5.5.5:1 --pe sip -p': /sip reads call ids from UDP alone/,
  '-A -t 0.0.0.0:5': /not the address of anybody/,
  '-A -t 224.0.0.1:5': /multicast/,
}

/** What ipvsadm refuses or leaves to the kernel, and what is meant is plain. */
const TAKEN = new Set([
  '-a -t [2001:db8::1]:80 -r [2001:db8::2] -m',
  '-A -6 -f 5 -s rr',
  '# comment',
  '-A -t 5.5.5.5:1 -s nosuch',
  '-A -t 5.5.5.5:1 -schedu',
])

/** What ipvsadm reads or writes wrongly. */
const BETTER: Readonly<Record<string, readonly string[]>> = {
  '-a -r 10.0.0.1 -m -t 1.2.3.4:80': ['-a -t 1.2.3.4:80 -r 10.0.0.1:80 -m -w 1'],
  '-A -M 64 -t [::5]:1 -p 5': ['-A -t [::5]:1 -s wlc -p 5 -M 64'],
  '-A -t 5.5.5.5:1 -s sh -b flag-3': ['-A -t 5.5.5.5:1 -s sh -b flag-3'],
  '-A -t 5.5.5.5:1 -s sh -b flag-1,flag-2,flag-3': ['-A -t 5.5.5.5:1 -s sh -b sh-fallback,sh-port,flag-3'],
  '-A -f 4294967295': ['-A -f 4294967295 -s wlc'],
  '-A -f 3000000000': ['-A -f 3000000000 -s wlc'],
}

for (const { text, exit, message = '', saved = [] } of recorded) {
  t.test(text, async t => {
    const parsed = parseIpvsadm([...BASE, text].join('\n'), names)
    const result = runIpvsadmScript(parsed.statements)
    const errors = [...parsed.problems, ...result.problems].filter(({ severity }) => severity === 'error')
    t.strictSame(
      errors.filter(({ line, column }) => line !== BASE.length + 1 || column < 1 || column > text.length),
      [],
      'each error is in the line',
    )
    const refused = REFUSED[text]
    if (refused !== undefined) t.match(errors[0]?.message, refused)
    else if (exit !== 0 && !TAKEN.has(text)) t.ok(errors.length > 0, `an error, as in ipvsadm: ${message}`)
    else {
      t.strictSame(errors, [])
      const ours = formatIpvsadm(result.table).filter(line => !BASE.includes(line))
      t.strictSame(ours, TAKEN.has(text) ? ours : (BETTER[text] ?? saved))
    }
  })
}

t.test('an error says where and what', async t => {
  const first = (text: string) => parseIpvsadm(text).problems[0]
  t.strictSame(first('-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1 --tun-type guw'), {
    severity: 'error',
    line: 2,
    column: 32,
    message: '--tun-type goes with -i',
  })
  t.match(first('-a -t 192.0.2.1:80 -r 10.0.0.1 -w 2147483648'), { line: 1, column: 35, message: /0 to 2147483647/ })
  t.match(first('-A -t 192.0.2.1:80 --shceduler rr'), {
    column: 20,
    message: /no option --shceduler/,
    unknown: { word: '--shceduler' },
  })
  t.match(first('-A -t www.example:80'), { column: 7, message: /neither an IP address nor the name of a host/ })
  t.match(first('-A -u 192.0.2.1:80 -s sh -b mh-port'), { column: 29, message: /sh-fallback, sh-port, flag-3/ })
  t.match(first('-A -t 192.0.2.1:80 -s rrr'), { severity: 'warning', column: 23, unknown: { word: 'rrr' } })
})

t.test('what statements do together is checked too', async t => {
  const problems = (text: string) =>
    runIpvsadmScript(parseIpvsadm(text).statements).problems.map(({ line, message }) => `${line}: ${message}`)
  t.strictSame(problems('-A -t 1.1.1.1:1\n-A -t 1.1.1.1:1'), [
    '2: there is a service tcp 1.1.1.1:1 already: -E changes it',
  ])
  t.strictSame(problems('-a -t 1.1.1.1:1 -r 2.2.2.2'), ['1: there is no service tcp 1.1.1.1:1: add it before'])
  t.strictSame(problems('-A -t 1.1.1.1:1\n-C\n-A -t 1.1.1.1:1\n-a -t 1.1.1.1:1 -r 2.2.2.2\n-D -t 1.1.1.1:1'), [])
  t.strictSame(problems('-A -t 1.1.1.1:1\n-d -t 1.1.1.1:1 -r 2.2.2.2'), [
    '2: there is not a server 2.2.2.2:1 of tcp 1.1.1.1:1: add it before',
  ])
})

t.test('time-outs, daemons and counters', async t => {
  const text = `--set 5 0 7
--start-daemon master --mcast-interface eth1 --syncid 3
--stop-daemon backup
-A -t 1.1.1.1:1
-Z -t 1.1.1.1:1`
  const { statements, problems } = parseIpvsadm(text)
  t.strictSame(problems, [])
  const { timeouts, started, stopped, zeroed } = runIpvsadmScript(statements)
  t.strictSame(timeouts, { tcp: 5, udp: 7 })
  t.match(started, [{ state: 'master', interface: 'eth1', syncId: 3 }])
  t.strictSame(stopped, ['backup'])
  t.strictSame(zeroed, [{ protocol: 'tcp', address: '1.1.1.1', port: 1 }])
})
