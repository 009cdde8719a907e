/**
 * Numbers that have names in the files of iproute2: routing tables, protocols, scopes. rt_tables(5).
 */

import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import type { SourceReader } from './source-reader.ts'

/** A number, or a name for one. */
export type RoutingName = number | Word

/** What kind of name. */
export type RoutingNameKind = 'table' | 'protocol' | 'scope'

const BUILT_IN: Readonly<Record<RoutingNameKind, Readonly<Record<string, number>>>> = {
  table: { unspec: 0, default: 253, main: 254, local: 255 },
  protocol: {
    unspec: 0,
    redirect: 1,
    kernel: 2,
    boot: 3,
    static: 4,
    gated: 8,
    ra: 9,
    mrt: 10,
    zebra: 11,
    bird: 12,
    dnrouted: 13,
    xorp: 14,
    ntk: 15,
    dhcp: 16,
    keepalived: 18,
    babel: 42,
    bgp: 186,
    isis: 187,
    ospf: 188,
    rip: 189,
    eigrp: 192,
  },
  scope: { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 },
}
const FILES: Readonly<Record<RoutingNameKind, string>> = {
  table: 'rt_tables',
  protocol: 'rt_protos',
  scope: 'rt_scopes',
}
/** Where iproute2 keeps its names: the first is the administrator's. */
const FOLDERS = ['/etc/iproute2', '/usr/share/iproute2', '/usr/lib/iproute2']

/** Looks names up; the files are read when the first name that is not built in is met. */
export class RoutingNames {
  readonly #reader: SourceReader
  readonly #log: DiagnosticLog
  readonly #read = new Map<RoutingNameKind, ReadonlyMap<string, number>>()

  constructor(reader: SourceReader, log: DiagnosticLog) {
    this.#reader = reader
    this.#log = log
  }

  /** The number; undefined after a report. */
  number(kind: RoutingNameKind, name: RoutingName): number | undefined {
    if (typeof name === 'number') return name
    const known = BUILT_IN[kind]
    const value = Object.hasOwn(known, name.text) ? known[name.text] : this.#names(kind).get(name.text)
    if (value === undefined) {
      const message = `no ${kind} has the name ${quoteWord(name)} in ${FOLDERS[0]}/${FILES[kind]}: write its number`
      this.#log.report('invalid-value', name.position, message)
    }
    return value
  }

  #names(kind: RoutingNameKind): ReadonlyMap<string, number> {
    const read = this.#read.get(kind)
    if (read !== undefined) return read
    const names = new Map<string, number>()
    for (const folder of FOLDERS) {
      const source = this.#reader.read(`${folder}/${FILES[kind]}`)
      if ('problem' in source) continue
      for (const [, number, name] of source.text.matchAll(/^[ \t]*(\d+|0x[0-9a-f]+)[ \t]+([^\s#]+)/gim)) {
        if (name !== undefined && !names.has(name)) names.set(name, Number(number))
      }
    }
    this.#read.set(kind, names)
    return names
  }
}
