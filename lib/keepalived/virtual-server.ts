/**
 * The keywords of virtual_server and real_server. keepalived.conf(5), "Virtual server(s)".
 */
import { boolean, flag, integer, oneOf, word, words } from './arguments.ts'
import { blocks } from './block-arguments.ts'
import { CHECKERS, INHERITED } from './checker-keywords.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword, withNames } from './declaration.ts'
import { forwarding, granularity, persistenceTimeout } from './lvs-arguments.ts'
import { SCHEDULERS } from './lvs-configuration.ts'
import { scriptCommand } from './script-command.ts'

const FORWARDING = keyword(forwarding(), 'How packets reach a server.', { default: 'NAT' })

const SNMP_NAME = unsupportedKeyword(word('NAME'), 'Name in SNMP.', CONSEQUENCES.snmp)

/** `real_server … { … }` */
export const REAL_SERVER = {
  ...INHERITED,
  ...CHECKERS,
  weight: keyword(integer(0, 65535), 'Share of the connections.', { default: 'that of the virtual server' }),
  lvs_method: FORWARDING,
  uthreshold: keyword(integer(0, 4294967295), 'Most connections.', { default: '0: no limit' }),
  lthreshold: keyword(integer(0, 4294967295), 'Connections from which on it takes new ones again.', { default: '0' }),
  inhibit_on_failure: keyword(boolean(), 'Weight 0 instead of removal.'),
  notify_up: keyword(scriptCommand(), 'Called when the server comes up.'),
  notify_down: keyword(scriptCommand(), 'Called when the server goes down.'),
  smtp_alert: keyword(boolean(), 'Send a mail.', { default: 'smtp_alert_checker, smtp_alert, else yes' }),
  virtualhost: keyword(word('HOST'), 'Host header of the checkers.', { default: 'that of the virtual server' }),
  snmp_name: SNMP_NAME,
}

/** `virtual_server … { … }` */
export const VIRTUAL_SERVER = {
  ...INHERITED,
  ...withNames(
    ['lvs_sched', 'lb_algo'],
    keyword(oneOf(...SCHEDULERS), 'How connections are shared out.', { default: 'wlc' }),
  ),
  ...withNames(['lvs_method', 'lb_kind'], FORWARDING),
  ops: keyword(flag(), 'One packet scheduling.'),
  hashed: keyword(flag(), 'A mark that the kernel sets itself.'),
  'flag-1': keyword(flag(), 'Flag of the scheduler.'),
  'flag-2': keyword(flag(), 'Flag of the scheduler.'),
  'flag-3': keyword(flag(), 'Flag of the scheduler.'),
  'sh-port': keyword(flag(), 'sh: include the port.'),
  'sh-fallback': keyword(flag(), 'sh: fall back to another server.'),
  'mh-port': keyword(flag(), 'mh: include the port.'),
  'mh-fallback': keyword(flag(), 'mh: fall back to another server.'),
  protocol: keyword(oneOf('TCP', 'UDP', 'SCTP', 'tcp', 'udp', 'sctp'), 'Transport protocol.', { default: 'UDP' }),
  persistence_timeout: keyword(persistenceTimeout(), 'A client stays with its server.', {
    default: 'off; alone: 360 s',
  }),
  persistence_granularity: keyword(granularity(), 'What counts as one client.', { default: 'an address' }),
  persistence_engine: keyword(word('NAME'), 'Persistence engine: sip.'),
  ha_suspend: keyword(flag(), 'No checks while the address is not here.'),
  smtp_alert: keyword(boolean(), 'Send mails about the quorum.', {
    default: 'smtp_alert_checker, smtp_alert, else no',
  }),
  virtualhost: keyword(word('HOST'), 'Host header of the checkers.', { default: 'address and port of the server' }),
  snmp_name: SNMP_NAME,
  ip_family: keyword(oneOf('inet', 'inet6'), 'Family of a service by mark.', { default: 'that of its servers' }),
  omega: keyword(flag(), 'Act as if all servers went down at the end.'),
  quorum: keyword(integer(1, 2147483647), 'Weight that must be alive.', { default: '1' }),
  hysteresis: keyword(integer(0, 2147483647), 'Slack around the quorum.', { default: '0' }),
  quorum_up: keyword(scriptCommand(), 'Called when the quorum is reached.'),
  quorum_down: keyword(scriptCommand(), 'Called when the quorum is lost.'),
  weight: keyword(integer(1, 65535), 'Default weight of real servers.', { default: '1' }),
  inhibit_on_failure: keyword(boolean(), 'Weight 0 instead of removal.'),
  sorry_server: keyword(words('ADDRESS [PORT]', 1, 2), 'Takes over when the quorum is lost.'),
  sorry_server_inhibit: keyword(flag(), 'inhibit_on_failure for it.'),
  sorry_server_lvs_method: FORWARDING,
  real_server: keyword(blocks(REAL_SERVER, 'ADDRESS [PORT]', [1, 2]), 'A server behind it.'),
}

/** `SSL { … }` */
export const REAL_SERVER_SSL = {
  password: keyword(word('PASSWORD'), 'Of the key.'),
  ca: keyword(word('PATH'), 'Certificate authorities.'),
  certificate: keyword(word('PATH'), 'Our certificate.'),
  key: keyword(word('PATH'), 'Our key.'),
}
