/**
 * The dumps against what keepalived 2.2.7 wrote for the same configuration in the same state (recorded in a network
 * namespace, without a peer), and the way they come to disk.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { formatData, formatJson, formatStatistics, specificationOf, writeDump } from '../../lib/router/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const TEXT = `
global_defs {
 enable_script_security
 script_user root
}
vrrp_script chk {
  script "/usr/bin/true"
  interval 2
  weight -10
}
vrrp_sync_group G {
  group {
    VI_1
  }
}
vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass secret
  }
  virtual_ipaddress {
    10.9.9.100/24 dev eth0 label eth0:1
  }
  virtual_ipaddress_excluded {
    10.9.9.101
  }
  track_script {
    chk
  }
  notify_master "/usr/bin/true m"
}
`

const STATISTICS = `VRRP Instance: VI_1
  Advertisements:
    Received: 0
    Sent: 3
  Became master: 1
  Released master: 0
  Packet Errors:
    Length: 0
    TTL: 0
    Invalid Type: 0
    Advertisement Interval: 0
    Address List: 0
  Authentication Errors:
    Invalid Type: 0
    Type Mismatch: 0
    Failure: 0
  Priority Zero:
    Received: 0
    Sent: 0
`

const JSON_LINE = String.raw`[{"data":{"iname":"VI_1","dont_track_primary":0,"skip_check_adv_addr":0,"strict_mode":0,"vmac_ifname":"","ifp_ifname":"eth0","master_priority":0,"last_transition":1795461930.589722,"garp_delay":5,"garp_refresh":0,"garp_rep":5,"garp_refresh_rep":1,"garp_lower_prio_delay":5,"garp_lower_prio_rep":5,"lower_prio_no_advert":0,"higher_prio_send_advert":0,"vrid":51,"base_priority":100,"effective_priority":100,"vipset":true,"promote_secondaries":false,"adver_int":1,"master_adver_int":1,"accept":1,"nopreempt":false,"preempt_delay":0,"state":2,"wantstate":2,"version":2,"smtp_alert":false,"notify_deleted":false,"script_master":"'\/usr\/bin\/true' 'm'","vips":["10.9.9.100\/24 dev eth0 scope global label eth0:1 set"],"evips":["10.9.9.101 dev eth0 scope global set"],"track_script":["'\/usr\/bin\/true'"],"auth_type":1,"auth_data":"secret"},"stats":{"advert_rcvd":0,"advert_sent":3,"become_master":1,"release_master":0,"packet_len_err":0,"advert_interval_err":0,"ip_ttl_err":0,"invalid_type_rcvd":0,"addr_list_err":0,"invalid_authtype":0,"authtype_mismatch":0,"auth_failure":0,"pri_zero_rcvd":0,"pri_zero_sent":0}}]
`

/** A node with the configuration, six seconds after its start: master, three adverts sent. */
function source() {
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': TEXT }))
  t.strictSame(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  )
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [{ name: 'eth0', addresses: ['10.9.9.1'] }])
  const engine = new Engine({ clock, ports: new MemoryPorts(host) })
  engine.dispatch({
    type: 'configure',
    specification: specificationOf(configuration, { trackers: true }).specification,
  })
  clock.advance(milliseconds(6000))
  return { configuration, snapshot: engine.snapshot() }
}

t.test('statistics: to the letter', async t => {
  t.equal(formatStatistics(source()), STATISTICS)
})

t.test('JSON: the same names, order and values; the time and the password apart', async t => {
  const text = formatJson(source())
  const time = /"last_transition":\d+\.\d{6},/
  t.match(text, time)
  const expected = JSON_LINE.replace('"secret"', '"********"')
  t.equal(text.replace(time, ''), expected.replace(time, ''))
})

t.test('data: the headings and lines of keepalived, no password', async t => {
  const text = formatData(source())
  for (const line of [
    '------< Global definitions >------',
    ' VRRP IPv4 mcast group = 224.0.0.18',
    '------< VRRP Topology >------',
    ' VRRP Instance = VI_1',
    '   Sync group = G',
    '   State = MASTER',
    '   Master down timer = 3609375 usecs',
    '   Using src_ip = 10.9.9.1',
    '   Multicast address 224.0.0.18',
    '   Authentication type = SIMPLE_PASSWORD',
    '     10.9.9.100/24 dev eth0 scope global label eth0:1 set',
    '     10.9.9.101 dev eth0 scope global set',
    ' VRRP Sync Group = G, MASTER',
    ' VRRP Script = chk',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
  t.notMatch(text, /secret/)
})

t.test('on disk: for the owner alone, whole, and not through a link', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'vrrp-dump-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const victim = join(directory, 'victim')
  writeFileSync(victim, 'precious')
  symlinkSync(victim, join(directory, 'keepalived.data'))
  symlinkSync(victim, join(directory, `keepalived.data.${process.pid}`))
  const path = writeDump('keepalived.data', 'first', directory)
  writeDump('keepalived.data', 'second', directory)
  t.equal(readFileSync(path, 'utf8'), 'second')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(readFileSync(victim, 'utf8'), 'precious')
  t.strictSame(readdirSync(directory).sort(), ['keepalived.data', 'victim'])
  t.throws(() => writeDump('x', 'text', join(directory, 'nowhere')), { code: 'ENOENT' })
})
