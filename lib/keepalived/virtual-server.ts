/**
 * The keywords of virtual_server, real_server and the checkers. All known, none acted on.
 */
import { boolean, flag, integer, ipAddress, oneOf, seconds, word, words } from './arguments.ts'
import { blocks } from './block-arguments.ts'
import { keyword, withNames } from './declaration.ts'
import { scriptCommand } from './script-command.ts'
import { weightArgument } from './track-line.ts'

const DAY = 86400

/** What a virtual server hands down to its real servers, and they to their checkers. */
const INHERITED = {
  connect_timeout: keyword(seconds(0.000001, DAY), 'How long connecting may take.', { default: '5 s' }),
  retry: keyword(integer(0, 4294967295), 'Failed checks until the server is down.', { default: '1' }),
  delay_before_retry: keyword(seconds(0, DAY), 'Between failed checks.', { default: '1 s' }),
  warmup: keyword(seconds(0, DAY), 'Random delay before the first check.', { default: 'delay_loop' }),
  delay_loop: keyword(seconds(0.000001, 4294), 'Between checks.', { default: '60 s' }),
  alpha: keyword(boolean(), 'Servers start as down.'),
}

const CHECKER = {
  ...INHERITED,
  connect_ip: keyword(ipAddress(), 'Address to connect to.', { default: "the real server's" }),
  connect_port: keyword(integer(1, 65535), 'Port to connect to.', { default: "the real server's" }),
  bindto: keyword(ipAddress(), 'Source address.'),
  bind_port: keyword(integer(1, 65535), 'Source port.'),
  bind_if: keyword(word('INTERFACE'), 'Interface.'),
  fwmark: keyword(integer(0, 4294967295), 'Firewall mark of what is sent.'),
  log_all_failures: keyword(boolean(), 'Log each failed check.'),
}

const URL = {
  path: keyword(word('PATH'), 'What is asked for.'),
  digest: keyword(word('MD5'), 'MD5 of the body, 32 hexadecimal digits.'),
  status_code: keyword(words('N | A-B …', 1), 'Status codes that count as success.', { default: '200-299' }),
  virtualhost: keyword(word('HOST'), 'Host header.'),
  regex: keyword(word('EXPRESSION'), 'Must match the body.'),
  regex_no_match: keyword(flag(), 'The expression must not match.'),
  regex_options: keyword(words('OPTION …', 1), 'PCRE2 options.'),
  regex_min_offset: keyword(integer(0, 2147483647), 'Where a match may start.'),
  regex_max_offset: keyword(integer(0, 2147483647), 'Where a match must have started.'),
  regex_stack: keyword(words('START MAX', 2, 2), 'Stack of the matcher.'),
  tls_compliant: keyword(flag(), 'Refuse a connection that ends without notice.'),
}

const WEB = {
  ...CHECKER,
  url: keyword(blocks(URL, '', [0, 0]), 'A page that is asked for; several are asked in turn.'),
  virtualhost: keyword(word('HOST'), 'Host header.'),
  http_protocol: keyword(oneOf('1.0', '1.0C', '1.0c', '1.1'), 'Version of HTTP.', { default: '1.0' }),
  enable_sni: keyword(flag(), 'Send the server name.'),
  sni_name: keyword(word('HOST'), 'The server name that is sent.'),
  fast_recovery: keyword(boolean(), 'One success is enough.'),
  nb_get_retry: keyword(integer(0, 4294967295), 'The older name of retry.', { replacement: "write 'retry'" }),
}

const SMTP_HOST = { ...CHECKER, helo_name: keyword(word('NAME'), 'Name in HELO.') }

const CHECKERS = {
  TCP_CHECK: keyword(blocks(CHECKER, '', [0, 0]), 'A TCP connection.'),
  HTTP_GET: keyword(blocks(WEB, '', [0, 0]), 'A page over HTTP.'),
  SSL_GET: keyword(blocks(WEB, '', [0, 0]), 'A page over HTTPS.'),
  UDP_CHECK: keyword(
    blocks(
      {
        ...CHECKER,
        payload: keyword(words('HEX', 1), 'What is sent.'),
        require_reply: keyword(words('[HEX]'), 'What must come back.'),
        min_reply_length: keyword(integer(0, 65535), 'Least octets of the reply.', { default: '0' }),
        max_reply_length: keyword(integer(0, 65535), 'Most octets of the reply.', { default: '255' }),
      },
      '',
      [0, 0],
    ),
    'A datagram.',
  ),
  DNS_CHECK: keyword(
    blocks(
      {
        ...CHECKER,
        type: keyword(word('TYPE'), 'Record type.', { default: 'SOA' }),
        name: keyword(word('NAME'), 'Name.', { default: '.' }),
      },
      '',
      [0, 0],
    ),
    'A DNS question.',
  ),
  SMTP_CHECK: keyword(
    blocks(
      {
        ...SMTP_HOST,
        host: keyword(blocks(SMTP_HOST, '', [0, 0]), 'Outdated.', {
          replacement: 'put its keywords into SMTP_CHECK itself',
        }),
      },
      '',
      [0, 0],
    ),
    'A greeting of a mail server.',
  ),
  MISC_CHECK: keyword(
    blocks(
      {
        ...CHECKER,
        misc_path: keyword(scriptCommand(), 'A program; exit code 0 is success.'),
        misc_timeout: keyword(seconds(0.000001, DAY), 'How long it may take.', { default: 'delay_loop' }),
        misc_dynamic: keyword(flag(), 'Exit codes 2-255 set the weight.'),
        user: keyword(words('USER [GROUP]', 1, 2), 'Who executes it.'),
      },
      '',
      [0, 0],
    ),
    'A program.',
  ),
  PING_CHECK: keyword(blocks(CHECKER, '', [0, 0]), 'An ICMP echo.'),
  FILE_CHECK: keyword(
    blocks(
      {
        ...CHECKER,
        track_file: keyword(word('NAME'), 'The tracked file.'),
        weight: keyword(weightArgument(2147483647), 'Factor of its number.'),
        dynamic: keyword(flag(), 'The number changes the weight.'),
      },
      '',
      [0, 0],
    ),
    'A number in a file.',
  ),
  BFD_CHECK: keyword(
    blocks({ ...CHECKER, name: keyword(word('NAME'), 'The BFD instance.') }, '', [0, 0]),
    'A BFD session.',
  ),
}

