/**
 * What will not happen because a keyword is not acted on yet. Keywords with the same consequence share one message.
 */

/** Clauses for the `note` of a keyword. */
export const CONSEQUENCES = {
  fifo: 'a reload writes nothing to a FIFO that did not change',
  bfd: 'no BFD session is kept',
  lvsDaemonInterface: 'the sync daemon is that of lvs_sync_daemon in global_defs',
  lvsMarks: 'each address of a virtual_server_group is a service of its own, without marks',
  firewall:
    'the rules of no_accept and of virtual MACs are in a table of nf_tables of their own, and iptables is not touched',
  vrf: 'an instance sends and hears on its interface, in whatever VRF that is',
  routeNames: 'names of routing tables are looked up in the usual places',
  snmp: 'nothing is published over SNMP',
  dbus: 'nothing is published over D-Bus',
  namespace: 'the process stays in the network namespace it was started in: start it with ip netns exec NAME',
  processes: 'checks and scripts have the priority, memory and processors of the process',
  lateTimers: 'late timers are told, and the priority stays as vrrp_priority and vrrp_rt_priority set it',
  groups: 'scripts have the group of script_user alone',
  umask: 'new files have the umask that the process was started with',
  names: 'pid file, dumps and status socket are where the options of run put them',
  childWait: 'scripts have one second at the end',
  includes:
    'an include that finds nothing is a warning; includer, includem, includew, includeb and includea are checked',
  memory:
    'memory may be swapped out: V8 ends a process whose memory is locked; MemorySwapMax=0 of the service forbids it',
  realTimeLimit: 'only the thread of the virtual routers has real-time priority, and vrrp_rlimit_rttime for its limit',
  buffers: 'socket buffers stay as the program sets them',
  reload: 'reloads are not checked or timed in this way',
  dumps: 'dumps and saved configurations go to their usual places',
  linkbeat: 'link state comes from netlink, not from polling',
  logging: 'no such line is logged',
  oldChecksum: 'adverts are sent with the checksum of RFC 9568 or RFC 5798',
} as const
