/**
 * Who may import whom: the plan of the house as a table. `architecture.test.ts` holds the source to it.
 */

/** What the files of one part may import beside each other. */
export interface Rule {
  /** Parts of the library, by name. */
  readonly parts: readonly string[]
  /** Packages from npm. */
  readonly packages?: readonly string[]
  /** Node's modules; `*` for all. */
  readonly node?: readonly string[]
  /** Parts that are loaded by `import()` alone, when they are needed: they load native code. */
  readonly lazy?: readonly string[]
}

const VALUES = ['net', 'time', 'errors']
const PROTOCOL = ['machine', 'packet', 'garp', ...VALUES]

/**
 * Parts: a folder of lib, `errors` (lib/errors.ts), `barrel` (lib/index.ts) and `cli`.
 * No part imports one below it in this table, `lazy` apart.
 */
export const RULES: Readonly<Record<string, Rule>> = {
  errors: { parts: [] },
  time: { parts: [] },
  net: { parts: ['errors'], packages: ['buffer-layout', 'ipaddr.js'], node: ['node:buffer'] },
  packet: { parts: VALUES, packages: ['buffer-layout'], node: ['node:buffer', 'node:crypto'] },
  garp: { parts: VALUES, packages: ['buffer-layout'], node: ['node:buffer'] },
  machine: { parts: ['packet', 'net', 'time'] },
  keepalived: { parts: VALUES },
  netlink: { parts: ['net', 'errors'], packages: ['buffer-layout'], node: ['node:buffer', 'node:util'] },
  ipvs: {
    parts: ['netlink', 'net', 'errors'],
    packages: ['buffer-layout'],
    node: ['node:buffer'],
    lazy: ['linux'],
  },
  process: { parts: ['errors', 'time'], node: ['*'] },
  health: { parts: ['process', 'errors', 'time'], node: ['*'] },
  lvs: { parts: ['health', 'ipvs', ...VALUES] },
  track: { parts: ['process', 'errors', 'time'], node: ['*'] },
  notify: { parts: ['process', 'errors', 'time'], packages: ['nodemailer'], node: ['*'] },
  capture: { parts: PROTOCOL, packages: ['buffer-layout'], node: ['node:buffer', 'node:fs', 'node:stream'] },
  instance: { parts: PROTOCOL, node: ['node:events'], lazy: ['linux'] },
  engine: { parts: ['instance', ...PROTOCOL], node: ['node:events'] },
  simulation: { parts: ['engine', 'instance', 'keepalived', ...PROTOCOL] },
  linux: { parts: ['health', 'instance', 'garp', 'ipvs', 'netlink', ...VALUES], packages: ['koffi'], node: ['*'] },
  'raw-socket': { parts: ['linux', 'instance', 'netlink', ...VALUES], packages: ['raw-socket', 'koffi'], node: ['*'] },
  status: { parts: ['engine', 'instance', ...PROTOCOL], packages: ['prom-client'], node: ['*'] },
  barrel: { parts: ['engine', 'instance', 'keepalived', ...PROTOCOL] },
  router: { parts: ['*'], node: ['*'] },
  cli: {
    parts: ['barrel', 'errors', 'time', 'health', 'router', 'status', 'capture', 'simulation', 'keepalived', 'ipvs'],
    packages: ['commander'],
    node: ['*'],
    lazy: ['router', 'linux', 'raw-socket'],
  },
}

/** Parts that use no Node API but Buffer, and compile without Node's types (`tsconfig.pure.json`). */
export const PURE: readonly string[] = [
  'errors',
  'time',
  'net',
  'packet',
  'machine',
  'garp',
  'keepalived',
  'lvs',
  'simulation',
]

/** The files that may use node:crypto: MD5 and SHA-256 of the authentication types. */
export const CRYPTO_FILES = /^lib\/packet\/(auth|ah|hmac)[a-z0-9-]*\.ts$/

/** Names that say nothing of what is in the file. */
export const VAGUE_NAMES: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'misc']
