/**
 * The typed configuration: defaults, values, positions.
 */
import t from 'tap'
import type { SyncGroupSpecification } from '../../lib/engine/specification.ts'
import type { InstanceSpecification } from '../../lib/instance/specification.ts'
import { type Configuration, memoryReader, positionOf, readConfiguration } from '../../lib/keepalived/index.ts'
import { engineSchedulingOf } from '../../lib/router/index.ts'

function read(text: string): Configuration {
  return readConfiguration('k.conf', memoryReader({ 'k.conf': text })).configuration
}

t.test('defaults are those of keepalived', async t => {
  const { instances, global } = read(
    'vrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.1 }\n}',
  )
  const [first] = instances
  if (first === undefined) throw new Error('no instance')
  const { origin, ...values } = first
  t.strictSame(origin.position, { file: 'k.conf', line: 1, column: 1 })
  t.strictSame(values, {
    name: 'V',
    state: 'BACKUP',
    interface: 'eth0',
    version: 2,
    family: 4,
    vrid: 51,
    priority: 100,
    interval: 1000,
    preempt: true,
    preemptDelay: 0,
    acceptMode: true,
    strict: false,
    downTimerAdverts: 3,
    advertiseToLoser: true,
    advertiseBeforeYield: false,
    addresses: [{ interface: 'eth0', address: '192.0.2.1', prefixLength: 32 }],
    excludedAddresses: [],
    destination: { type: 'multicast', group: '224.0.0.18' },
    unicastPeers: [],
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
    trackPrimary: true,
    strictAddressList: false,
    notify: {},
    smtpAlert: false,
  })
  t.match(global, {
    multicastGroup4: '224.0.0.18',
    multicastGroup6: 'ff02::12',
    mail: { recipients: [], connectTimeout: 30000 },
  })
})

