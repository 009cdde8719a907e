/**
 * A router with everything that can be tracked, from the text of its configuration to priorities and log lines: on
 * simulated interfaces and a virtual clock, with commands, files and processes of the test.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { prepareTracking, Router, specificationOf, Trackers } from '../../lib/router/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import type { FileSource } from '../../lib/track/index.ts'
import { FakeCommands } from '../track/fake-commands.ts'

const OK = { type: 'exited', status: 0 } as const
const BAD = { type: 'exited', status: 1 } as const

const instance = (tracking: string, name = 'V', vrid = 51) => `
vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  virtual_ipaddress { 192.0.2.${vrid} }
  ${tracking}
}`

function configurationOf(text: string) {
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return { configuration, specification: specificationOf(configuration, { trackers: true }).specification }
}

function scene(text: string) {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [
    { name: 'eth0', addresses: ['192.0.2.10'] },
    { name: 'eth1', addresses: ['198.51.100.10'] },
  ])
  const commands = new FakeCommands()
  const numbers = new Map<string, string>()
  const files: FileSource = {
    read: path => numbers.get(path),
    write: (path, content) => void numbers.set(path, content),
    watch: () => () => {},
  }
  const names = new Map<number, string>()
  const processes = {
    list: () => [...names.keys()],
    describe: (pid: number) => {
      const name = names.get(pid)
      return name === undefined ? undefined : { name, arguments: [name] }
    },
  }
  const log: string[] = []
  const ports = new MemoryPorts(host)
  const router = new Router({
    ...configurationOf(text),
    clock,
    ports,
    engine: new Engine({ clock, ports }),
    log: { write: (_level, line) => log.push(line), detail: false },
    tracking: { startCommand: commands.start, files, processes },
  })
  return {
    router,
    host,
    clock,
    commands,
    numbers,
    names,
    log,
    pass: (ms: number) => clock.advance(milliseconds(clock.now() + ms)),
    priorities: () => router.snapshot().instances.map(({ effectivePriority }) => effectivePriority),
    states: () => router.snapshot().instances.map(({ keepalivedState }) => keepalivedState),
  }
}

t.test("the articles' chk_nginx: -10 after two failures, back after two successes", async t => {
  const { router, commands, pass, priorities, log } = scene(`
    vrrp_script chk_nginx {
      script "test -e /nginx"
      interval 2
      weight -10
      fall 2
      rise 2
    }
    ${instance('track_script { chk_nginx }')}`)
  router.start()
  const results = [OK, BAD, BAD, OK, OK]
  const seen: (number | undefined)[] = []
  for (const [i, result] of results.entries()) {
    pass(i === 0 ? 0 : 2000)
    if (result === BAD) commands.last.print('nginx: no process found')
    await commands.last.end(result)
    seen.push(...priorities())
  }
  t.strictSame(commands.last.command.arguments, ['-e', '/nginx'])
  t.strictSame(seen, [100, 100, 90, 90, 100])
  t.strictSame(
    log.filter(line => !/STATE/.test(line)),
    [
      'VRRP_Script(chk_nginx) succeeded',
      'Script `chk_nginx` now returning 1',
      'VRRP_Script(chk_nginx) failed (exited with status 1) [nginx: no process found]',
      '(V) Changing effective priority from 100 to 90',
      'Script `chk_nginx` now returning 0',
      'VRRP_Script(chk_nginx) succeeded',
      '(V) Changing effective priority from 90 to 100',
    ],
  )
  t.match(router.verdicts(), [{ kind: 'script', name: 'chk_nginx', verdict: 'ok', result: OK }])
  pass(2000)
  const stop = router.stop()
  t.strictSame(commands.last.signals, ['SIGTERM'])
  await commands.last.end({ type: 'stopped' })
  await stop
})

t.test('weight 0: held until the first result, then a fault while it fails', async t => {
  const { router, commands, pass, states, log } = scene(`
    vrrp_script chk { script "true" }
    ${instance('track_script { chk }')}`)
  router.start()
  pass(500)
  t.strictSame(states(), ['INIT'])
  t.strictSame(log, ['Script `chk` has no result yet: V held until then'])
  await commands.last.end(BAD)
  t.strictSame(states(), ['FAULT'])
  t.match(log.join('\n'), /VRRP_Script\(chk\) failed .*\n\(V\) entering FAULT state \(tracked script chk failing\)/)
  pass(1000)
  await commands.last.end(OK)
  t.strictSame(states(), ['BACKUP'])
  t.ok(log.includes('(V) Entering BACKUP STATE (init)'))
})

t.test('interfaces, files and processes', async t => {
  const { router, host, numbers, names, pass, priorities, states } = scene(`
    track_file load { file /run/load  weight -1
      init_file 5 }
    vrrp_track_process web { process nginx  
      weight 7 }
    ${instance(`
      track_interface { eth1 weight -30 }
      track_file { load weight -2 }
      track_process { web }`)}`)
  router.start()
  t.equal(numbers.get('/run/load'), '5\n')
  pass(10)
  t.strictSame(priorities(), [90])
  names.set(7, 'nginx')
  pass(1000)
  t.strictSame(priorities(), [97])
  host.plug('eth1', false)
  pass(10)
  t.strictSame(priorities(), [67])
  numbers.set('/run/load', '200')
  pass(5000)
  t.strictSame(states(), ['FAULT'])
  numbers.delete('/run/load')
  host.plug('eth1', true)
  pass(10_000)
  t.strictSame([states(), priorities()], [['MASTER'], [107]])
  await router.stop()
})

t.test("a sync group's trackers count for each member, members' own weights only if told so", async t => {
  const text = (more: string) => `
    vrrp_script own { script "true"
      weight 5 }
    vrrp_script shared { script "true"
      weight 20 }
    vrrp_script fatal { script "true" }
    vrrp_sync_group G {
      group { V W }
      track_script { shared }
      ${more}
    }
    ${instance('track_script {\n own\n fatal\n }')}
    ${instance('', 'W', 52)}`
  const trackers = (more: string) =>
    configurationOf(text(more)).specification.instances.map(each => each.trackers.map(({ name }) => name).join())
  t.strictSame(trackers(''), ['fatal,shared', 'shared'])
  t.strictSame(trackers('sync_group_tracking_weight'), ['own,fatal,shared', 'shared'])
})

t.test('what did not change goes on, and an instance that is made anew is told what is known', async t => {
  const clock = new SimClock()
  const commands = new FakeCommands()
  const reports: string[] = []
  const log: string[] = []
  const trackers = new Trackers({
    clock,
    links: { get: () => ({ running: true }), subscribe: () => () => {} },
    startCommand: commands.start,
    report: ({ kind, name, verdict }) => reports.push(`${kind} ${name} ${verdict}`),
    log: (_level, line) => log.push(line),
  })
  const apply = (text: string) => {
    const { configuration, specification } = configurationOf(text)
    trackers.apply(prepareTracking(configuration, specification, () => {}))
  }
  const scripts = (interval: number) => `
    vrrp_script a { script "true"
      weight 1 }
    vrrp_script b { script "true"
      interval ${interval}
      weight 1 }`
  apply(`${scripts(1)} ${instance('track_script {\n a\n b\n }\n track_interface { eth1 }')}`)
  clock.advance(milliseconds(30))
  t.equal(commands.started.length, 2)
  for (const command of commands.started) await command.end(OK)
  t.strictSame(reports.splice(0), ['interface eth1 ok', 'script a ok', 'script b ok'])

  apply(`${scripts(3)} ${instance('track_script {\n a\n b\n }\n priority 120')}`)
  t.strictSame(reports.splice(0), ['script a ok'], 'b is another one, eth1 is tracked no more')
  clock.advance(milliseconds(60))
  t.equal(commands.started.length, 3, 'b starts anew, a waits for its time')
  clock.advance(milliseconds(1000))
  t.equal(commands.started.length, 4)
  await commands.last.end(BAD)
  t.strictSame(reports, ['script a failing'])
  t.strictSame(
    trackers.verdicts().map(({ name, verdict }) => `${name} ${verdict}`),
    ['a failing'],
  )
  for (const command of commands.started) await command.end({ type: 'stopped' })
  await trackers.stop()
  t.equal(clock.pending, 0)
})

t.test('first executions are spread, though never by more than the interval', async t => {
  const names = Array.from({ length: 100 }, (_, i) => `s${i}`)
  const { router, clock, commands } = scene(`
    ${names.map(name => `vrrp_script ${name} { script "true"\n weight 1 }`).join('\n')}
    ${instance(`track_script {\n ${names.join('\n')} }`)}`)
  router.start()
  const started: number[] = []
  for (let at = 0; at < 1000; at += 100) {
    clock.advance(milliseconds(at))
    started.push(commands.started.length)
  }
  t.strictSame(started, [1, 11, 21, 31, 41, 51, 61, 71, 81, 91])
})

t.test(
  'a script that others can change',
  { skip: process.getuid?.() !== 0 && 'only root executes as root' },
  async t => {
    const directory = mkdtempSync(join(tmpdir(), 'vrrp-ts-unsafe-'))
    t.teardown(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'check')
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 })
    chmodSync(path, 0o777)
    const text = (global: string) => `
    global_defs { script_user root
      ${global}
    }
    vrrp_script chk { script "${path}" }
    ${instance('track_script { chk }')}`

    const secure = scene(text('enable_script_security'))
    secure.router.start()
    secure.pass(100)
    t.equal(secure.commands.started.length, 0)
    t.strictSame(secure.states(), ['BACKUP'], 'as if it were not there')
    const reason = `[vrrp_script chk: others than root can change ${path}]`
    t.equal(secure.log[0], `Unsafe permissions found for script '${path}' - disabling. ${reason}`)

    const lax = scene(text(''))
    lax.router.start()
    lax.pass(100)
    t.equal(lax.commands.started.length, 1)
    t.equal(lax.log[0], `Unsafe permissions found for script '${path}'. ${reason}`)
  },
)

t.test('a script that cannot be started, and one of an unknown user, fail with the reason', async t => {
  const { router, pass, log, states } = scene(`
    vrrp_script gone { script "/nonexistent/check" }
    vrrp_script nobody { script "true"
      user no-such-user }
    ${instance('track_script {\n gone\n nobody\n }')}`)
  router.start()
  pass(100)
  t.strictSame(states(), ['FAULT'])
  t.ok(log.includes('VRRP_Script(gone) failed (not started: /nonexistent/check does not exist)'))
  t.ok(log.includes("VRRP_Script(nobody) failed (not started: user 'no-such-user' does not exist)"))
})
