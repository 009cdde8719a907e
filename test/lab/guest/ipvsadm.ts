/**
 * Runs in user-mode Linux (`../uml.ts`): our tables and texts against ipvsadm's, of the same kernel tables, both ways.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { ipvsCommands } from '../../../cli/commands/ipvs.ts'
import { completeTable, formatIpvsadm, IpvsClient, type IpvsTable } from '../../../lib/ipvs/index.ts'
import { tables } from '../../ipvs/arbitrary-table.ts'
import type { Host } from '../host.ts'
import { withLab } from '../lab.ts'
import { MAIN } from '../router.ts'
import { Nginx } from '../setups-nginx.ts'
import { Connection, visit } from '../visitor.ts'

/** `vrrp-cli ipvs` in this process. */
async function ipvs(host: Host, ...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const command = ipvsCommands({ out: line => void out.push(line), err: line => void err.push(line) })
  const before = process.exitCode
  await command.parseAsync([...args, '--netns', host.namespace], { from: 'user' })
  const code = process.exitCode
  process.exitCode = before
  return { out: out.map(line => `${line}\n`).join(''), err: err.join('\n'), code }
}

/** What ipvsadm does not save. */
function withoutThresholds(text: string): string {
  return text.replace(/ -[xy] \d+/g, '')
}

const LISTS = [
  [],
  ['--stats'],
  ['--rate'],
  ['--thresholds'],
  ['--persistent-conn'],
  ['--tun-info'],
  ['--stats', '--exact'],
  ['--rate', '--exact'],
] as const

async function sameLists(t: Test, host: Host): Promise<void> {
  for (const options of LISTS) {
    const name = ['ipvsadm', '-Ln', ...options].join(' ')
    t.equal((await ipvs(host, 'list', ...options)).out, await host.run('ipvsadm', '-Ln', ...options), name)
  }
  t.equal((await ipvs(host, 'list', '--no-sort')).out, await host.run('ipvsadm', '-Ln', '--nosort'), '--nosort')
}

const seed = Date.now() & 0x7fffffff

t.test(`any table, written by us and by ipvsadm (seed ${seed})`, async t => {
  await withLab(async lab => {
    const [ours, theirs] = [lab.addHost('ours'), lab.addHost('theirs')]
    const samples: readonly IpvsTable[] = fc.sample(tables(), { numRuns: 8, seed }).map(completeTable)
    await using client = await IpvsClient.open({ netns: ours.namespace })
    await using other = await IpvsClient.open({ netns: theirs.namespace })
    for (const [index, table] of samples.entries()) {
      const text = formatIpvsadm(table)
        .map(line => `${line}\n`)
        .join('')
      // Each table becomes the next one: by us with the least that it takes, by ipvsadm from nothing.
      const { errors } = await client.reconcile(table, { prune: 'all' })
      t.strictSame(errors, [])
      const file = join(theirs.directory, 'table')
      writeFileSync(file, text)
      await theirs.run('sh', '-ec', `ipvsadm -C; ipvsadm -R <${file}`)
      const [savedOurs, savedTheirs] = [await ours.run('ipvsadm', '-Sn'), await theirs.run('ipvsadm', '-Sn')]
      const lines = (of: string) => of.split('\n').sort()
      t.strictSame(lines(savedOurs), lines(withoutThresholds(text)), 'what we wrote, ipvsadm reads')
      t.strictSame(lines(savedTheirs), lines(savedOurs), 'what ipvsadm wrote of our text is the same')
      t.equal(withoutThresholds((await ipvs(ours, 'save')).out), savedOurs, 'saved byte for byte')
      t.equal(withoutThresholds((await ipvs(theirs, 'save')).out), savedTheirs, 'saved byte for byte')
      t.strictSame(formatIpvsadm(await other.table()).toSorted(), formatIpvsadm(await client.table()).toSorted())
      if (index < 2) await sameLists(t, ours)
    }
  })
})