t.test('what is set is applied, instances over global_defs', async t => {
  const { instances, global, scripts, syncGroups } = read(`
    global_defs {
      notification_email { a@x b@y
        c@z }
      smtp_server 192.0.2.25 2525
      smtp_connect_timeout 0
      router_id R1
      vrrp_mcast_group4 224.0.0.111
      vrrp_garp_master_repeat 3
      vrrp_garp_interval 0.001
      vrrp_down_timer_adverts 4
      script_user nobody nogroup
      enable_script_security
    }
    vrrp_script chk { script "/bin/check 'a b'"
      interval 2.5
      timeout 1
      weight -10 reverse
      rise 2
      fall 3
      user daemon
      init_fail }
    vrrp_instance A {
      state BACKUP
      interface eth0
      virtual_router_id 1
      priority 150
      advert_int 3
      nopreempt
      garp_master_delay 0.5
      garp_lower_prio_repeat 0
      mcast_src_ip 192.0.2.10
      authentication { auth_type AH
        auth_pass secret }
      virtual_ipaddress {
        192.0.2.1/24 dev eth1 label eth1:v brd + scope link
        192.0.2.2 peer 192.0.2.3/31 preferred_lft 30 home noprefixroute
      }
      virtual_ipaddress_excluded { 2001:db8:0::1/64 }
      track_script { chk
        }
      track_interface { eth5 weight -20
        eth6 }
      notify "/n.sh x" root wheel
      notify_fault /f.sh
      smtp_alert
    }
    vrrp_instance B {
      interface eth1
      virtual_router_id 2
      preempt_delay 60
      advert_int 0.3
      v3_checksum_as_v2
      unicast_src_ip 2001:DB8::10
      unicast_peer { 2001:db8::11 min_ttl 64
        2001:db8::12 }
      virtual_ipaddress { FE80::0:1 }
      track_script { chk weight 7 noreverse }
      no_accept
    }
    vrrp_sync_group G {
      group { A B }
      sync_group_tracking_weight
      notify_master "/g.sh master"
    }`)
  const [a, b] = instances
  t.match(a, {
    priority: 150,
    interval: 3000,
    preempt: false,
    source: '192.0.2.10',
    downTimerAdverts: 4,
    authentication: { type: 'ah', password: 'secret' },
    destination: { type: 'multicast', group: '224.0.0.111' },
    announcements: { repeat: 3, delay: 500, gap: 1, lowerPriorityRepeat: 0, lowerPriorityDelay: 500 },
    notify: { any: { arguments: ['/n.sh', 'x'], user: 'root', group: 'wheel' }, fault: { arguments: ['/f.sh'] } },
    smtpAlert: true,
  })
  t.strictSame(a?.addresses, [
    {
      interface: 'eth1',
      address: '192.0.2.1',
      prefixLength: 24,
      label: 'eth1:v',
      broadcast: '192.0.2.255',
      scope: 'link',
    },
    {
      interface: 'eth0',
      address: '192.0.2.2',
      prefixLength: 31,
      peer: '192.0.2.3',
      preferredLifetime: 30,
      flags: ['home', 'noprefixroute'],
    },
  ])
  t.strictSame(a?.excludedAddresses, [{ interface: 'eth0', address: '2001:db8::1', prefixLength: 64 }])
  t.strictSame(a?.trackers, [
    { kind: 'script', name: 'chk', weight: -10, reverse: true },
    { kind: 'interface', name: 'eth5', weight: -20, reverse: false },
    { kind: 'interface', name: 'eth6', weight: 0, reverse: false },
  ])
  t.match(b, {
    version: 3,
    family: 6,
    interval: 300,
    preemptDelay: 60000,
    source: '2001:db8::10',
    checksumForm: 'message',
    acceptMode: false,
    destination: { type: 'unicast', peers: ['2001:db8::11', '2001:db8::12'] },
    unicastPeers: [{ address: '2001:db8::11', minTtl: 64 }, { address: '2001:db8::12' }],
    trackers: [{ weight: 7, reverse: false }],
  })
  t.match(scripts, [
    {
      name: 'chk',
      interval: 2500,
      timeout: 1000,
      weight: -10,
      reverse: true,
      rise: 2,
      fall: 3,
      initFail: true,
      command: { arguments: ['/bin/check', 'a b'], user: 'daemon' },
    },
  ])
  t.match(syncGroups, [
    { name: 'G', members: ['A', 'B'], trackingWeight: true, notify: { master: { arguments: ['/g.sh', 'master'] } } },
  ])
  t.match(global, {
    routerId: 'R1',
    scriptSecurity: true,
    scriptUser: { user: 'nobody', group: 'nogroup' },
    mail: { recipients: ['a@x', 'b@y', 'c@z'], server: { host: '192.0.2.25', port: 2525 }, connectTimeout: 1000 },
  })
})

t.test('notify_deleted: with a script, and without', async t => {
  const notified = (line: string) => {
    const [instance] = read(
      `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n${line}\n virtual_ipaddress { 192.0.2.1 }\n}`,
    ).instances
    return [instance?.notifyDeleted, instance?.notify.deleted?.arguments, instance?.notify.deleted?.user]
  }
  t.strictSame(notified(''), [undefined, undefined, undefined])
  t.strictSame(notified('notify_deleted'), [true, undefined, undefined])
  t.strictSame(notified('notify_deleted "/d.sh x" root'), [true, ['/d.sh', 'x'], 'root'])
})

t.test('owner_ignore_adverts: of the instance, else global, and always under strict', async t => {
  const ignores = (global: string, own: string) =>
    read(
      `global_defs {\n${global}\n}\nvrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority 255\n${own}\n virtual_ipaddress { 192.0.2.1 }\n}`,
    ).instances[0]?.ownerIgnoresAdverts
  t.equal(ignores('', ''), undefined)
  t.equal(ignores('vrrp_owner_ignore_adverts', ''), true)
  t.equal(ignores('vrrp_owner_ignore_adverts', 'owner_ignore_adverts off'), undefined)
  t.equal(ignores('', 'owner_ignore_adverts'), true)
  t.equal(ignores('vrrp_strict', ''), true)
})

