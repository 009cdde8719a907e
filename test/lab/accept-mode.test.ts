/**
 * Accept_Mode on a real kernel (RFC 9568 §6.1): with no_accept nothing answers at the virtual address, neighbour discovery
 * apart; the owner answers; and what we do looks to a client as what keepalived does.
 */
import t, { type Test } from 'tap'
import { labUnavailable } from './available.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 4
const skip = labUnavailable('keepalived', 'curl')

const configuration = (priority: number, lines: string, addresses: readonly string[]) => `
vrrp_instance V {
    interface eth0
    version 3
    virtual_router_id 7
    priority ${priority}
    advert_int 0.3
${lines}
    virtual_ipaddress {
${addresses.join('\n')}
    }
}`

/** `refused`: the kernel of the holder answers, there is no server. `silent`: nothing comes back. */
async function connect(client: Host, address: string): Promise<string> {
  const url = `http://${address.includes(':') ? `[${address}]` : address}:9/`
  const failure = await client
    .run('curl', '-s', '--connect-timeout', '1', url)
    .catch((error: { code: number }) => error)
  if (typeof failure === 'string') return 'open'
  return failure.code === 7 ? 'refused' : failure.code === 28 ? 'silent' : `curl ${failure.code}`
}

async function story(t: Test, start: StartRouter): Promise<void> {
  await withLab(async lab => {
    const a = lab.addHost('a', '10.9.0.1/24', '2001:db8::1/64', 'fe80::a/64')
    const client = lab.addHost('client', '10.9.0.3/24', '2001:db8::3/64')
    const mac = JSON.parse(await a.run('ip', '-json', 'link', 'show', 'dev', 'eth0'))[0].address
    const four = ['10.9.0.100']
    let router = await start(a, configuration(200, 'no_accept', four))
    await a.untilAddress('10.9.0.100')
    t.equal(await connect(client, '10.9.0.100'), 'silent', 'no_accept')
    t.match(await client.run('ip', 'neigh', 'show', '10.9.0.100'), mac, 'ARP is answered')
    t.equal(await connect(client, '10.9.0.1'), 'refused', 'the own address is not touched')
    t.equal(await connect(a, '10.9.0.100'), 'silent', 'not even from the router itself')
    await router.stop()

    router = await start(a, configuration(255, 'no_accept', four))
    await a.untilAddress('10.9.0.100')
    if (start === startOurs)
      t.equal(await connect(client, '10.9.0.100'), 'refused', 'the owner accepts (RFC 9568 §6.4.3)')
    await router.stop()

    router = await start(a, configuration(200, 'no_accept', ['fe80::100', '2001:db8::100']))
    await a.untilAddress('2001:db8::100')
    t.equal(await connect(client, '2001:db8::100'), 'silent', 'no_accept over IPv6')
    t.equal(await connect(client, 'fe80::100%eth0'), 'silent', 'a link-local address, too')
    t.match(await client.run('ip', 'neigh', 'show', '2001:db8::100'), mac, 'neighbour solicitations are answered')
    t.equal(await connect(client, '2001:db8::1'), 'refused')
    await router.crash()
    router = await start(a, configuration(200, '', ['fe80::100', '2001:db8::100']))
    await a.untilAddress('2001:db8::100')
    if (start === startOurs) t.equal(await connect(client, '2001:db8::100'), 'refused', 'a crash leaves no rule behind')
    await router.stop()

    router = await start(a, `global_defs {\n vrrp_strict\n}\n${configuration(200, '', four)}`)
    await a.untilAddress('10.9.0.100')
    t.equal(await connect(client, '10.9.0.100'), 'silent', 'vrrp_strict')
    await router.stop()
    router = await start(a, `global_defs {\n vrrp_strict\n}\n${configuration(200, 'accept', four)}`)
    await a.untilAddress('10.9.0.100')
    t.equal(await connect(client, '10.9.0.100'), 'refused', 'vrrp_strict with accept')
    await router.stop()
  })
}

t.test('ours', { skip }, async t => story(t, startOurs))
t.test('keepalived, as it should be', { skip }, async t => story(t, startKeepalived))

t.test('a reload that adds and drops use_vmac and no_accept', { skip }, async t => {
  await withLab(async lab => {
    const a = lab.addHost('a', '10.9.0.1/24')
    const client = lab.addHost('client', '10.9.0.3/24')
    const { daemon, stop } = await startOurs(a, configuration(200, '', ['10.9.0.100']))
    const reload = async (lines: string) => {
      const from = daemon.log.length
      const { writeFileSync } = await import('node:fs')
      writeFileSync(`${a.directory}/keepalived.conf`, configuration(200, lines, ['10.9.0.100']), { mode: 0o644 })
      daemon.signal('SIGHUP')
      await daemon.untilLog(/Configuration reloaded/, { from })
      return from
    }
    await a.untilAddress('10.9.0.100')
    await reload('no_accept')
    t.equal(await connect(client, '10.9.0.100'), 'silent')
    const from = await reload('use_vmac')
    await daemon.untilLog(/setting VIPs/, { from })
    t.strictSame(await a.addresses('vrrp.7'), ['10.9.0.100'])
    t.notOk((await a.addresses()).includes('10.9.0.100'))
    t.equal(await connect(client, '10.9.0.100'), 'refused')
    t.match(await client.run('ip', 'neigh', 'show', '10.9.0.100'), '00:00:5e:00:01:07')
    await reload('')
    await a.untilAddress('10.9.0.100')
    t.notMatch(await a.run('ip', 'link'), /vrrp\./)
    t.equal(await connect(client, '10.9.0.100'), 'refused')
    t.match(await client.run('ip', 'neigh', 'show', '10.9.0.100'), /lladdr (?!00:00:5e)/)
    await stop()
  })
})
