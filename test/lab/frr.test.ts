/**
 * Ours and FRRouting's vrrpd, each in each role, version 3 over IPv4 with two addresses: RFC 9568 §6.4 on a real wire.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { configure } from './configuration.ts'
import { failoverStory, type Part, type Story } from './failover-story.ts'
import { frrHolds, startFrr } from './frr.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 3
const skip = labUnavailable('/usr/lib/frr/vrrpd', '/usr/lib/frr/zebra', 'keepalived')

const NETWORK = { version: 3, vrid: 51, advertInt: 0.5, addresses: ['172.16.8.100', '172.16.8.101'] } as const

const frr = (priority: number): Part => ({
  priority,
  start: host => startFrr(host, { ...NETWORK, priority }),
  holds: host => frrHolds(host, NETWORK.vrid),
  early: 10,
})

const reader = (start: StartRouter, priority: number): Part => ({
  priority,
  start: host => start(host, configure({ ...NETWORK, priority })),
})

const story = (master: Part, backup: Part): Story => ({
  ...NETWORK,
  hosts: ['172.16.8.10', '172.16.8.11'],
  master,
  backup,
  advertText:
    /^ +172\.16\.8\.1[01] > 224\.0\.0\.18: VRRPv3, Advertisement, vrid 51, prio (200|100|0), intvl 50cs, length 16, addrs\(2\): 172\.16\.8\.100,172\.16\.8\.101$/,
})

t.test('keepalived is master, FRR is backup: the baseline', { skip }, async t => {
  await failoverStory(t, story(reader(startKeepalived, 200), frr(100)))
})

t.test('ours is master, FRR is backup', { skip }, async t => {
  await failoverStory(t, story(reader(startOurs, 200), frr(100)))
})

t.test('FRR is master, ours is backup', { skip }, async t => {
  await failoverStory(t, story(frr(200), reader(startOurs, 100)))
})