t.test('timer_expired_backup: with nopreempt, and a warning without', async t => {
  const given = (lines: string) => {
    const text = `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n${lines}\n virtual_ipaddress { 192.0.2.1 }\n}`
    const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
    return [configuration.instances[0]?.timerExpiredBackup, ...diagnostics.map(({ code }) => code)]
  }
  t.strictSame(given('nopreempt'), [undefined])
  t.strictSame(given('nopreempt\ntimer_expired_backup'), [true])
  t.strictSame(given('timer_expired_backup'), [undefined, 'no-effect'])
  t.strictSame(given('nopreempt\nthread_timer_expired'), [true, 'outdated-keyword'])
  t.strictSame(given('state MASTER\npriority 100\nnopreempt\ntimer_expired_backup'), [
    undefined,
    'master-clears',
    'no-effect',
  ])
})

t.test('instances and groups are what an engine takes', async t => {
  const { instances, syncGroups } = read(
    'vrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.1 }\n}',
  )
  const specifications: readonly InstanceSpecification[] = instances
  const groups: readonly SyncGroupSpecification[] = syncGroups
  t.equal(specifications.length, 1)
  t.equal(groups.length, 0)
})

t.test('every value can be found in its file, through includes and definitions', async t => {
  const { configuration } = readConfiguration(
    'dir/main.conf',
    memoryReader({
      'dir/main.conf': '$P=77\ninclude sub.conf\n',
      'dir/sub.conf':
        'vrrp_instance V {\n interface eth0\n virtual_router_id 51\n\tpriority $P\n authentication {\n  auth_type PASS\n  auth_pass x\n }\n virtual_ipaddress { 192.0.2.1 }\n}',
    }),
  )
  t.strictSame(configuration.files, ['dir/main.conf', 'dir/sub.conf'])
  const [first] = configuration.instances
  if (first === undefined) throw new Error('no instance')
  t.equal(first.priority, 77)
  t.strictSame(positionOf(first, 'priority'), { file: 'dir/sub.conf', line: 4, column: 2 })
  t.strictSame(positionOf(first, 'auth_pass'), { file: 'dir/sub.conf', line: 7, column: 3 })
  t.strictSame(positionOf(first, 'advert_int'), { file: 'dir/sub.conf', line: 1, column: 1 })
})

t.test('version 2 over IPv6 is refused', async t => {
  const text = 'vrrp_instance V {\n interface eth0\n virtual_router_id 5\n version 2\n virtual_ipaddress { fe80::1 }\n}'
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  t.strictSame(configuration.instances, [])
  t.match(diagnostics, [{ line: 4, column: 2, code: 'version-without-ipv6', severity: 'error' }])
})

t.test('what cannot run is not there', async t => {
  const { instances } = read(
    'vrrp_instance V {\n interface eth0\n virtual_router_id 0\n virtual_ipaddress { 192.0.2.1 }\n}',
  )
  t.strictSame(instances, [])
})

t.test('track_file and vrrp_track_process', async t => {
  const { trackFiles, trackProcesses, instances } = read(`
    track_file plain { file /run/a }
    vrrp_track_file full {
      file "/run/b c"
      weight -20 reverse
      init_file overwrite 7
    }
    vrrp_track_process web { process nginx }
    vrrp_track_process db {
      process "/usr/bin/db" -D data
      param_match initial
      full_command
      weight 5
      quorum 2
      quorum_max 4
      delay 1.5
      terminate_delay 3
    }
    vrrp_track_process bare { process sh
      param_match partial
      quorum_max 0 }
    vrrp_instance V {
      interface eth0
      virtual_router_id 5
      virtual_ipaddress { 192.0.2.1 }
      track_file {
        plain
        full weight 3
      }
      track_process { db }
    }`)
  const withoutOrigin = <T extends { origin: unknown }>({ origin: _, ...rest }: T) => rest
  t.strictSame(trackFiles.map(withoutOrigin), [
    { name: 'plain', path: '/run/a', weight: 1, reverse: false },
    { name: 'full', path: '/run/b c', weight: -20, reverse: true, initial: { value: 7, overwrite: true } },
  ])
  const always = { weight: 0, reverse: false, fullCommand: false, forkDelay: 0, terminateDelay: 0 }
  t.strictSame(trackProcesses.map(withoutOrigin), [
    { name: 'web', command: 'nginx', quorum: 1, ...always },
    {
      name: 'db',
      command: '/usr/bin/db',
      parameters: { words: ['-D', 'data'], match: 'initial' },
      fullCommand: true,
      weight: 5,
      reverse: false,
      quorum: 2,
      quorumMax: 4,
      forkDelay: 1500,
      terminateDelay: 3000,
    },
    { name: 'bare', command: 'sh', parameters: { words: [], match: 'exact' }, quorum: 0, quorumMax: 0, ...always },
  ])
  t.strictSame(instances[0]?.trackers, [
    { kind: 'file', name: 'plain', weight: 1, reverse: false },
    { kind: 'file', name: 'full', weight: 3, reverse: true },
    { kind: 'process', name: 'db', weight: 5, reverse: false },
  ])
})

