/**
 * The keywords of the checkers, and of what a virtual server hands down to its real servers and they to their checkers.
 * keepalived.conf(5), "Virtual server(s)".
 */
import { boolean, flag, integer, ipAddress, oneOf, seconds, word, words } from './arguments.ts'
import { blocks } from './block-arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword } from './declaration.ts'
import { md5, octets, statusRanges } from './lvs-arguments.ts'
import { scriptCommand } from './script-command.ts'
import { weightArgument } from './track-line.ts'

const DAY = 86400
const MOST = 4294967295

const retry = (least: 0 | 1) =>
  keyword(integer(least, MOST), 'Further checks after one that failed, until the server is down.', {
    default: '1; DNS_CHECK 3, MISC_CHECK 0',
  })

const CONNECT_TIMEOUT = keyword(seconds(0.000001, DAY), 'How long connecting and the answer may take.', {
  default: '5 s',
})

const SCHEDULE = {
  delay_before_retry: keyword(seconds(0, DAY), 'Between a failed check and the next.', {
    default: '1 s; HTTP_GET and SSL_GET 3 s, DNS_CHECK delay_loop',
  }),
  warmup: keyword(seconds(0, DAY), 'Random delay before the first check, at most.', { default: 'delay_loop' }),
  delay_loop: keyword(seconds(0.000001, 4294), 'Between checks.', { default: '60 s' }),
  alpha: keyword(boolean(), 'Servers are down until their checks succeed.'),
}

/** Handed down from virtual server to real server to checker. */
export const INHERITED = { ...SCHEDULE, connect_timeout: CONNECT_TIMEOUT, retry: retry(1) }

/** Of every checker that runs by itself. */
export const SCHEDULED = {
  ...SCHEDULE,
  retry: retry(0),
  log_all_failures: keyword(boolean(), 'Log each failed check.', { default: 'checker_log_all_failures' }),
}

/** Of every checker that connects. */
export const CHECKER = {
  ...SCHEDULED,
  connect_timeout: CONNECT_TIMEOUT,
  connect_ip: keyword(ipAddress(), 'Address to connect to.', { default: "the real server's" }),
  connect_port: keyword(integer(1, 65535), 'Port to connect to.', { default: "the real server's" }),
  bindto: keyword(ipAddress(), 'Source address.'),
  bind_port: keyword(integer(1, 65535), 'Source port.'),
  bind_if: keyword(word('INTERFACE'), 'Interface that is used.'),
  fwmark: keyword(integer(0, MOST), 'Firewall mark of what is sent.'),
}

/** `url { … }` */
export const URL = {
  path: keyword(word('PATH'), 'What is asked for.'),
  digest: keyword(md5(), 'MD5 of the body, as genhash prints it.'),
  status_code: keyword(statusRanges(), 'Status codes that count as success.', { default: '200-299' }),
  virtualhost: keyword(word('HOST'), 'Host header.', { default: 'that of the checker' }),
  regex: keyword(word('EXPRESSION'), 'Must match the body.'),
  regex_no_match: keyword(flag(), 'The expression must not match.'),
  regex_options: keyword(words('OPTION …', 1), 'PCRE2 options.'),
  regex_min_offset: keyword(integer(0, 2147483647), 'Where a match may start.', { default: '0' }),
  regex_max_offset: keyword(integer(0, 2147483647), 'Where a match must have started.'),
  regex_stack: keyword(words('START MAX', 2, 2), 'Stack of the matcher; ours has its own.'),
  tls_compliant: keyword(flag(), 'Refuse a connection that ends without notice.'),
}

