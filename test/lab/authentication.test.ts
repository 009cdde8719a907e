/**
 * auth_type AH against real keepalived in both roles and with ourselves; auth_hmac between ours, with the keys changed by
 * HUP. RFC 2338 §5.3.6, draft-cassen-vrrp-auth-hmac.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { configure } from './configuration.ts'
import { failoverStory, type Story } from './failover-story.ts'
import type { Frame } from './frame.ts'
import { withLab } from './lab.ts'
import { type LabRouter, type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 4
const skip = labUnavailable('keepalived')
const VIP = '10.51.0.100'

function configuration(priority: number, lines: string): string {
  return configure({ version: 2, vrid: 51, priority, advertInt: 1, addresses: [VIP], lines })
}

const AH = `
    authentication {
        auth_type AH
        auth_pass renwole0
    }`

function ahStory(master: StartRouter, backup: StartRouter): Story {
  return {
    version: 2,
    advertInt: 1,
    hosts: ['10.51.0.10', '10.51.0.11'],
    addresses: [VIP],
    master: { priority: 100, start: host => master(host, configuration(100, AH)) },
    backup: { priority: 95, start: host => backup(host, configuration(95, AH)) },
    advertText:
      /^ +10\.51\.0\.1[01] > 224\.0\.0\.18: AH\(length=4\(24-bytes\),spi=0x0a33000[ab],seq=0x[0-9a-f]+,icv=0x[0-9a-f]{24}\): VRRPv2, Advertisement, vrid 51, prio (100|95|0), authtype ah, intvl 1s, length 20, addrs: 10\.51\.0\.100$/,
  }
}

t.test('AH: ours is master, keepalived is backup', { skip }, async t => {
  await failoverStory(t, ahStory(startOurs, startKeepalived))
})

t.test('AH: keepalived is master, ours is backup', { skip }, async t => {
  await failoverStory(t, ahStory(startKeepalived, startOurs))
})

t.test('AH: ours is both', { skip }, async t => {
  await failoverStory(t, ahStory(startOurs, startOurs))
})

/** `auth_hmac` with these keys, each of 32 digits of its id. */
function hmac(ids: readonly number[], active: number, mode = 'enforce'): string {
  const keys = ids.map(id => `        key ${id} ${String(id).repeat(32)}`)
  return ['    auth_hmac {', ...keys, `        active_key ${active}`, `        mode ${mode}`, '    }'].join('\n')
}

t.test('HMAC: from none to enforced, and to another key, by HUP alone', { skip: labUnavailable() }, async t => {
  await withLab(async lab => {
    const hosts = [lab.addHost('a', '10.51.0.10/24'), lab.addHost('b', '10.51.0.11/24')] as const
    const wire = await Capture.start(lab.addHost('observer'))
    const a = await startOurs(hosts[0], configuration(100, ''))
    const b = await startOurs(hosts[1], configuration(95, ''))
    const routers = [a, b] as const
    await hosts[0].untilAddress(VIP)
    const isAdvert = (frame: Frame) => frame.kind === 'advert'
    const first = await wire.until(isAdvert, { what: 'the first advert' })
    const start = [a, b].map(({ daemon }) => daemon.log.length)
    const hup = async (router: LabRouter, priority: number, block: string) => {
      writeFileSync(join(router.host.directory, 'keepalived.conf'), configuration(priority, block))
      const from = router.daemon.log.length
      const position = wire.position
      router.daemon.signal('SIGHUP')
      await router.daemon.untilLog(/Configuration reloaded/, { from })
      await wire.until(isAdvert, { from: position, what: 'an advert after a reload' })
    }
    for (const block of [
      hmac([1], 1, 'receive-only'),
      hmac([1], 1, 'permissive'),
      hmac([1], 1),
      hmac([1, 2], 1),
      hmac([1, 2], 2),
      hmac([2], 2),
    ]) {
      await hup(b, 95, block)
      await hup(a, 100, block)
    }
    const adverts = wire.frames.slice(wire.frames.indexOf(first)).filter(isAdvert)
    t.ok(adverts.every(frame => frame.kind === 'advert' && frame.address === '10.51.0.10' && frame.priority === 100))
    const gaps = adverts.slice(1).map((frame, i) => frame.time - (adverts[i]?.time ?? 0))
    t.ok(Math.max(...gaps) < 1100, `no advert is missing: the longest gap is ${Math.max(...gaps).toFixed(1)} ms`)
    for (const [i, { daemon }] of routers.entries()) {
      const said = daemon.log.slice(start[i]).map(({ text }) => text)
      t.strictSame(
        said.filter(text => /Entering|drop|refus|wrong|invalid/i.test(text)),
        [],
        `${daemon.name} of node ${i}`,
      )
      t.notMatch(daemon.text(), /1{32}|2{32}/, 'no key in the log')
    }
    // Who has not got the key is not heard.
    const position = wire.position
    const intruder = await startOurs(
      lab.addHost('m', '10.51.0.12/24'),
      configuration(200, hmac([2], 2).replaceAll('2222', '3333')),
    )
    const forged = (frame: Frame) => frame.kind === 'advert' && frame.priority === 200
    await wire.until(forged, { from: position, what: 'an advert of the intruder' })
    await wire.until(frame => isAdvert(frame) && !forged(frame), { from: wire.position, what: 'an advert of ours' })
    await a.daemon.untilLog(/the HMAC is wrong/)
    t.ok((await hosts[0].addresses()).includes(VIP))
    await Promise.all([intruder, a, b].map(router => router.stop()))
    t.strictSame(await Promise.all(hosts.map(async host => (await host.addresses()).includes(VIP))), [false, false])
  })
})