const SCHEDULER = keyword(
  words('rr|wrr|lc|wlc|lblc|lblcr|sh|mh|dh|fo|ovf|sed|nq|twos', 1),
  'How connections are shared out.',
  {
    default: 'wlc',
  },
)

const FORWARDING = keyword(
  words('NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]', 1),
  'How packets reach a server.',
  {
    default: 'NAT',
  },
)

const REAL_SERVER = {
  ...INHERITED,
  ...CHECKERS,
  weight: keyword(integer(0, 65535), 'Share of the connections.', { default: '1' }),
  ...withNames(['lvs_method', 'lb_kind'], FORWARDING),
  uthreshold: keyword(integer(0, 4294967295), 'Most connections.'),
  lthreshold: keyword(integer(0, 4294967295), 'Connections from which on it takes new ones again.'),
  inhibit_on_failure: keyword(boolean(), 'Weight 0 instead of removal.'),
  notify_up: keyword(scriptCommand(), 'Called when the server comes up.'),
  notify_down: keyword(scriptCommand(), 'Called when the server goes down.'),
  smtp_alert: keyword(boolean(), 'Send a mail.'),
  virtualhost: keyword(word('HOST'), 'Host header of the checkers.'),
  snmp_name: keyword(word('NAME'), 'Name in SNMP.'),
}

/** `virtual_server … { … }` */
export const VIRTUAL_SERVER = {
  ...INHERITED,
  ...withNames(['lvs_sched', 'lb_algo'], SCHEDULER),
  ...withNames(['lvs_method', 'lb_kind'], FORWARDING),
  ops: keyword(flag(), 'One packet scheduling.'),
  hashed: keyword(flag(), 'Without effect.'),
  'flag-1': keyword(flag(), 'Flag of the scheduler.'),
  'flag-2': keyword(flag(), 'Flag of the scheduler.'),
  'flag-3': keyword(flag(), 'Flag of the scheduler.'),
  'sh-port': keyword(flag(), 'sh: include the port.'),
  'sh-fallback': keyword(flag(), 'sh: fall back to another server.'),
  'mh-port': keyword(flag(), 'mh: include the port.'),
  'mh-fallback': keyword(flag(), 'mh: fall back to another server.'),
  protocol: keyword(oneOf('TCP', 'UDP', 'SCTP', 'tcp', 'udp', 'sctp'), 'Transport protocol.'),
  persistence_timeout: keyword(words('[SECONDS]', 0, 1), 'A client stays with its server.', {
    default: 'off; alone: 360 s',
  }),
  persistence_granularity: keyword(word('NETMASK'), 'What counts as one client.'),
  persistence_engine: keyword(word('NAME'), 'Persistence engine.'),
  ha_suspend: keyword(flag(), 'No checks while the address is not here.'),
  smtp_alert: keyword(boolean(), 'Send mails.'),
  virtualhost: keyword(word('HOST'), 'Host header of the checkers.'),
  snmp_name: keyword(word('NAME'), 'Name in SNMP.'),
  ip_family: keyword(oneOf('inet', 'inet6'), 'Family of a service by mark.'),
  omega: keyword(flag(), 'Act as if all servers went down at the end.'),
  quorum: keyword(integer(1, 2147483647), 'Weight that must be alive.', { default: '1' }),
  hysteresis: keyword(integer(0, 2147483647), 'Slack around the quorum.', { default: '0' }),
  quorum_up: keyword(scriptCommand(), 'Called when the quorum is reached.'),
  quorum_down: keyword(scriptCommand(), 'Called when the quorum is lost.'),
  weight: keyword(integer(0, 65535), 'Default weight of real servers.', { default: '1' }),
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