t.test('a tracked file or process that says nothing is one mistake, also where it is named', async t => {
  const text = `
    track_file f { weight 3 }
    vrrp_track_process p { quorum 1 }
    vrrp_script s { script "true" }
    vrrp_instance V {
      interface eth0
      virtual_router_id 5
      virtual_ipaddress { 192.0.2.1 }
      track_file { f }
      track_process { p }
      track_script { s }
    }`
  const { diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  t.match(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [
      { code: 'missing-tracked', line: 2, message: "track_file 'f' has no 'file': it is left out" },
      { code: 'missing-tracked', line: 3, message: "vrrp_track_process 'p' has no 'process': it is left out" },
    ],
  )
  t.equal(diagnostics.filter(({ severity }) => severity === 'error').length, 2)
})

t.test('unicast: what is sent and what is accepted', async t => {
  const destinationOf = (body: string, defs = '') => {
    const text = `global_defs {\n ${defs}\n}\nvrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.1 }\n${body}\n}`
    const [instance] = read(text).instances
    return { destination: instance?.destination, source: instance?.source, names: instance?.namedPeers }
  }
  const peers = 'unicast_peer {\n 192.0.2.8\n 192.0.2.9\n }'
  t.strictSame(destinationOf(`unicast_src_ip 192.0.2.9\n${peers}\nunicast_ttl 64\ncheck_unicast_src`), {
    destination: { type: 'unicast', peers: ['192.0.2.8'], ttl: 64, checkSource: true },
    source: '192.0.2.9',
    names: undefined,
  })
  t.match(destinationOf(peers, 'vrrp_check_unicast_src').destination, { checkSource: true })
  const alone = destinationOf('unicast_src_ip 192.0.2.9\nunicast_peer {\n 192.0.2.9\n }')
  t.strictSame(alone.destination, { type: 'unicast', peers: [] }, 'a cluster of one is still unicast')
  t.strictSame(destinationOf('unicast_fault_no_peer').destination, { type: 'unicast', peers: [], needsPeer: true })
  t.match(destinationOf('unicast_peer {\n }').destination, { type: 'multicast', group: '224.0.0.18' })
  t.strictSame(destinationOf('unicast_peer {\n B.example max_ttl 9\n }').names, [{ name: 'b.example', maxTtl: 9 }])
  const multicast = destinationOf('mcast_src_ip 192.0.2.7\nmcast_dst_ip 224.0.0.99\nunicast_src_ip 192.0.2.6')
  t.match(multicast, { destination: { type: 'multicast', group: '224.0.0.99' }, source: '192.0.2.7' })
})

t.test('the scheduling of the engine', async t => {
  const text = 'global_defs {\n vrrp_priority -10\n vrrp_rt_priority 50\n vrrp_cpu_affinity 0 2\n}'
  t.strictSame(read(text).global.scheduling, { nice: -10, realTimePriority: 50, cpus: [0, 2] })
  t.strictSame(read('global_defs {\n vrrp_rt_priority 1\n}').global.scheduling, { realTimePriority: 1 })
  t.equal(read('global_defs {\n router_id x\n}').global.scheduling, undefined)
  t.match(read('global_defs {\n vrrp_rt_priority 9\n vrrp_rlimit_rtime 20000\n}').global.scheduling, {
    realTimePriority: 9,
    realTimeLimit: 20000,
  })
  const limit = readConfiguration('k.conf', memoryReader({ 'k.conf': 'global_defs {\n vrrp_rlimit_rttime 20000\n}' }))
  t.match(limit.diagnostics[1], { line: 2, code: 'no-effect', message: /without 'vrrp_rt_priority'$/ })
  t.equal(limit.configuration.global.scheduling, undefined)
  const bad = readConfiguration('k.conf', memoryReader({ 'k.conf': 'global_defs {\n vrrp_cpu_affinity 0 x\n}' }))
  t.match(bad.diagnostics[0]?.message, /: .x. is not the number of a processor/)
  t.equal(bad.configuration.global.scheduling, undefined)
  t.strictSame(engineSchedulingOf(read('')), { nice: 'best' })
  t.strictSame(engineSchedulingOf(read(text)), { nice: -10, realTimePriority: 50, cpus: [0, 2] })
})

t.test('the scripts around the life of the process', async t => {
  const text = 'startup_script "/etc/up.sh --all" admin\nstartup_script_timeout 30\nshutdown_script /etc/down.sh'
  const { startupScript, shutdownScript } = read(`global_defs {\n${text}\n}`).global
  const up = { text: '/etc/up.sh --all', arguments: ['/etc/up.sh', '--all'], user: 'admin' }
  t.strictSame(startupScript, { command: up, timeout: 30_000 })
  t.strictSame(shutdownScript, { command: { text: '/etc/down.sh', arguments: ['/etc/down.sh'] }, timeout: 10_000 })
  const alone = { 'k.conf': 'global_defs {\n shutdown_script_timeout 9\n}' }
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader(alone))
  t.match(diagnostics[1], { line: 2, code: 'no-effect', message: /without 'shutdown_script'$/ })
  t.notOk('shutdownScript' in configuration.global)
})

