/**
 * Somebody else removes what a running daemon holds: the address comes back, and the log says so; after too many times
 * mastership goes to the peer, which is real keepalived. Static addresses and routes are there from start to end.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { withLab } from './lab.ts'
import { startKeepalived, startOurs } from './router.ts'

const VIP = '10.9.0.100'
const configuration = (priority: number, others = '') => `${others}
vrrp_instance V {
  interface eth0
  virtual_router_id 5
  priority ${priority}
  virtual_ipaddress {
    ${VIP}/32
  }
}`
const STATICS = `
static_ipaddress {
  10.7.0.1/24 dev eth0
}
static_routes {
  192.0.2.0/24 via 10.7.0.9 dev eth0
}`

t.test('an address that somebody removes', { skip: labUnavailable('keepalived') }, async t => {
  await withLab(async lab => {
    const a = lab.addHost('a', '10.9.0.1/24')
    const b = lab.addHost('b', '10.9.0.2/24')
    const ours = await startOurs(a, configuration(110, STATICS))
    await startKeepalived(b, configuration(100))
    await a.untilAddress(VIP, true)
    t.ok((await a.addresses()).includes('10.7.0.1'))
    t.match(await a.run('ip', 'route', 'show', 'proto', 'keepalived'), '192.0.2.0/24 via 10.7.0.9 dev eth0')

    for (const _ of [1, 2, 3]) {
      await a.run('ip', 'address', 'del', `${VIP}/32`, 'dev', 'eth0')
      await a.untilAddress(VIP, true)
    }
    const removals = () => ours.daemon.text().match(/somebody else removed 10\.9\.0\.100 \(eth0\): put back/g) ?? []
    t.equal(removals().length, 3)
    t.notOk((await b.addresses()).includes(VIP), 'the peer has noticed nothing')

    await a.run('ip', 'address', 'del', `${VIP}/32`, 'dev', 'eth0')
    await ours.daemon.untilLog(/giving mastership up/)
    await b.untilAddress(VIP, true)
    t.notOk((await a.addresses()).includes(VIP))

    await ours.stop()
    t.notOk((await a.addresses()).includes('10.7.0.1'), 'static addresses go with the process')
  })
})