t.test('restore: all is checked before anything is written', async t => {
  await withLab(async lab => {
    const host = lab.addHost('host')
    const file = join(host.directory, 'table')
    const restore = async (text: string, ...options: readonly string[]) => {
      writeFileSync(file, text)
      return await ipvs(host, 'restore', file, ...options)
    }
    const good = '-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -m -w 1\n'
    t.strictSame(await restore(good), { out: '', err: '', code: 0 })
    t.equal(await host.run('ipvsadm', '-Sn'), good)
    const bad = await restore('-C\n-A -t 192.0.2.2:80 -s rr\n-a -t 192.0.2.2:80 --real-servr 10.0.0.1\n')
    t.equal(bad.code, 1)
    t.equal(bad.err, `${file}:3:20: error: ipvsadm has no option --real-servr (did you mean '--real-server'?)`)
    t.equal(await host.run('ipvsadm', '-Sn'), good, 'nothing is written')
    t.match(await restore('-E -t 192.0.2.1:80 -s wrr\n'), { code: 1, err: /:1:1: error: there is no service/ })
    const plan = await restore('-E -t 192.0.2.1:80 -s wrr\n', '--keep', '--dry-run')
    t.match(plan, { code: 0, out: /^~ service tcp 192\.0\.2\.1:80: .*rr.*wrr/ })
    t.equal(await host.run('ipvsadm', '-Sn'), good, 'a dry run writes nothing')
    t.equal((await restore('-E -t 192.0.2.1:80 -s wrr\n', '--keep')).code, 0)
    t.equal(await host.run('ipvsadm', '-Sn'), good.replace('rr', 'wrr'))
    t.equal((await restore(good)).code, 0)
    t.match(await restore(good, '--json'), { code: 0, out: /"added":\[\],"changed":\[\]/ }, 'and again: nothing to do')
    const { out } = await ipvs(host, 'save', '--json')
    t.equal((await ipvs(host, 'flush')).code, 0)
    writeFileSync(file, out)
    t.strictSame(await ipvs(host, 'apply', file), { out: '', err: '', code: 0 })
    t.equal(await host.run('ipvsadm', '-Sn'), good, 'JSON and back')
  })
})

t.test('single changes', async t => {
  await withLab(async lab => {
    const host = lab.addHost('host', '192.0.2.9/24')
    const does = async (...args: readonly string[]) => {
      t.strictSame(await ipvs(host, ...args), { out: '', err: '', code: 0 }, args.join(' '))
    }
    const saved = (...lines: readonly string[]) => lines.map(line => `${line}\n`).join('')
    const service = ['-t', '192.0.2.1:80'] as const
    const server = [...service, '-r', '10.0.0.1'] as const
    await does('add-service', ...service, '-s', 'sh', '-b', 'sh-port', '-p', '50')
    await does('add-server', ...server, '-i', '--tun-type', 'gue', '--tun-port', '5555', '-x', '9', '-w', '2')
    await does('edit-server', ...server, '-w', '3')
    const gue = '-a -t 192.0.2.1:80 -r 10.0.0.1:80 -i -w 3 -x 9 --tun-type gue --tun-port 5555 --tun-nocsum'
    t.equal((await ipvs(host, 'save')).out, saved('-A -t 192.0.2.1:80 -s sh -p 50 -b sh-port', gue), 'the tunnel stays')
    await does('edit-service', ...service, '--netmask', '255.255.255.0')
    await does('edit-server', ...server, '-m')
    t.equal(
      (await ipvs(host, 'save')).out,
      saved(
        '-A -t 192.0.2.1:80 -s sh -p 50 -M 255.255.255.0 -b sh-port',
        '-a -t 192.0.2.1:80 -r 10.0.0.1:80 -m -w 3 -x 9',
      ),
    )
    await does('edit-service', ...service, '-s', 'rr', '--no-persistent')
    t.equal((await ipvs(host, 'list', ...service)).out, await host.run('ipvsadm', '-Ln', ...service))
    t.match(await ipvs(host, 'add-service', ...service), { code: 1, err: /the service is there already/ })
    t.match(await ipvs(host, 'delete-server', ...service, '-r', '10.0.0.2'), { code: 1, err: /no such destination/ })
    t.match(await ipvs(host, 'add-service', '-u', '192.0.2.1:x'), { code: 2, err: /'x' is neither a port/ })
    t.match(await ipvs(host, 'add-service', '-f', '7', '-s', 'nosuch'), {
      code: 1,
      err: /there is no scheduler nosuch/,
    })
    t.match(await ipvs(host, 'edit-service', '-f', '7', '-s', 'rr'), { code: 1, err: /there is no such service/ })
    t.match(await ipvs(host, 'list', '-f', '7'), { code: 1, err: /there is no service fwmark 7/ })
    await does('delete-server', ...server)
    await does('delete-service', ...service)
    t.equal(await host.run('ipvsadm', '-Sn'), '')

    await does('timeouts', '--tcp', '901', '--udp', '33')
    t.equal((await ipvs(host, 'timeouts')).out, await host.run('ipvsadm', '-Ln', '--timeout'))
    t.equal((await ipvs(host, 'timeouts')).out, 'Timeout (tcp tcpfin udp): 901 120 33\n')
    await does('daemon', 'start', 'master', '--mcast-interface', 'eth0', '--syncid', '7')
    await does(
      'daemon',
      'start',
      'backup',
      '--mcast-interface',
      'eth0',
      '--mcast-group',
      '224.0.0.99',
      '--mcast-ttl',
      '3',
    )
    t.equal((await ipvs(host, 'daemon')).out, await host.run('ipvsadm', '-Ln', '--daemon'))
    t.match(await ipvs(host, 'daemon', 'start', 'master', '--mcast-interface', 'eth0'), { code: 1, err: /already/ })
    await does('daemon', 'stop', 'master')
    await does('daemon', 'stop', 'backup')
    t.equal((await ipvs(host, 'daemon')).out, '')
  })
})