t.test('delays of interfaces, and of the start', async t => {
  const text = `global_defs {
  vrrp_delay_after_boot 90
}
interface_up_down_delays {
  eth0 1 0.5
  eth1 3
  eth0 1.25 0
  eth2 0
}
vrrp_instance V {
  interface eth1
  virtual_router_id 1
  virtual_ipaddress {
    192.0.2.1
  }
}`
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  t.equal(configuration.global.delayAfterBoot, 90_000)
  t.strictSame(configuration.interfaceDelays, [
    { interface: 'eth0', down: 1250, up: 0 },
    { interface: 'eth1', down: 3000, up: 3000 },
  ])
  t.strictSame(
    diagnostics.map(({ line, code, message }) => [line, code, message]),
    [
      [
        6,
        'delay-too-long',
        "the delay of 'eth1' is cut to less than 2 s: 'V' takes a router that is not heard for 3 adverts for dead",
      ],
    ],
  )
  t.notOk('interfaceDelays' in read('interface_up_down_delays {\n eth0 0\n}'))
})

t.test('garp_extra_if: of the instance, or of global_defs', async t => {
  const extraOf = (own: string, global = '') =>
    read(`global_defs {
  router_id x
  ${global}
}
vrrp_instance V {
  interface eth0
  virtual_router_id 1
  ${own}
  virtual_ipaddress {
    192.0.2.1
  }
}`).instances[0]?.announcements.extra
  t.equal(extraOf(''), undefined)
  t.strictSame(extraOf('garp_extra_if all 100'), { period: 100_000, everywhere: true })
  t.strictSame(extraOf('vmac_garp_intvl 7'), { period: 7000 })
  t.strictSame(extraOf('', 'vrrp_garp_extra_if 300'), { period: 300_000 })
  t.strictSame(extraOf('garp_extra_if 5', 'vrrp_garp_extra_if all 300'), { period: 5000 })
  t.equal(extraOf('garp_extra_if 0', 'vrrp_garp_extra_if all 300'), undefined)
  for (const wrong of ['garp_extra_if all', 'garp_extra_if 5 6', 'garp_extra_if 0.5', 'garp_extra_if 86401']) {
    t.equal(extraOf(wrong), undefined, wrong)
  }
  t.equal(extraOf('', 'vrrp_garp_extra_if 0'), undefined)
})

