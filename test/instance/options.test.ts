/**
 * Options of a VrrpInstance: defaults, forms of addresses, and an error that names the option for each that is wrong.
 */
import t from 'tap'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'

const least: VrrpInstanceOptions = { interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'] }

t.test('three options are enough; the rest is as in keepalived', async t => {
  t.strictSame(specify(least), {
    name: 'eth0/51',
    interface: 'eth0',
    version: 2,
    family: 4,
    vrid: 51,
    priority: 100,
    interval: 1000,
    preempt: true,
    preemptDelay: 0,
    acceptMode: true,
    downTimerAdverts: 3,
    advertiseToLoser: true,
    advertiseBeforeYield: false,
    addresses: [{ interface: 'eth0', address: '192.0.2.1', prefixLength: 32 }],
    excludedAddresses: [],
    destination: { type: 'multicast', group: '224.0.0.18' },
    checksumForm: 'pseudo-header',
    authentication: { type: 'none' },
    announcements: {
      repeat: 5,
      delay: 5000,
      refresh: 0,
      refreshRepeat: 1,
      lowerPriorityRepeat: 5,
      lowerPriorityDelay: 5000,
      gap: 0,
    },
    trackers: [],
    strictAddressList: false,
  })
})

t.test('addresses: prefix lengths, fields, canonical text', async t => {
  const addresses = ['192.0.2.1/24', { address: '192.0.2.2', interface: 'eth1', label: 'eth1:vip' }]
  t.strictSame(specify({ ...least, addresses }).addresses, [
    { interface: 'eth0', address: '192.0.2.1', prefixLength: 24 },
    { interface: 'eth1', address: '192.0.2.2', label: 'eth1:vip', prefixLength: 32 },
  ])
  const six = specify({ ...least, addresses: ['FE80:0:0::0001/64'] })
  t.strictSame(six.addresses, [{ interface: 'eth0', address: 'fe80::1', prefixLength: 64 }])
  t.equal(six.version, 3, 'IPv6 needs version 3')
  t.strictSame(six.destination, { type: 'multicast', group: 'ff02::12' })
})

t.test('what follows a losing advert is as what follows a takeover', async t => {
  const { announcements } = specify({ ...least, announcements: { repeat: 2, delay: 1000 as never } })
  t.equal(announcements.lowerPriorityRepeat, 2)
  t.equal(announcements.lowerPriorityDelay, 1000)
})

const KEY = { id: 1, secret: new Uint8Array(32).fill(7) }

const wrong: readonly [Partial<VrrpInstanceOptions>, string][] = [
  [{ interface: '' }, 'interface'],
  [{ vrid: 0 }, 'vrid'],
  [{ vrid: 256 }, 'vrid'],
  [{ vrid: 1.5 }, 'vrid'],
  [{ addresses: [] }, 'addresses'],
  [{ addresses: ['192.0.2'] }, 'addresses[0]'],
  [{ addresses: ['192.0.2.1/33'] }, 'addresses[0]'],
  [{ addresses: ['192.0.2.1/'] }, 'addresses[0]'],
  [{ addresses: ['192.0.2.1', 'fe80::1'] }, 'addresses'],
  [{ addresses: Array.from({ length: 256 }, (_, i) => `192.0.2.${i % 255}`) }, 'addresses'],
  [{ version: 2, addresses: ['fe80::1'] }, 'version'],
  [{ version: 4 as never }, 'version'],
  [{ priority: 0 }, 'priority'],
  [{ priority: 256 }, 'priority'],
  [{ interval: 1500 }, 'interval'],
  [{ interval: 256_000 }, 'interval'],
  [{ version: 3, interval: 15 }, 'interval'],
  [{ version: 3, interval: 40_960 }, 'interval'],
  [{ version: 3, interval: 0 }, 'interval'],
  [{ preemptDelay: -1 }, 'preemptDelay'],
  [{ preemptDelay: Number.NaN }, 'preemptDelay'],
  [{ downTimerAdverts: 0 }, 'downTimerAdverts'],
  [{ group: 'ff02::12' }, 'group'],
  [{ group: '224.0.0.18', peers: ['192.0.2.9'] }, 'peers'],
  [{ peers: [] }, 'peers'],
  [{ peers: ['fe80::9'] }, 'peers[0]'],
  [{ source: 'fe80::9' }, 'source'],
  [{ authentication: { type: 'simple', password: 'ninebytes' } }, 'authentication'],
  [{ authentication: { type: 'simple', password: '' } }, 'authentication'],
  [{ version: 3, authentication: { type: 'simple', password: 'x' } }, 'authentication'],
  [{ authentication: { type: 'ah', password: 'ninebytes' } }, 'authentication'],
  [{ authentication: { type: 'md5' as never, password: 'x' } }, 'authentication.type'],
  [{ hmac: { keys: [] } }, 'hmac.keys'],
  [{ hmac: { keys: undefined as never } }, 'hmac.keys'],
  [{ hmac: { keys: [{ id: 1, secret: new Uint8Array(31) }] } }, 'hmac.keys[0].secret'],
  [{ hmac: { keys: [KEY], activeKey: 2 } }, 'hmac.activeKey'],
  [{ hmac: { keys: [KEY], timeWindow: 0 } }, 'hmac.timeWindow'],
  [{ hmac: { keys: [KEY], mode: 'none' as never } }, 'hmac.mode'],
  [{ hmac: { keys: [KEY] }, authentication: { type: 'ah', password: 'x' } }, 'hmac'],
  [{ announcements: { repeat: 300 } }, 'announcements.repeat'],
]

t.test('each wrong option is named', async t => {
  for (const [change, option] of wrong) {
    const message = new RegExp(`^${option.replace(/[.[\]]/g, '\\$&')}: `)
    t.throws(() => specify({ ...least, ...change }), { message }, JSON.stringify(change).slice(0, 60))
  }
})

t.test('the authentication trailer has defaults of keepalived, and a copy of its keys', async t => {
  const secret = new Uint8Array(32).fill(7)
  const { hmac } = specify({ ...least, hmac: { keys: [{ id: 3, secret }] }, interval: 2000 })
  secret.fill(0)
  t.match(hmac, { activeKey: 3, timeWindow: 6000, antiReplay: 'time', mode: 'enforce' })
  t.strictSame(hmac?.keys[0]?.secret, new Uint8Array(32).fill(7))
  t.equal(specify({ ...least, version: 3, interval: 10, hmac: { keys: [KEY] } }).hmac?.timeWindow, 5000)
  t.equal(specify({ ...least, interval: 255_000, hmac: { keys: [KEY] } }).hmac?.timeWindow, 300_000)
})

t.test('a password is in no error', async t => {
  try {
    specify({ ...least, authentication: { type: 'simple', password: 'topsecret!' } })
  } catch (error) {
    t.notMatch(String(error), 'topsecret')
  }
})