t.test('watch tells each change', async t => {
  await withLab(async lab => {
    const host = lab.addHost('host')
    const end = new AbortController()
    const lines: string[] = []
    const output = {
      out: (line: string) => {
        lines.push(line.replace(/^\S+Z /, ''))
        if (line.includes('- service')) end.abort()
      },
      err: (line: string) => void lines.push(line),
    }
    const command = ipvsCommands(output, async ({ netns = '' }) => IpvsClient.open({ netns, signal: end.signal }))
    const before = process.exitCode
    const watching = command.parseAsync(['watch', '--interval', '0.1', '--netns', host.namespace], { from: 'user' })
    await using client = await IpvsClient.open({ netns: host.namespace })
    const key = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const
    // The first look is what later ones are compared with.
    await delay(500)
    await client.addService({ ...key, scheduler: 'rr' })
    await delay(500)
    await client.editService(key, { scheduler: 'wrr' })
    await delay(500)
    await client.deleteService(key)
    await t.rejects(watching, { name: 'AbortError' })
    process.exitCode = before
    t.match(lines, [
      /^\+ service tcp 192\.0\.2\.1:80: /,
      /^~ service tcp 192\.0\.2\.1:80: .*rr -> wrr/,
      /^- service tcp 192\.0\.2\.1:80/,
    ])
    t.equal(lines.length, 3)
  })
})

t.test('without rights: one line, exit status 4', async t => {
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath]
  const { status, stdout, stderr } = spawnSync('setpriv', [...nobody, MAIN, 'ipvs', 'list'], { encoding: 'utf8' })
  t.equal(stdout, '')
  t.match(stderr, /^vrrp-cli: .*EPERM.*CAP_NET_ADMIN.*\n$/)
  t.equal(status, 4)
})

t.test('traffic: counters, rates and connections as ipvsadm shows them', async t => {
  await withLab(async lab => {
    const client = lab.addHost('client', '192.0.2.2/24')
    const director = lab.addHost('director', '192.0.2.1/24')
    const nginx = new Nginx(director)
    await nginx.ready()
    await director.run(
      'sh',
      '-ec',
      `ipvsadm -A -t 192.0.2.1:8080 -s rr; ipvsadm -a -t 192.0.2.1:8080 -r 127.0.0.1:80 -m
       ipvsadm -A -t 192.0.2.1:80 -s rr -p; ipvsadm -a -t 192.0.2.1:80 -r 192.0.2.1:80 -g`,
    )
    for (let i = 0; i < 4; i++) t.equal(await visit(client, '192.0.2.1'), 'director')
    const connection = await Connection.open(client, '192.0.2.1')
    await connection.ask()
    // The kernel sums up every two seconds.
    await delay(2200)
    const same = async (ours: readonly string[], theirs: readonly string[]) => {
      for (let attempt = 0; ; attempt++) {
        const [a, b] = [(await ipvs(director, ...ours)).out, await director.run('ipvsadm', ...theirs)]
        // A second, or the kernel's sum, may come in between.
        if (a !== b && attempt < 4) continue
        t.equal(a, b, theirs.join(' '))
        return a
      }
    }
    t.match(await same(['list', '--stats'], ['-Ln', '--stats']), /TCP {2}192\.0\.2\.1:80 +5 +\d\d/)
    await same(['list', '--rate'], ['-Ln', '--rate'])
    t.match(await same(['list', '--persistent-conn'], ['-Ln', '--persistent-conn']), /192\.0\.2\.1:80 +1 +1 +1 +4/)
    t.match(
      await same(['connections'], ['-Lnc']),
      /TCP .* ESTABLISHED 192\.0\.2\.2:\d+ +192\.0\.2\.1:80 +192\.0\.2\.1:80/,
    )
    await same(['connections', '--persistent-conn'], ['-Lnc', '--persistent-conn'])
    t.strictSame(await ipvs(director, 'zero'), { out: '', err: '', code: 0 })
    t.match((await ipvs(director, 'list', '--stats')).out, /TCP {2}192\.0\.2\.1:80 +0 +0 +0 +0 +0/)
    connection.close()
  })
})
