/**
 * Our table of nf_tables for one family, made when it is first needed. It belongs to our socket where the kernel can do
 * that (Linux 5.12): then nobody flushes it by mistake, and it is gone with us even after a crash.
 */
import { VrrpError } from '../errors.ts'
import type { PacketFilterOptions } from '../instance/ports.ts'
import type { IpFamily } from '../net/index.ts'
import {
  addElements,
  deleteElements,
  deleteTable,
  ERRNO,
  getSet,
  getTable,
  type NetlinkClient,
  type NetlinkRequest,
  NF_BATCH_BEGIN,
  NF_BATCH_END,
  type NfElement,
  type NfTable,
  newTable,
  type Refusal,
  refusalError,
} from '../netlink/index.ts'
import { addressRules, quietRules, VIPS } from './nf-ruleset.ts'

/** Why nothing can be dropped: the kernel was built without nf_tables. It is said once, so it says all of it. */
export function unsupported(cause?: Error): VrrpError {
  const text =
    'the kernel has no nf_tables (CONFIG_NF_TABLES): addresses are reached in spite of no_accept, and membership reports leave ' +
    'with virtual MACs; all else works'
  return new VrrpError('ERR_FIREWALL', text, { cause })
}

/** The name of our tables, unless another one is wanted. */
const NAME = 'vrrp-ts'

/** So much of the name is kept where a number is put behind it: names have at most 255 bytes. */
const LONGEST_OTHERS = 60

/** A refusal of a batch, and which of its requests was refused. */
type Placed = Refusal & { readonly index: number }

/** Tells tables of several sockets of one process apart. */
let tables = 0

/** One table. */
export class PacketFilterTable {
  readonly #client: NetlinkClient
  readonly #family: IpFamily
  readonly #options: PacketFilterOptions
  /** What is in the sets, by set and key in hexadecimal digits. */
  readonly #elements = new Map<string, Map<string, NfElement>>()
  #table: NfTable | undefined
  #quiet = false

  constructor(client: NetlinkClient, family: IpFamily, options: PacketFilterOptions = {}) {
    this.#client = client
    this.#family = family
    this.#options = options
  }

  /**
   * Takes elements out of a set and puts others in. What is there, or gone, already is left as it is.
   * @param quiet - the set is of the rules for virtual MAC interfaces
   * @throws VrrpError `ERR_FIREWALL` when the kernel has no nf_tables
   * @throws SystemError
   */
  change(set: string, removed: readonly NfElement[], added: readonly NfElement[], quiet = false): void {
    const present = this.#elements.get(set) ?? new Map<string, NfElement>()
    const gone = removed.filter(element => present.has(keyOf(element)))
    const fresh = added.filter(element => !present.has(keyOf(element)))
    if (gone.length + fresh.length === 0) return
    const table = this.#prepare(quiet)
    const refusal = this.#commit([
      ...(gone.length > 0 ? [deleteElements(table, set, gone)] : []),
      ...(fresh.length > 0 ? [addElements(table, set, fresh)] : []),
    ])
    if (refusal !== undefined) throw refusalError(`nft element ${table.name} ${set}`, refusal)
    for (const element of gone) present.delete(keyOf(element))
    for (const element of fresh) present.set(keyOf(element), element)
    this.#elements.set(set, present)
  }

  /** Removes the table, if it is there. */
  close(): void {
    if (this.#table !== undefined) this.#commit([deleteTable(this.#table)])
    this.#table = undefined
  }

  /** The table, made if need be. @param quiet - with the rules for virtual MAC interfaces */
  #prepare(quiet: boolean): NfTable {
    this.#table ??= this.#make()
    const table = this.#table
    if (quiet && !this.#quiet) {
      // A kernel without copies (CONFIG_NFT_DUP_IPV4, _IPV6) does not know the word.
      const rules = (duplicate: boolean) => quietRules(table, duplicate, this.#options)
      const refusal = this.#commit(rules(true)) && this.#commit(rules(false))
      if (refusal !== undefined) throw refusalError(`nft rules ${table.name}`, refusal)
      this.#quiet = true
    }
    return table
  }

  #make(): NfTable {
    const { table: name = NAME } = this.#options
    let table: NfTable = { family: this.#family, name }
    let refusal = this.#tryToMake(table)
    if (refusal?.index === 0 && refusal.errno === ERRNO.EPERM) {
      // Somebody else's: another program like this one, or another socket of ours.
      table = { ...table, name: `${name.slice(0, LONGEST_OTHERS)}-${process.pid}-${++tables}` }
      refusal = this.#tryToMake(table)
    }
    if (refusal === undefined) return table
    const error = refusalError(`nft add table ${table.name}`, refusal)
    throw refusal.index === -1 && refusal.errno !== ERRNO.EPERM ? unsupported(error) : error
  }

  /** A table that is ours alone; where the kernel does not know owners, one that anybody may change. */
  #tryToMake(table: NfTable): Placed | undefined {
    const contents = addressRules(table, this.#options)
    const refusal = this.#commit([newTable(table, true), ...contents])
    if (refusal?.index !== 0 || (refusal.errno !== ERRNO.EINVAL && refusal.errno !== ERRNO.EOPNOTSUPP)) return refusal
    // That, or it is there and has no owner. What a crash left behind goes; what an administrator made does not.
    if (this.#isForeign(table)) return { ...refusal, errno: ERRNO.EPERM }
    return this.#commit([newTable(table, false), deleteTable(table), newTable(table, false), ...contents])
  }

  #isForeign(table: NfTable): boolean {
    const isThere = (request: NetlinkRequest) => this.#client.ask(request, table.name).refusal === undefined
    return isThere(getTable(table)) && !isThere(getSet(table, VIPS))
  }

  #commit(requests: readonly NetlinkRequest[]): Placed | undefined {
    return this.#client.commit(NF_BATCH_BEGIN, requests, NF_BATCH_END)
  }
}

function keyOf({ key }: NfElement): string {
  return Buffer.from(key).toString('hex')
}
