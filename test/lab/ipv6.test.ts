/**
 * Ours and real keepalived, each in each role, version 3 over IPv6: RFC 9568 §6.4 on a real wire, with a link-local
 * address first (§5.2.9) and a global one behind it.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { configure } from './configuration.ts'
import { failoverStory, type Part, type Story } from './failover-story.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 2
const skip = labUnavailable('keepalived')

const NETWORK = { version: 3, vrid: 66, advertInt: 0.5, addresses: ['fe80::100', '2001:db8::100'] } as const

const part = (start: StartRouter, priority: number): Part => ({
  priority,
  start: host => start(host, configure({ ...NETWORK, priority })),
})

const story = (master: StartRouter, backup: StartRouter): Story => ({
  ...NETWORK,
  hosts: ['fe80::10', 'fe80::11'],
  master: part(master, 200),
  backup: part(backup, 100),
  advertText:
    /fe80::1[01] > ff02::12: VRRPv3, Advertisement, vrid 66, prio (200|100|0), intvl 50cs, length 40, addrs\(2\): fe80::100,2001:db8::100$/,
})

t.test('ours is master, keepalived is backup', { skip }, async t => {
  await failoverStory(t, story(startOurs, startKeepalived))
})

t.test('keepalived is master, ours is backup', { skip }, async t => {
  await failoverStory(t, story(startKeepalived, startOurs))
})