t.test('track_group: instances follow the interfaces of static addresses, routes and rules', async t => {
  const text = `track_group G {
  group {
    V W X
  }
}
track_group EMPTY {
}
static_ipaddress {
  198.51.100.1/24 dev eth1 track_group G
  198.51.100.2/24 dev eth9
  198.51.100.3/24 track_group G
  198.51.100.4/24 dev eth8 track_group G no_track
  198.51.100.5/24 dev eth7 track_group H
}
static_routes {
  203.0.113.0/24 via 198.51.100.9 dev eth2 track_group G
  203.0.114.0/24 via 198.51.100.9 track_group G
}
static_rules {
  from 203.0.113.0/24 table 7 preference 1 iif eth3 track_group G
  from 203.0.113.0/24 table 7 preference 2 track_group G
}
vrrp_instance V {
  interface eth1
  virtual_router_id 1
  track_interface {
    eth2
    eth3 weight 5
  }
  virtual_ipaddress {
    192.0.2.1
  }
}
vrrp_instance W {
  interface eth5
  virtual_router_id 1
  virtual_ipaddress {
    192.0.2.2
  }
}`
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  const tracked = configuration.instances.map(({ trackers }) => trackers.map(({ name, weight }) => `${name} ${weight}`))
  t.strictSame(tracked, [
    ['eth2 0', 'eth3 5', 'eth0 0', 'eth3 0'],
    ['eth1 0', 'eth0 0', 'eth2 0', 'eth3 0'],
  ])
  t.strictSame(configuration.statics?.rules[0], {
    family: 4,
    from: { address: '203.0.113.0', prefixLength: 24 },
    iif: 'eth3',
    action: { type: 'table', table: 7 },
    preference: 1,
    protocol: 18,
  })
  t.strictSame(
    diagnostics.map(({ line, code, suggestion }) => [line, code, suggestion]),
    [
      [3, 'unknown-instance', 'V'],
      [6, 'empty-group', undefined],
      [12, 'conflicting-keywords', undefined],
      [13, 'unknown-tracked', 'G'],
      [17, 'no-effect', undefined],
      [21, 'no-effect', undefined],
    ],
  )
})

t.test('the table of the packet filter', async t => {
  const filterOf = (text: string) => read(`global_defs {\n router_id x\n ${text}\n}`).global.packetFilter
  t.equal(filterOf(''), undefined)
  t.equal(filterOf('nftables_ifindex'), undefined)
  t.strictSame(filterOf('nftables'), { table: 'keepalived' })
  t.strictSame(filterOf('nftables mine\nnftables_priority -7\nnftables_counters'), {
    table: 'mine',
    priority: -7,
    counters: true,
  })
  t.equal(filterOf(`nftables ${'x'.repeat(256)}`), undefined)
})

t.test('names of the process and of its thread', async t => {
  const global = (text: string) => read(`global_defs {\n router_id x\n ${text}\n}`).global
  t.strictSame(global('process_names').scheduling, { name: 'keepalived_vrrp' })
  t.strictSame(global('process_names\nvrrp_process_name ka').scheduling, { name: 'ka' })
  t.equal(global('process_name ka-main').processName, 'ka-main')
  t.strictSame([global('disable_local_igmp').disableLocalIgmp, 'disableLocalIgmp' in global('')], [true, false])
  for (const wrong of ['sixteen-letters-', 'a/b', '"\u0007"']) t.notOk('processName' in global(`process_name ${wrong}`))
})
