/**
 * The keywords of vrrp_instance.
 */
import { ADDRESS_SYNTAX, parseAddressLine } from './address-line.ts'
import { boolean, flag, integer, ipAddress, multicastGroup, oneOf, seconds, word, words } from './arguments.ts'
import { AUTH_HMAC, AUTHENTICATION } from './authentication.ts'
import { block, lineList } from './block-arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { type Argument, keyword, unsupportedKeyword } from './declaration.ts'
import { extraGarp } from './extra-garp.ts'
import { ipvlanWords } from './ipvlan-words.ts'
import { NOTIFY_KEYWORDS } from './notify-keywords.ts'
import { parseRouteLine, ROUTE_SYNTAX } from './route-line.ts'
import { parseRuleLine, RULE_SYNTAX } from './rule-line.ts'
import { type ScriptCommand, scriptCommand } from './script-command.ts'
import { trackList } from './track-line.ts'
import { parsePeerLine } from './unicast-peer.ts'
import { virtualMacWords } from './virtual-mac-words.ts'

const C = CONSEQUENCES

/** `vrrp_instance NAME { … }` */
export const VRRP_INSTANCE = {
  state: keyword(oneOf('MASTER', 'BACKUP'), 'The state that is wanted at start; the priority decides.', {
    default: 'BACKUP (MASTER with priority 255)',
    firstCounts: true,
  }),
  interface: keyword(word('INTERFACE'), 'Where adverts are sent and heard.'),
  virtual_router_id: keyword(integer(1, 255), 'Number of the virtual router, the same on all its nodes.'),
  priority: keyword(integer(1, 255), 'Who wins: the highest. 255 owns the addresses.', {
    default: "100 (255 with 'state MASTER')",
  }),
  version: keyword(version(), 'Version of the protocol.', { default: 'vrrp_version, or 3 for IPv6' }),
  advert_int: keyword(seconds(0.01, 255), 'Between two adverts. Version 2: whole seconds; version 3: up to 40.95.', {
    default: '1 s',
  }),
  authentication: keyword(block(AUTHENTICATION), 'Password of version 2 over IPv4.'),
  auth_hmac: keyword(block(AUTH_HMAC), 'HMAC-SHA256 trailer of keepalived 2.4, for both versions.'),
  virtual_ipaddress: keyword(lineList(ADDRESS_SYNTAX, parseAddressLine), 'The addresses that are advertised and held.'),
  virtual_ipaddress_excluded: keyword(
    lineList(ADDRESS_SYNTAX, parseAddressLine),
    'Addresses that are held but not advertised.',
  ),
  no_virtual_ipaddress: keyword(flag(), 'There are no addresses, and that is meant.'),
  virtual_routes: keyword(lineList(ROUTE_SYNTAX, parseRouteLine), 'Routes that the master sets, after the addresses.'),
  virtual_rules: keyword(lineList(RULE_SYNTAX, parseRuleLine), 'Routing rules that the master sets, after the routes.'),
  vrf: unsupportedKeyword(word('VRF'), 'VRF of unicast without an interface.', C.vrf),
  track_script: keyword(trackList('SCRIPT', 253), 'Scripts that move the priority.'),
  track_interface: keyword(trackList('INTERFACE', 253), 'Interfaces that move the priority.'),
  track_file: keyword(trackList('FILE', 254), 'Files that move the priority.'),
  track_process: keyword(trackList('PROCESS', 254), 'Processes that move the priority.'),
  track_bfd: unsupportedKeyword(trackList('BFD', 253), 'BFD sessions that move the priority.', C.bfd),
  dont_track_primary: keyword(flag(), 'No fault when the own interface goes down.'),
  unicast_src_ip: keyword(ipAddress(), 'Source address of adverts to unicast peers.'),
  unicast_peer: keyword(
    lineList('ADDRESS|HOST [min_ttl N] [max_ttl N]', parsePeerLine),
    'Nodes that adverts are sent to one by one.',
  ),
  unicast_ttl: keyword(integer(0, 255), 'TTL of unicast adverts.', { default: '255' }),
  check_unicast_src: keyword(flag(), 'Accept adverts of listed peers only.'),
  unicast_fault_no_peer: keyword(flag(), 'A fault while there are no peers.'),
  track_src_ip: keyword(flag(), 'A fault while the source address is absent.'),
  old_unicast_checksum: unsupportedKeyword(
    words('[never]', 0, 1),
    'Checksum of keepalived before 1.3.7.',
    C.oldChecksum,
  ),
  v3_checksum_as_v2: keyword(boolean(), 'Version 3 over IPv4: checksum without pseudo-header (RFC 9568).'),
  mcast_src_ip: keyword(ipAddress(), 'Source address of multicast adverts.'),
  mcast_dst_ip: keyword(multicastAddress(), 'Multicast group of this instance.'),
  nopreempt: keyword(flag(), 'Leave a master of lower priority alone.'),
  preempt: keyword(flag(), 'Take over from a master of lower priority.'),
  preempt_delay: keyword(seconds(0, 1000), 'How long a master of lower priority is left alone.', { default: '0' }),
  use_vmac: keyword(virtualMacWords(), 'Hold the addresses on a virtual MAC interface, and send from there.', {
    default: 'vrrp.VRID, 00:00:5e:00:01:VRID (IPv6: 00:00:5e:00:02:VRID)',
  }),
  use_vmac_addr: keyword(flag(), 'Virtual MAC for addresses that name their own device, too.'),
  vmac_xmit_base: keyword(flag(), 'Send adverts from the real interface all the same.'),
  use_ipvlan: keyword(ipvlanWords(), 'An IPVLAN interface that adverts leave from, with an address of its own.', {
    default: 'no; mode bridge',
  }),
  garp_master_delay: keyword(seconds(0, 86400), 'Until the second burst of gratuitous ARP.', { default: '5 s' }),
  garp_master_repeat: keyword(integer(1, 4294967295), 'Gratuitous ARP of each address in a burst.', { default: '5' }),
  garp_master_refresh: keyword(seconds(0, 86400), 'Period of refreshing gratuitous ARP.', { default: '0: none' }),
  garp_master_refresh_repeat: keyword(integer(1, 4294967295), 'Gratuitous ARP of each address in a refresh.', {
    default: '1',
  }),
  garp_lower_prio_delay: keyword(seconds(0, 86400), 'Second burst after an advert of lower priority.', {
    default: 'garp_master_delay',
  }),
  garp_lower_prio_repeat: keyword(integer(0, 4294967295), 'Gratuitous ARP after an advert of lower priority.', {
    default: 'garp_master_repeat',
  }),
  garp_extra_if: keyword(
    extraGarp(0),
    'Period of gratuitous ARP where adverts do not leave; all: on real interfaces.',
    {
      default: 'vrrp_garp_extra_if',
    },
  ),
  vmac_garp_intvl: keyword(extraGarp(0), 'The older name of garp_extra_if.', { replacement: "write 'garp_extra_if'" }),
  down_timer_adverts: keyword(integer(1, 100), 'Missed adverts until the master counts as dead.', { default: '3' }),
  lower_prio_no_advert: keyword(boolean(), 'Do not answer an advert of lower priority.'),
  higher_prio_send_advert: keyword(boolean(), 'Send an advert before giving way to a higher priority.'),
  owner_ignore_adverts: keyword(boolean(), 'The owner (priority 255) ignores adverts.', {
    default: 'vrrp_owner_ignore_adverts',
  }),
  timer_expired_backup: keyword(
    flag(),
    'With nopreempt: after a wake-up so late that another router may be master, become or stay backup.',
  ),
  thread_timer_expired: keyword(flag(), 'The older name of timer_expired_backup.', {
    replacement: "write 'timer_expired_backup'",
  }),
  accept: keyword(flag(), 'Answer what is sent to the virtual addresses.'),
  no_accept: keyword(flag(), 'Drop what is sent to the virtual addresses, and from them.'),
  skip_check_adv_addr: keyword(boolean(), 'Do not compare the address list of adverts.'),
  strict_mode: keyword(boolean(), 'vrrp_strict for this instance.'),
  promote_secondaries: keyword(flag(), 'Let the kernel keep the other addresses of a subnet when one is removed.'),
  kernel_rx_buf_size: unsupportedKeyword(integer(0, 4294967295), 'Receive buffer in bytes.', C.buffers),
  debug: keyword(integer(0, 4), 'Without effect in keepalived too.'),
  ...NOTIFY_KEYWORDS,
  notify_deleted: keyword(
    optionalScript(),
    'Called when a reload removes the instance, which is told as DELETED then and not as FAULT.',
  ),
  notify_master_rx_lower_pri: keyword(scriptCommand(), 'Called when a master hears a lower priority.'),
  lvs_sync_daemon_interface: unsupportedKeyword(
    word('INTERFACE'),
    'LVS connection synchronisation.',
    C.lvsDaemonInterface,
    {
      replacement: "write 'lvs_sync_daemon' in global_defs",
    },
  ),
  native_ipv6: keyword(flag(), 'Family of an instance without addresses.'),
  linkbeat_use_polling: unsupportedKeyword(flag(), 'Poll the link state.', C.linkbeat),
}

/** `2` or `3`. */
export function version() {
  return { ...integer(2, 3), syntax: '2|3' }
}

/** A group of either family; the family is checked where the addresses are known. */
function multicastAddress() {
  const four = multicastGroup(4)
  const six = multicastGroup(6)
  const parse: typeof four.parse = input => (input.words[0]?.text.includes(':') === true ? six : four).parse(input)
  return { ...four, syntax: 'MULTICAST GROUP', parse }
}

/** Without a script the keyword changes the word that is told, and nothing else. */
function optionalScript(): Argument<ScriptCommand | 'no-script'> {
  const script = scriptCommand()
  return {
    syntax: `[${script.syntax}]`,
    arity: [0, script.arity[1]],
    parse: input => (input.words.length === 0 ? 'no-script' : script.parse(input)),
  }
}
