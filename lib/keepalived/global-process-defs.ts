/**
 * The keywords of global_defs that are about the process itself: names, scheduling, buffers, files, reload.
 */
import { boolean, flag, integer, processName, processors, seconds, word, words } from './arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword, withPrefix } from './declaration.ts'

const { processes, lateTimers, realTimeLimit, buffers, reload, dumps, namespace } = CONSEQUENCES
const MOST = 4294967295

/** Of the process with the virtual routers: here the thread of the engine, and it alone. */
const FOR_ENGINE = {
  priority: keyword(integer(-20, 19), 'Nice value of the engine.', { default: '-20 where that is permitted' }),
  rt_priority: keyword(integer(1, 99), 'Real-time priority of the engine (SCHED_FIFO).'),
  cpu_affinity: keyword(processors(), 'Processors that the engine runs on.', { default: 'all' }),
  no_swap: unsupportedKeyword(flag(), 'Keep all memory resident.', CONSEQUENCES.memory),
  process_name: keyword(processName(), 'Name of the thread of the virtual routers.'),
  rlimit_rttime: keyword(integer(2, MOST), 'Microseconds that a real-time engine may compute without waiting.', {
    default: 'no limit',
  }),
  rlimit_rtime: keyword(integer(2, MOST), 'The older name of vrrp_rlimit_rttime.', {
    replacement: "write 'vrrp_rlimit_rttime'",
  }),
}

/** Keywords that exist for each of keepalived's processes. */
const FOR_PROCESS = {
  priority: unsupportedKeyword(integer(-20, 19), 'Nice value.', processes),
  no_swap: unsupportedKeyword(flag(), 'Keep all memory resident.', processes),
  rt_priority: unsupportedKeyword(integer(1, 99), 'Real-time priority.', processes),
  cpu_affinity: unsupportedKeyword(words('CPU …', 1), 'Processors to run on.', processes),
  rlimit_rttime: unsupportedKeyword(integer(2, MOST), 'Real-time limit, microseconds.', realTimeLimit),
  rlimit_rtime: unsupportedKeyword(integer(2, MOST), 'The older name of it.', realTimeLimit),
  process_name: unsupportedKeyword(word('NAME'), 'Name of the process.', processes),
}

/** Receive buffers of netlink sockets. */
const RECEIVE_BUFFERS = {
  rcv_bufs: unsupportedKeyword(integer(0, MOST), 'Receive buffer in bytes.', buffers),
  rcv_bufs_force: unsupportedKeyword(boolean(), 'Beyond the system limit.', buffers),
}

/** What global_defs says about the process. */
export const PROCESS_DEFS = {
  ...withPrefix('vrrp_', { ...FOR_PROCESS, ...FOR_ENGINE }),
  ...withPrefix('checker_', FOR_PROCESS),
  ...withPrefix('bfd_', FOR_PROCESS),
  process_name: keyword(processName(), 'Name of the process.'),
  process_names: keyword(flag(), 'Name the thread of the virtual routers keepalived_vrrp.'),
  max_auto_priority: unsupportedKeyword(words('[-1..99]', 0, 1), 'Real-time priority after late timers.', lateTimers),
  min_auto_priority_delay: unsupportedKeyword(integer(0, 10_000_000), 'Lateness for that, microseconds.', lateTimers),
  ...withPrefix('vrrp_netlink_cmd_', RECEIVE_BUFFERS),
  ...withPrefix('vrrp_netlink_monitor_', RECEIVE_BUFFERS),
  ...withPrefix('lvs_netlink_cmd_', RECEIVE_BUFFERS),
  ...withPrefix('lvs_netlink_monitor_', RECEIVE_BUFFERS),
  ...withPrefix('process_monitor_', RECEIVE_BUFFERS),
  vrrp_rx_bufs_policy: unsupportedKeyword(words('MTU|ADVERT|BYTES', 1, 1), 'How big VRRP buffers are.', buffers),
  vrrp_rx_bufs_multiplier: unsupportedKeyword(integer(1, MOST), 'Adverts that fit.', buffers, { default: '3' }),
  use_symlink_paths: keyword(flag(), 'Leave symbolic links in script paths. Here that is always done.'),
  set_supplementary_groups: unsupportedKeyword(flag(), 'Give scripts all groups of their user.', CONSEQUENCES.groups),
  umask: unsupportedKeyword(words('MODE', 1), 'Mode of new files.', CONSEQUENCES.umask),
  net_namespace: unsupportedKeyword(word('NAME'), 'Network namespace.', namespace),
  net_namespace_ipvs: unsupportedKeyword(words('[NAME]', 0, 1), 'Network namespace of LVS.', namespace),
  namespace_with_ipsets: unsupportedKeyword(flag(), 'Use ipsets in a namespace on old kernels.', namespace),
  instance: unsupportedKeyword(word('NAME'), 'Name of this process among several.', CONSEQUENCES.names),
  use_pid_dir: unsupportedKeyword(flag(), 'Keep pid files in /run/keepalived.', CONSEQUENCES.names),
  child_wait_time: unsupportedKeyword(
    integer(0, 3600),
    'Seconds to wait for child processes at stop.',
    CONSEQUENCES.childWait,
  ),
  linkbeat_use_polling: unsupportedKeyword(flag(), 'Poll the link state.', CONSEQUENCES.linkbeat),
  config_save_dir: unsupportedKeyword(word('PATH'), 'Where configurations are kept.', dumps),
  tmp_config_directory: unsupportedKeyword(word('PATH'), 'Where a copy of the configuration is kept.', dumps),
  iproute_usr_dir: unsupportedKeyword(word('PATH'), 'Where iproute2 keeps names.', CONSEQUENCES.routeNames),
  iproute_etc_dir: unsupportedKeyword(word('PATH'), 'Where iproute2 keeps names.', CONSEQUENCES.routeNames),
  data_use_instance: unsupportedKeyword(boolean(), 'Name of the instance in dumps.', dumps),
  json_version: unsupportedKeyword(words('1|2', 1, 1), 'Shape of the JSON dump.', dumps, { default: '1' }),
  state_dump_file: unsupportedKeyword(word('PATH'), 'Where the state is dumped.', dumps),
  stats_dump_file: unsupportedKeyword(word('PATH'), 'Where statistics are dumped.', dumps),
  json_dump_file: unsupportedKeyword(word('PATH'), 'Where JSON is dumped.', dumps),
  reload_check_config: keyword(
    words('[LOG]', 0, 1),
    'Check a configuration before a reload. Here that is always done, and what is found is in the log.',
  ),
  reload_time_file: unsupportedKeyword(word('PATH'), 'When to reload.', reload),
  reload_repeat: unsupportedKeyword(flag(), 'Reload every day.', reload),
  reload_file: unsupportedKeyword(words('[PATH]', 0, 1), 'A mark while reloading.', reload),
  reload_delay: unsupportedKeyword(seconds(0, 86400), 'Wait before a reload.', reload),
  random_seed: keyword(integer(0, MOST), 'Seed of $_RANDOM.'),
  include_check: unsupportedKeyword(
    words('[[+|-]readable|match|wildcard_match|brace_match …]'),
    'What includes are checked for.',
    CONSEQUENCES.includes,
  ),
}
