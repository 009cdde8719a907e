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
  secondaries: 'the kernel may take other addresses of a subnet away with one: they are put back',
  snmp: 'nothing is published over SNMP',
  dbus: 'nothing is published over D-Bus',
  namespace: 'the process stays in the network namespace it was started in: start it with ip netns exec NAME',
  processes: 'the process keeps its own name, priority, memory and processors',
  memory:
    'memory may be swapped out: V8 ends a process whose memory is locked; MemorySwapMax=0 of the service forbids it',
  realTimeLimit: 'only the thread of the virtual routers has real-time priority, and vrrp_rlimit_rttime for its limit',
  buffers: 'socket buffers stay as the program sets them',
  reload: 'reloads are not checked or timed in this way',
  dumps: 'dumps and saved configurations go to their usual places',
  linkbeat: 'link state comes from netlink, not from polling',
  logging: 'no such line is logged',
  multicast: 'addresses and groups of adverts are chosen as without it',
} as const
