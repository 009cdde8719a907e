/**
 * The keywords of global_defs.
 */
import { boolean, flag, integer, multicastGroup, nfTableName, seconds, word, words } from './arguments.ts'
import { nameList } from './block-arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword, withPrefix } from './declaration.ts'
import { extraGarp } from './extra-garp.ts'
import { PROCESS_DEFS } from './global-process-defs.ts'
import { flushOnStop, lvsTimeouts, syncDaemon } from './lvs-global-arguments.ts'
import { scriptCommand } from './script-command.ts'
import { version } from './vrrp-instance.ts'

const C = CONSEQUENCES
const DAY = 86400
const MOST = 4294967295

/** Mail. */
const MAIL_DEFS = {
  notification_email: keyword(nameList('ADDRESS'), 'Who gets mail.'),
  notification_email_from: keyword(word('ADDRESS'), 'Sender of mail.', { default: 'user@hostname' }),
  smtp_server: keyword(words('HOST [PORT]', 1, 2), 'Mail server.', { default: 'none: no mail' }),
  smtp_helo_name: keyword(word('NAME'), 'Name in HELO.', { default: 'the host name' }),
  smtp_connect_timeout: keyword(seconds(0, MOST, { whole: true }), 'How long connecting may take.', {
    default: '30 s',
  }),
  email_faults: keyword(flag(), 'Send mail about faults.'),
  no_email_faults: keyword(flag(), 'Send no mail about faults.'),
  smtp_alert: keyword(boolean(), 'Default of smtp_alert everywhere.'),
  smtp_alert_vrrp: keyword(boolean(), 'Default of smtp_alert in instances and groups.'),
  smtp_alert_checker: keyword(boolean(), 'Default of smtp_alert in virtual and real servers.'),
  no_checker_emails: keyword(flag(), 'Send mail when a real server changes, and not for each of its checks.'),
}

/** Defaults of the instances. */
const VRRP_DEFS = {
  router_id: keyword(word('NAME'), 'Name of this machine in mails.', { default: 'the host name' }),
  vrrp_mcast_group4: keyword(multicastGroup(4), 'Where IPv4 adverts are sent.', { default: '224.0.0.18' }),
  vrrp_mcast_group6: keyword(multicastGroup(6), 'Where IPv6 adverts are sent.', { default: 'ff02::12' }),
  vrrp_version: keyword(version(), 'Version of the protocol.', { default: '2, and 3 for IPv6' }),
  vrrp_skip_check_adv_addr: keyword(boolean(), 'Do not compare the address list of adverts.'),
  vrrp_strict: keyword(boolean(), 'Keep to the letter of the RFC.'),
  vrrp_garp_interval: keyword(seconds(0.000001, 4294, { zeroIsOutdated: true }), 'Gap between gratuitous ARP.', {
    default: '0',
  }),
  vrrp_gna_interval: keyword(
    seconds(0.000001, 4294, { zeroIsOutdated: true }),
    'Gap between unsolicited neighbour advertisements.',
    {
      default: '0',
    },
  ),
  vrrp_garp_master_delay: keyword(seconds(0, DAY), 'Until the second burst of gratuitous ARP.', { default: '5 s' }),
  vrrp_garp_master_repeat: keyword(integer(1, MOST), 'Gratuitous ARP of each address in a burst.', { default: '5' }),
  vrrp_garp_master_refresh: keyword(seconds(0, DAY), 'Period of refreshing gratuitous ARP.', { default: '0: none' }),
  vrrp_garp_master_refresh_repeat: keyword(integer(1, MOST), 'Gratuitous ARP of each address in a refresh.', {
    default: '1',
  }),
  vrrp_garp_lower_prio_delay: keyword(seconds(0, DAY), 'Second burst after an advert of lower priority.', {
    default: 'vrrp_garp_master_delay',
  }),
  vrrp_garp_lower_prio_repeat: keyword(integer(0, MOST), 'Gratuitous ARP after an advert of lower priority.', {
    default: 'vrrp_garp_master_repeat',
  }),
  vrrp_min_garp: keyword(boolean(), 'One gratuitous ARP for each address, and no second burst.'),
  vrrp_garp_extra_if: keyword(
    extraGarp(1),
    'Period of gratuitous ARP where adverts do not leave; all: on real interfaces.',
    {
      default: 'none',
    },
  ),
  vrrp_vmac_garp_intvl: keyword(extraGarp(1), 'The older name of vrrp_garp_extra_if.', {
    replacement: "write 'vrrp_garp_extra_if'",
  }),
  vrrp_down_timer_adverts: keyword(integer(1, 100), 'Missed adverts until the master counts as dead.', {
    default: '3',
  }),
  vrrp_lower_prio_no_advert: keyword(boolean(), 'Do not answer an advert of lower priority.'),
  vrrp_higher_prio_send_advert: keyword(boolean(), 'Send an advert before giving way to a higher priority.'),
  vrrp_check_unicast_src: keyword(flag(), 'Accept adverts of listed peers only.'),
  vrrp_owner_ignore_adverts: keyword(boolean(), 'The owner (priority 255) ignores adverts.'),
  vrrp_startup_delay: keyword(seconds(0, 3600), 'How long after the start no instance begins.', { default: '0' }),
  vrrp_delay_after_boot: keyword(seconds(0, 3600), 'The same, from the boot of the machine.', { default: '0' }),
  log_unknown_vrids: keyword(flag(), 'Log adverts of unknown virtual routers.'),
  v3_checksum_as_v2: keyword(boolean(), 'Version 3 over IPv4: checksum without pseudo-header (RFC 9568).'),
  dynamic_interfaces: keyword(words('[allow_if_changes]', 0, 1), 'Interfaces may appear later. Here they always may.'),
  default_interface: keyword(word('INTERFACE'), 'Interface of static addresses without dev.', { default: 'eth0' }),
  disable_local_igmp: keyword(flag(), 'Let the kernel report no membership in groups of the link (224.0.0.0/24).'),
  vmac_prefix: keyword(word('PREFIX'), 'Start of the names of virtual MAC interfaces.', { default: 'vrrp' }),
  vmac_addr_prefix: keyword(word('PREFIX'), 'The same for addresses on other interfaces.', { default: 'vmac_prefix' }),
  vrrp_iptables: unsupportedKeyword(words('[IN [OUT]]', 0, 2), 'Chains of iptables for the rules.', C.firewall),
  vrrp_ipsets: unsupportedKeyword(words('[NAME …]', 0, 5), 'Sets of addresses for iptables.', C.firewall),
  nftables: keyword(
    nfTableName(),
    'Table of nf_tables for the rules of no_accept and virtual MACs; alone: keepalived.',
    {
      default: 'vrrp-ts',
    },
  ),
  nftables_priority: keyword(integer(-2147483648, 2147483647), 'Priority of its chains.', { default: '-1' }),
  nftables_counters: keyword(flag(), 'Count what the rules match.'),
  nftables_ifindex: keyword(flag(), 'Match interfaces by index. Here that is always done.'),
}

/** LVS. */
const LVS_DEFS = {
  lvs_timeouts: keyword(lvsTimeouts(), 'Timeouts of connections.', { default: 'as the kernel has them' }),
  lvs_flush: keyword(flag(), 'Empty the table at start.'),
  lvs_flush_on_stop: keyword(flushOnStop(), 'Empty the table at the end; VS: only our services.'),
  lvs_flush_onstop: keyword(flushOnStop(), 'The older name of lvs_flush_on_stop.'),
  lvs_sync_daemon: keyword(syncDaemon(), 'Synchronise connections with the other directors.'),
  nftables_ipvs: unsupportedKeyword(words('[TABLE]', 0, 1), 'Table for marks.', C.lvsMarks),
  nftables_ipvs_priority: unsupportedKeyword(integer(-2147483648, 2147483647), 'Priority of its chains.', C.lvsMarks),
  nftables_ipvs_start_fwmark: unsupportedKeyword(integer(1, MOST), 'First mark.', C.lvsMarks, { default: '1000' }),
  rs_init_notifies: keyword(flag(), 'Notify the first state of real servers.'),
  checker_log_all_failures: keyword(boolean(), 'Log each failed check.'),
}

