/**
 * keepalived's JSON (SIGRTMIN+2, /tmp/keepalived.json) in its first version, the one of all of 2.2.7. The same names,
 * order and kinds of values; `auth_data` never is the password.
 */
import type { InstanceSnapshot } from '../instance/index.ts'
import type { InstanceConfiguration, TrackerConfiguration } from '../keepalived/index.ts'
import {
  addressText,
  commandText,
  type DumpedInstance,
  type DumpSource,
  dumpedInstances,
  epochSeconds,
  releases,
} from './dump-source.ts'

/** keepalived's numbers of its states. */
const STATE = { INIT: 0, BACKUP: 1, MASTER: 2, FAULT: 3 } as const
const AUTHENTICATION = { none: 0, simple: 1, ah: 2 } as const
/** Stands for a number until the text is made: JavaScript would write 5.000000 as 5. */
const LAST_TRANSITION = '@last_transition'

/** The whole file. */
export function formatJson(source: DumpSource): string {
  const instances = dumpedInstances(source).map(instance => {
    const object = { data: dataOf(instance, source), stats: statisticsOf(instance.now) }
    const text = JSON.stringify(object).replaceAll('/', '\\/')
    return text.replace(`"${LAST_TRANSITION}"`, epochSeconds(instance.now['last-transition-datetime']))
  })
  return `[${instances.join(',')}]\n`
}

function dataOf({ configured, now }: DumpedInstance, { configuration }: DumpSource): object {
  const { announcements, trackers, authentication } = configured
  const held = now.state === 'active'
  const last = now.peers[0]
  const state = STATE[now.keepalivedState]
  const commands = (wanted: TrackerConfiguration['kind'][]) =>
    trackers.filter(({ kind }) => wanted.includes(kind)).map(({ name }) => name)
  const list = (key: string, values: readonly string[]) => (values.length === 0 ? {} : { [key]: values })
  const scripts = commands(['script']).map(name => {
    const script = configuration.scripts.find(each => each.name === name)
    return script === undefined ? name : commandText(script.command.arguments)
  })
  return {
    iname: configured.name,
    dont_track_primary: configured.trackPrimary ? 0 : 1,
    skip_check_adv_addr: 0,
    strict_mode: configured.strict ? 1 : 0,
    vmac_ifname: '',
    ifp_ifname: configured.interface,
    master_priority: held ? 0 : (last?.priority ?? 0),
    last_transition: LAST_TRANSITION,
    garp_delay: announcements.delay / 1000,
    garp_refresh: announcements.refresh / 1000,
    garp_rep: announcements.repeat,
    garp_refresh_rep: announcements.refreshRepeat,
    garp_lower_prio_delay: announcements.lowerPriorityDelay / 1000,
    garp_lower_prio_rep: announcements.lowerPriorityRepeat,
    lower_prio_no_advert: configured.advertiseToLoser ? 0 : 1,
    higher_prio_send_advert: configured.advertiseBeforeYield ? 1 : 0,
    vrid: configured.vrid,
    base_priority: now.priority,
    effective_priority: now.effectivePriority,
    vipset: held,
    promote_secondaries: false,
    adver_int: configured.interval / 1000,
    master_adver_int: (held ? configured.interval : (last?.intervalMs ?? configured.interval)) / 1000,
    accept: configured.acceptMode ? 1 : 0,
    nopreempt: !configured.preempt,
    preempt_delay: configured.preemptDelay / 1000,
    state,
    wantstate: state,
    version: configured.version,
    smtp_alert: configured.smtpAlert,
    notify_deleted: configured.notifyDeleted === true,
    ...scriptsOf(configured),
    ...list(
      'vips',
      configured.addresses.map(address => addressText(address, held)),
    ),
    ...list(
      'evips',
      configured.excludedAddresses.map(address => addressText(address, held)),
    ),
    ...list('track_ifp', commands(['interface'])),
    ...list('track_script', scripts),
    ...list('track_process', commands(['process'])),
    ...(configured.version === 2 && {
      auth_type: AUTHENTICATION[authentication.type],
      ...(authentication.type !== 'none' && { auth_data: '********' }),
    }),
  }
}

function scriptsOf({ notify }: InstanceConfiguration): object {
  const { master, backup, fault, stop, any } = notify
  return Object.fromEntries(
    Object.entries({
      script_master: master,
      script_backup: backup,
      script_fault: fault,
      script_stop: stop,
      script: any,
    })
      .filter(([, command]) => command !== undefined)
      .map(([key, command]) => [key, commandText(command?.arguments ?? [])]),
  )
}

function statisticsOf(now: InstanceSnapshot): object {
  const counters = now.statistics
  return {
    advert_rcvd: counters['advertisement-rcvd'],
    advert_sent: counters['advertisement-sent'],
    become_master: counters['master-transitions'],
    release_master: releases(now),
    packet_len_err: counters['packet-length-errors'],
    advert_interval_err: counters['interval-errors'],
    ip_ttl_err: counters['ip-ttl-errors'],
    invalid_type_rcvd: counters['invalid-type-pkts-rcvd'],
    addr_list_err: counters['address-list-errors'],
    invalid_authtype: counters['invalid-auth-type'],
    authtype_mismatch: counters['auth-type-mismatch'],
    auth_failure: counters['auth-failures'],
    pri_zero_rcvd: counters['priority-zero-pkts-rcvd'],
    pri_zero_sent: counters['priority-zero-pkts-sent'],
  }
}