/** HTTP_GET and SSL_GET. */
export const WEB = {
  ...CHECKER,
  url: keyword(blocks(URL, '', [0, 0]), 'A page that is asked for; several are asked in turn.'),
  virtualhost: keyword(word('HOST'), 'Host header.', { default: 'that of the server' }),
  http_protocol: keyword(oneOf('1.0', '1.0C', '1.0c', '1.1'), 'Version of HTTP.', { default: '1.0' }),
  enable_sni: keyword(flag(), 'Send the server name.'),
  sni_name: keyword(word('HOST'), 'The server name that is sent.', { default: 'the Host header' }),
  fast_recovery: keyword(boolean(), 'All urls at once when it comes back.'),
  nb_get_retry: keyword(integer(0, MOST), 'The older name of retry.', { replacement: "write 'retry'" }),
}

const SMTP_HOST = {
  ...CHECKER,
  helo_name: keyword(word('NAME'), 'Name in HELO.', { default: 'smtpchecker.keepalived.org' }),
}

/** SMTP_CHECK. */
export const SMTP = {
  ...SMTP_HOST,
  host: keyword(blocks(SMTP_HOST, '', [0, 0]), 'Outdated.', {
    replacement: 'put its keywords into SMTP_CHECK itself',
  }),
}

/** UDP_CHECK. */
export const UDP = {
  ...CHECKER,
  payload: keyword(octets(1, false), 'What is sent.', { default: 'something random' }),
  require_reply: keyword(octets(0, true), 'What must come back; alone: anything.'),
  min_reply_length: keyword(integer(0, 65535), 'Least octets of the reply.', { default: '0' }),
  max_reply_length: keyword(integer(0, 65535), 'Most octets of the reply.', { default: '255' }),
}

/** DNS_CHECK. */
export const DNS = {
  ...CHECKER,
  type: keyword(oneOf('A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'), 'Record type.', {
    default: 'SOA',
  }),
  name: keyword(word('NAME'), 'Name.', { default: '.' }),
}

/** MISC_CHECK. */
export const MISC = {
  ...SCHEDULED,
  misc_path: keyword(scriptCommand(), 'A program; exit code 0 is success.'),
  misc_timeout: keyword(seconds(0.000001, DAY), 'How long it may take.', { default: 'delay_loop' }),
  misc_dynamic: keyword(flag(), 'Exit codes 2-255 set the weight, to themselves less 2.'),
  user: keyword(words('USER [GROUP]', 1, 2), 'Who executes it.', { default: 'script_user' }),
}

/** FILE_CHECK. */
export const FILE = {
  track_file: keyword(word('NAME'), 'The tracked file.'),
  weight: keyword(weightArgument(2147483647), 'Factor of its number; 0: not zero is a failure.', {
    default: 'that of the track_file',
  }),
  dynamic: keyword(flag(), 'The number changes the weight. Here it does whenever its factor is not 0.'),
}

/** The checkers of a real server. */
export const CHECKERS = {
  TCP_CHECK: keyword(blocks(CHECKER, '', [0, 0]), 'A TCP connection.'),
  HTTP_GET: keyword(blocks(WEB, '', [0, 0]), 'A page over HTTP.'),
  SSL_GET: keyword(blocks(WEB, '', [0, 0]), 'A page over HTTPS.'),
  UDP_CHECK: keyword(blocks(UDP, '', [0, 0]), 'A datagram.'),
  DNS_CHECK: keyword(blocks(DNS, '', [0, 0]), 'A DNS question.'),
  SMTP_CHECK: keyword(blocks(SMTP, '', [0, 0]), 'A greeting of a mail server.'),
  MISC_CHECK: keyword(blocks(MISC, '', [0, 0]), 'A program.'),
  PING_CHECK: keyword(blocks(CHECKER, '', [0, 0]), 'An ICMP echo.'),
  FILE_CHECK: keyword(blocks(FILE, '', [0, 0]), 'A number in a file.'),
  BFD_CHECK: unsupportedKeyword(
    blocks(
      { name: keyword(word('NAME'), 'The BFD instance.'), alpha: keyword(boolean(), 'Down until the session is up.') },
      '',
      [0, 0],
    ),
    'A BFD session.',
    CONSEQUENCES.bfd,
  ),
}
