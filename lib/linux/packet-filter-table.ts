/**
 * Our table of nf_tables for one family, made when it is first needed. It belongs to our socket where the kernel can do
 * that (Linux 5.12): then nobody flushes it by mistake, and it is gone with us even after a crash.
 */
import { VrrpError } from '../errors.ts'
import type { IpFamily } from '../net/index.ts'
import {
  addElements,
  deleteElements,
  deleteTable,
  ERRNO,
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
import { addressRules, quietRules } from './nf-ruleset.ts'

/** Why nothing can be dropped: the kernel was built without nf_tables. It is said once, so it says all of it. */
export function unsupported(cause?: Error): VrrpError {
  const text =
    'the kernel has no nf_tables (CONFIG_NF_TABLES): addresses are reached in spite of no_accept, and membership reports leave ' +
    'with virtual MACs; all else works'
  return new VrrpError('ERR_FIREWALL', text, { cause })
}

/** Tells tables of several sockets of one process apart. */
let tables = 0

/** One table. */
export class PacketFilterTable {
  readonly #client: NetlinkClient
  readonly #family: IpFamily
  /** What is in the sets, by set and key in hexadecimal digits. */
  readonly #elements = new Map<string, Map<string, NfElement>>()
  #table: NfTable | undefined
  #quiet = false

  constructor(client: NetlinkClient, family: IpFamily) {
    this.#client = client
    this.#family = family
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
      const refusal = this.#commit(quietRules(table, true)) && this.#commit(quietRules(table, false))
      if (refusal !== undefined) throw refusalError(`nft rules ${table.name}`, refusal)
      this.#quiet = true
    }
    return table
  }

  #make(): NfTable {
    let table: NfTable = { family: this.#family, name: 'vrrp-ts' }
    let refusal = this.#commit([newTable(table, true), ...addressRules(table)])
    if (refusal?.index === 0 && refusal.errno === ERRNO.EPERM) {
      // Somebody else's: another program like this one, or another socket of ours.
      table = { ...table, name: `vrrp-ts-${process.pid}-${++tables}` }
      refusal = this.#commit([newTable(table, true), ...addressRules(table)])
    }
    if (refusal?.index === 0 && (refusal.errno === ERRNO.EINVAL || refusal.errno === ERRNO.EOPNOTSUPP)) {
      // It does not know owners: what a crash left behind goes first.
      refusal = this.#commit([
        newTable(table, false),
        deleteTable(table),
        newTable(table, false),
        ...addressRules(table),
      ])
    }
    if (refusal === undefined) return table
    const error = refusalError(`nft add table ${table.name}`, refusal)
    throw refusal.index === -1 && refusal.errno !== ERRNO.EPERM ? unsupported(error) : error
  }

  #commit(requests: readonly NetlinkRequest[]): (Refusal & { readonly index: number }) | undefined {
    return this.#client.commit(NF_BATCH_BEGIN, requests, NF_BATCH_END)
  }
}

function keyOf({ key }: NfElement): string {
  return Buffer.from(key).toString('hex')
}