/** A FIFO, and the program that reads it. */
const FIFO = {
  fifo: keyword(words('PATH [USER [GROUP]]', 1, 3), 'Where changes are written.'),
  fifo_script: keyword(scriptCommand(), 'A program that reads it.'),
}

/** Scripts and FIFOs. */
const NOTIFY_DEFS = {
  script_user: keyword(words('USER [GROUP]', 1, 2), 'Who executes scripts.', {
    default: 'keepalived_script if it exists, else root',
  }),
  enable_script_security: keyword(flag(), 'Refuse scripts that others than root can change.'),
  startup_script: keyword(scriptCommand(), 'Executed before everything else.'),
  startup_script_timeout: keyword(integer(1, 1000), 'How long it may take, seconds.', { default: '10' }),
  shutdown_script: keyword(scriptCommand(), 'Executed after everything else.'),
  shutdown_script_timeout: keyword(integer(1, 1000), 'How long it may take, seconds.', { default: '10' }),
  ...withPrefix('notify_', FIFO),
  ...withPrefix('vrrp_notify_', FIFO),
  ...withPrefix('lvs_notify_', FIFO),
  vrrp_notify_priority_changes: keyword(boolean(), 'Tell the FIFO of changed priorities.'),
  fifo_write_vrrp_states_on_reload: unsupportedKeyword(flag(), 'Tell the FIFO of all states at a reload.', C.fifo),
  snmp_socket: unsupportedKeyword(word('SOCKET'), 'Socket of the AgentX master.', C.snmp),
  enable_traps: unsupportedKeyword(flag(), 'Send traps.', C.snmp),
  enable_snmp_vrrp: unsupportedKeyword(flag(), "keepalived's own VRRP tables.", C.snmp),
  enable_snmp_keepalived: unsupportedKeyword(flag(), 'The older name of enable_snmp_vrrp.', C.snmp),
  enable_snmp_checker: unsupportedKeyword(flag(), 'LVS tables.', C.snmp),
  enable_snmp_rfc: unsupportedKeyword(flag(), 'Tables of RFC 2787 and RFC 6527.', C.snmp),
  enable_snmp_rfcv2: unsupportedKeyword(flag(), 'Tables of RFC 2787.', C.snmp),
  enable_snmp_rfcv3: unsupportedKeyword(flag(), 'Tables of RFC 6527.', C.snmp),
  snmp_vs_stats_update_interval: unsupportedKeyword(seconds(0, DAY), 'Age of statistics of virtual servers.', C.snmp, {
    default: '5 s',
  }),
  snmp_rs_stats_update_interval: unsupportedKeyword(seconds(0, DAY), 'Age of statistics of real servers.', C.snmp, {
    default: '5 s',
  }),
  enable_dbus: unsupportedKeyword(flag(), 'Publish over D-Bus.', C.dbus),
  dbus_service_name: unsupportedKeyword(word('NAME'), 'Name on the bus.', C.dbus, { default: 'org.keepalived.Vrrp1' }),
  dbus_no_interface_name: unsupportedKeyword(flag(), 'Leave the interface out of object paths.', C.dbus),
}

/** `global_defs { … }` */
export const GLOBAL_DEFS = { ...MAIL_DEFS, ...VRRP_DEFS, ...LVS_DEFS, ...NOTIFY_DEFS, ...PROCESS_DEFS }
