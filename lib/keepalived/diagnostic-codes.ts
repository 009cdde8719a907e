/**
 * The stable codes of diagnostics: how grave each one is, and what it means.
 */

/** How grave a diagnostic is. */
export type Severity = 'error' | 'warning' | 'info'

interface CodeDescription {
  readonly severity: Severity
  readonly meaning: string
}

/** Every code that a diagnostic can have. */
export const DIAGNOSTIC_CODES = {
  // Text.
  'unreadable-file': { severity: 'error', meaning: 'a configuration file cannot be read' },
  'byte-order-mark': { severity: 'warning', meaning: 'keepalived takes a byte order mark for a word' },
  'line-too-long': { severity: 'error', meaning: 'keepalived ignores lines of more than 1024 bytes' },
  'unterminated-quote': { severity: 'error', meaning: 'a double quote has no partner on its line' },
  'comment-in-word': { severity: 'warning', meaning: 'a comment starts in the middle of a word' },
  'runaway-expansion': { severity: 'error', meaning: 'definitions, sequences or includes never end' },
  'undefined-definition': { severity: 'warning', meaning: 'a $NAME in braces is used and nobody defines it' },
  'invalid-sequence': { severity: 'error', meaning: '~SEQ or ~LST has wrong parameters' },
  'include-cycle': { severity: 'error', meaning: 'a file includes itself, or includes are nested too deep' },
  'include-no-match': { severity: 'error', meaning: 'a checked include finds no file' },
  'include-missing': { severity: 'warning', meaning: 'an include finds no file' },
  'misplaced-include': { severity: 'error', meaning: 'include stands where it is not looked for' },
  'too-many-problems': { severity: 'error', meaning: 'more problems were found than are shown' },
  // Structure.
  'unexpected-brace': { severity: 'error', meaning: 'a brace without a partner or a keyword' },
  'missing-brace': { severity: 'error', meaning: 'a block is not closed' },
  'missing-block': { severity: 'error', meaning: 'a keyword lacks its block' },
  'unexpected-block': { severity: 'error', meaning: 'a keyword has a block and should not' },
  'unknown-keyword': { severity: 'error', meaning: 'keepalived has no such keyword in this block' },
  'unknown-option': { severity: 'error', meaning: 'keepalived has no such option on this line' },
  'missing-argument': { severity: 'error', meaning: 'a keyword lacks its value' },
  'ignored-words': { severity: 'warning', meaning: 'words behind a value are not read' },
  'invalid-value': { severity: 'error', meaning: 'a value has the wrong form or is out of range' },
  'invalid-address': { severity: 'error', meaning: 'a list has a line that is no address' },
  'repeated-keyword': { severity: 'warning', meaning: 'a keyword is set twice' },
  'repeated-name': { severity: 'error', meaning: 'two blocks have the same name' },
  'outdated-keyword': { severity: 'warning', meaning: 'keepalived 2.x complains about a keyword of 1.x' },
  'outdated-value': { severity: 'warning', meaning: 'keepalived 2.x refuses a value that 1.x took' },
  'not-supported': { severity: 'warning', meaning: 'keepalived has it, vrrp-ts does not act on it yet' },
  // One file.
  'no-instances': { severity: 'warning', meaning: 'the configuration has no VRRP instance' },
  'missing-interface': { severity: 'error', meaning: 'an instance has no interface' },
  'missing-vrid': { severity: 'error', meaning: 'an instance has no virtual_router_id' },
  'missing-addresses': { severity: 'error', meaning: 'an instance has no virtual address' },
  'too-many-addresses': { severity: 'error', meaning: 'an instance has more addresses than an advert can carry' },
  'repeated-address': { severity: 'warning', meaning: 'an address is listed twice' },
  'mixed-families': { severity: 'error', meaning: 'virtual_ipaddress has IPv4 and IPv6 addresses' },
  'duplicate-vrid': { severity: 'error', meaning: 'two instances on one interface share a VRID' },
  'shared-address': { severity: 'error', meaning: 'two instances hold the same address' },
  'owner-priority': { severity: 'info', meaning: 'priority 255 owns the addresses and cannot be outbid' },
  'master-without-priority': { severity: 'warning', meaning: "'state MASTER' without a priority means 255" },
  'master-clears': { severity: 'warning', meaning: "'state MASTER' switches nopreempt or preempt_delay off" },
  'conflicting-keywords': { severity: 'warning', meaning: 'two keywords of one block contradict each other' },
  'version-without-ipv6': { severity: 'error', meaning: 'version 2 knows no IPv6' },
  'password-too-long': { severity: 'warning', meaning: 'a password of more than 8 octets is cut' },
  'missing-password': { severity: 'error', meaning: 'authentication lacks its password' },
  'authentication-ignored': { severity: 'warning', meaning: 'authentication exists in version 2 over IPv4 only' },
  'two-authentications': { severity: 'error', meaning: 'authentication and auth_hmac exclude each other' },
  'missing-hmac-key': { severity: 'error', meaning: 'auth_hmac lacks the key that is sent with' },
  'invalid-hmac-key': { severity: 'error', meaning: 'a key of auth_hmac cannot be used' },
  'interval-rounded': { severity: 'warning', meaning: 'advert_int cannot be sent as it is written' },
  'interval-out-of-range': { severity: 'error', meaning: 'advert_int is longer than the version can say' },
  'invalid-group': { severity: 'error', meaning: 'a multicast group is of the wrong family' },
  'invalid-source': { severity: 'error', meaning: 'a source address is of the wrong family' },
  'own-peer': { severity: 'warning', meaning: 'a node lists itself as a unicast peer' },
  'named-peer': { severity: 'warning', meaning: 'a unicast peer is a host name' },
  'no-peers': { severity: 'warning', meaning: 'a list of unicast peers is empty' },
  'strict-unreachable': { severity: 'warning', meaning: 'vrrp_strict makes the virtual addresses unreachable' },
  'strict-authentication': { severity: 'warning', meaning: 'vrrp_strict ignores authentication' },
  'strict-overrides': { severity: 'warning', meaning: 'vrrp_strict overrides other keywords' },
  'strict-priority': { severity: 'warning', meaning: "vrrp_strict ignores 'state MASTER' below priority 255" },
  'strict-version': { severity: 'error', meaning: 'vrrp_strict forbids this version or these addresses' },
  'missing-script': { severity: 'error', meaning: 'a vrrp_script lacks its script' },
  'missing-tracked': { severity: 'error', meaning: 'a track_file or vrrp_track_process does not say what it tracks' },
  'unknown-script': { severity: 'error', meaning: 'track_script names no vrrp_script' },
  'unknown-tracked': { severity: 'error', meaning: 'a tracker names no track_file or vrrp_track_process' },
  'unknown-instance': { severity: 'error', meaning: 'a sync group names no instance' },
  'several-groups': { severity: 'error', meaning: 'an instance is in two sync groups' },
  'empty-group': { severity: 'error', meaning: 'a sync group has no members' },
  'single-member-group': { severity: 'warning', meaning: 'a sync group has one member' },
  'group-ignores-weight': { severity: 'warning', meaning: 'weights do not count in a sync group' },
  'unused-script': { severity: 'info', meaning: 'nobody tracks a vrrp_script: it is not executed' },
  'weight-too-small': { severity: 'info', meaning: 'a failing script does not change who wins' },
  'script-security': { severity: 'info', meaning: 'scripts without enable_script_security' },
  'rule-without-preference': { severity: 'warning', meaning: 'a routing rule has no preference' },
  // Several files.
  'cluster-vrid-alone': { severity: 'warning', meaning: 'a VRID is on one node only' },
  'cluster-password': { severity: 'error', meaning: 'nodes have different passwords' },
  'cluster-auth-type': { severity: 'error', meaning: 'nodes have different kinds of authentication' },
  'cluster-hmac': { severity: 'error', meaning: 'nodes do not accept the authentication trailer of each other' },
  'cluster-version': { severity: 'error', meaning: 'nodes speak different versions' },
  'cluster-interval': { severity: 'error', meaning: 'nodes have different advertisement intervals' },
  'cluster-interval-learnt': { severity: 'warning', meaning: 'version 3 nodes have different advertisement intervals' },
  'cluster-addresses': { severity: 'error', meaning: 'nodes have different virtual addresses' },
  'cluster-group-address': { severity: 'error', meaning: 'nodes use different multicast groups' },
  'cluster-destination': { severity: 'error', meaning: 'one node sends multicast, another unicast' },
  'cluster-peers': { severity: 'error', meaning: 'a node is no unicast peer of another' },
  'cluster-router-id': { severity: 'info', meaning: 'two nodes have the same router_id' },
  'cluster-checksum': { severity: 'warning', meaning: 'nodes send different forms of checksum' },
  'cluster-priority': { severity: 'warning', meaning: 'nodes have equal priorities' },
  'cluster-owner': { severity: 'error', meaning: 'two nodes own the same addresses' },
  'cluster-state': { severity: 'warning', meaning: 'two nodes start as MASTER' },
  'cluster-preempt': { severity: 'warning', meaning: 'nodes disagree about preemption' },
  'cluster-sync-group': { severity: 'warning', meaning: 'a sync group is not the same on all nodes' },
  'cluster-crossed': {
    severity: 'warning',
    meaning: 'members of a sync group have their highest priority on different nodes',
  },
  'cluster-address-reused': {
    severity: 'error',
    meaning: 'one address belongs to different virtual routers on two nodes',
  },
  // What vrrp-ts runs.
  'instance-left-out': { severity: 'error', meaning: 'vrrp-ts cannot run an instance' },
  // This machine.
  'here-interface': { severity: 'error', meaning: 'an interface does not exist on this machine' },
  'here-script': { severity: 'warning', meaning: 'a script is missing or cannot be executed' },
} as const satisfies Record<string, CodeDescription>

/** A stable code: a key of {@link DIAGNOSTIC_CODES}. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES
