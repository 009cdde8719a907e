/**
 * The keywords of the top level: reference table of keepalived.conf(5), "top hierarchy".
 */
import { ADDRESS_SYNTAX, parseAddressLine } from './address-line.ts'
import { flag, integer, seconds, word, words } from './arguments.ts'
import { BFD_INSTANCE } from './bfd-instance.ts'
import { anyLines, block, blocks, lineList, nameList } from './block-arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword } from './declaration.ts'
import { GLOBAL_DEFS } from './global-defs.ts'
import { parseInterfaceDelayLine } from './interface-delay-line.ts'
import { parseRouteLine, ROUTE_SYNTAX } from './route-line.ts'
import { parseRuleLine, RULE_SYNTAX } from './rule-line.ts'
import { REAL_SERVER_SSL, VIRTUAL_SERVER } from './virtual-server.ts'
import { virtualServerGroups } from './virtual-server-group.ts'
import { VRRP_INSTANCE } from './vrrp-instance.ts'
import { TRACK_FILE, VRRP_SCRIPT, VRRP_TRACK_PROCESS } from './vrrp-script.ts'
import { VRRP_SYNC_GROUP } from './vrrp-sync-group.ts'

const { namespace, linkbeat } = CONSEQUENCES

/** `track_group NAME { … }` */
export const TRACK_GROUP = { group: keyword(nameList('INSTANCE'), 'Instances that follow the tracked addresses.') }

/** `garp_group { … }` */
export const GARP_GROUP = {
  garp_interval: keyword(seconds(0, 4294), 'Gap between gratuitous ARP in the group.'),
  gna_interval: keyword(seconds(0, 4294), 'Gap between unsolicited neighbour advertisements in the group.'),
  interface: keyword(word('INTERFACE'), 'The interface that the limits are for.'),
  interfaces: keyword(nameList('INTERFACE'), 'Interfaces that share the limits.'),
}

/** What may stand outside all blocks. */
export const ROOT = {
  global_defs: keyword(blocks(GLOBAL_DEFS, '', [0, 0]), 'Settings of the whole process; put it first.'),
  vrrp_instance: keyword(blocks(VRRP_INSTANCE, 'NAME'), 'One virtual router.'),
  vrrp_sync_group: keyword(blocks(VRRP_SYNC_GROUP, 'NAME'), 'Instances that change state together.'),
  vrrp_script: keyword(blocks(VRRP_SCRIPT, 'NAME'), 'A script whose exit code is tracked.'),
  vrrp_track_process: keyword(blocks(VRRP_TRACK_PROCESS, 'NAME'), 'Processes that are tracked.'),
  track_file: keyword(blocks(TRACK_FILE, 'NAME'), 'A file whose number is tracked.'),
  vrrp_track_file: keyword(blocks(TRACK_FILE, 'NAME'), 'The older name of track_file.', {
    replacement: "write 'track_file'",
  }),
  bfd_instance: unsupportedKeyword(blocks(BFD_INSTANCE, 'NAME'), 'A BFD session.', CONSEQUENCES.bfd),
  virtual_server: keyword(
    blocks(VIRTUAL_SERVER, 'ADDRESS [PORT] | fwmark N | group NAME', [1, 2]),
    'An LVS virtual service.',
  ),
  virtual_server_group: keyword(virtualServerGroups(), 'Addresses of virtual services.'),
  SSL: keyword(block(REAL_SERVER_SSL), 'Client certificate of SSL_GET.'),
  static_ipaddress: keyword(
    lineList(ADDRESS_SYNTAX, parseAddressLine),
    'Addresses that are set at start and removed at the end.',
  ),
  static_routes: keyword(
    lineList(ROUTE_SYNTAX, parseRouteLine),
    'Routes that are set at start and removed at the end.',
  ),
  static_rules: keyword(
    lineList(RULE_SYNTAX, parseRuleLine),
    'Routing rules that are set at start and removed at the end.',
  ),
  track_group: keyword(blocks(TRACK_GROUP, 'NAME'), 'Instances that follow static addresses, routes and rules.'),
  static_track_group: keyword(blocks(TRACK_GROUP, 'NAME'), 'The older name of track_group.'),
  garp_group: keyword(blocks(GARP_GROUP, '', [0, 0]), 'Interfaces that share the gaps between announcements.'),
  interface_up_down_delays: keyword(
    lineList('INTERFACE DOWN-SECONDS [UP-SECONDS]', parseInterfaceDelayLine),
    'How long a change of link state must last.',
  ),
  linkbeat_interfaces: unsupportedKeyword(
    anyLines('INTERFACE [MII|ETHTOOL|IOCTL]'),
    'Interfaces that are polled.',
    linkbeat,
  ),
  linkbeat_use_polling: unsupportedKeyword(flag(), 'Poll the link state of all interfaces.', linkbeat),
  net_namespace: unsupportedKeyword(word(), 'Network namespace to run in.', namespace),
  net_namespace_ipvs: unsupportedKeyword(words('[NAME]', 0, 1), 'Network namespace of LVS.', namespace),
  namespace_with_ipsets: unsupportedKeyword(flag(), 'Use ipsets in a namespace on old kernels.', namespace),
  instance: unsupportedKeyword(word(), 'Name of this process among several.', CONSEQUENCES.names),
  use_pid_dir: unsupportedKeyword(flag(), 'Keep pid files in /run/keepalived.', CONSEQUENCES.names),
  child_wait_time: unsupportedKeyword(
    integer(0, 3600),
    'Seconds to wait for child processes at stop.',
    CONSEQUENCES.childWait,
  ),
}

/** Blocks that can stand at the top level only: met deeper, they tell that a brace is missing. */
export const ROOT_ONLY_BLOCKS: ReadonlySet<string> = new Set([
  'global_defs',
  'vrrp_instance',
  'vrrp_sync_group',
  'vrrp_script',
  'vrrp_track_process',
  'bfd_instance',
  'virtual_server',
  'virtual_server_group',
  'static_ipaddress',
  'static_routes',
  'static_rules',
  'garp_group',
  'interface_up_down_delays',
])
