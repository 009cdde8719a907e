/**
 * The forms of notifications, letter by letter as keepalived 2.2.7 gives them.
 */
import t from 'tap'
import { fifoLine, mailText, type Notification, scriptEnvironment, scriptWords } from '../../lib/notify/index.ts'

const instance: Notification = {
  subject: { type: 'INSTANCE', name: 'VI_1' },
  state: 'MASTER',
  priority: 100,
  previous: 'BACKUP',
  reason: 'master-timeout',
  group: 'VG_1',
  interface: 'eth0',
  addresses: ['192.0.2.1/24', '2001:db8::1/64'],
  peer: '192.0.2.11',
}
const group: Notification = { subject: { type: 'GROUP', name: 'VG_1' }, state: 'FAULT', priority: 0, previous: 'INIT' }

t.test('arguments of a script', async t => {
  t.strictSame(scriptWords(instance), ['INSTANCE', 'VI_1', 'MASTER', '100'])
  t.strictSame(scriptWords(group), ['GROUP', 'VG_1', 'FAULT', '0'])
})

t.test('line of a FIFO', async t => {
  t.equal(fifoLine(instance), 'INSTANCE "VI_1" MASTER 100\n')
  t.equal(fifoLine(group), 'GROUP "VG_1" FAULT 0\n')
  t.equal(fifoLine({ ...instance, state: 'MASTER_RX_LOWER_PRI' }), 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 100\n')
})

t.test('environment of a script', async t => {
  t.strictSame(scriptEnvironment(instance), {
    VRRP_INSTANCE: 'VI_1',
    VRRP_GROUP: 'VG_1',
    VRRP_STATE: 'MASTER',
    VRRP_PREVIOUS_STATE: 'BACKUP',
    VRRP_REASON: 'master-timeout',
    VRRP_PRIORITY: '100',
    VRRP_INTERFACE: 'eth0',
    VRRP_ADDRESSES: '192.0.2.1/24 2001:db8::1/64',
    VRRP_PEER: '192.0.2.11',
  })
  t.strictSame(scriptEnvironment({ ...group, faults: ['interface eth0 down', 'tracked script chk failing'] }), {
    VRRP_GROUP: 'VG_1',
    VRRP_STATE: 'FAULT',
    VRRP_PREVIOUS_STATE: 'INIT',
    VRRP_PRIORITY: '0',
    VRRP_FAULTS: 'interface eth0 down; tracked script chk failing',
  })
})

for (const [subject, state, title, text] of [
  ['INSTANCE', 'MASTER', 'Instance X - Entering MASTER state', 'VRRP Instance is now owning VRRP VIPs'],
  ['INSTANCE', 'BACKUP', 'Instance X - Entering BACKUP state', 'VRRP Instance is no longer owning VRRP VIPs'],
  ['INSTANCE', 'FAULT', 'Instance X - Entering FAULT state', 'VRRP Instance is no longer owning VRRP VIPs'],
  ['INSTANCE', 'STOP', 'Instance X - Stopping', 'VRRP Instance stopping'],
  ['GROUP', 'MASTER', 'Group X - Entering MASTER state', 'All VRRP group instances are now in MASTER state'],
  ['GROUP', 'BACKUP', 'Group X - Entering BACKUP state', 'All VRRP group instances are now in BACKUP state'],
  ['GROUP', 'FAULT', 'Group X - Entering FAULT state', 'All VRRP group instances are now in FAULT state'],
  ['GROUP', 'STOP', 'Group X - Stopping', 'All VRRP group instances are now stopping'],
] as const) {
  t.test(`mail: ${title}`, async t => {
    t.strictSame(mailText({ type: subject, name: 'X' }, state, 'NODE_1'), {
      subject: `[NODE_1] VRRP ${title}`,
      text: `=> ${text} <=\n`,
    })
  })
}
