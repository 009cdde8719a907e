/**
 * Who holds each address, from when to when.
 */
import type { Milliseconds } from '../time/units.ts'
import type { NetworkEvent } from './network-event.ts'

/** A span of time in which the same nodes held an address. */
export interface Holding {
  readonly from: Milliseconds
  readonly to: Milliseconds
  /** In the order in which they got it; none, one, or several. */
  readonly holders: readonly string[]
}

/** One address on one segment. */
export interface AddressHistory {
  readonly address: string
  readonly interface: string
  /** Gapless, from the start to the end of the simulation; spans of no length are left out. */
  readonly holdings: readonly Holding[]
}

interface Account {
  readonly address: string
  readonly interface: string
  readonly holdings: Holding[]
  holders: readonly string[]
  since: Milliseconds
}

/** Books the moves of addresses. */
export class Ledger {
  readonly #accounts = new Map<string, Account>()

  /** Opens an account for an address that is expected to be held, from now on by nobody. */
  open(address: string, interfaceName: string, at: Milliseconds): void {
    this.#account(address, interfaceName, at)
  }

  /** Books a move. */
  book(event: Extract<NetworkEvent, { readonly type: 'address' }>): void {
    const account = this.#account(event.address, event.interface, event.at)
    const others = account.holders.filter(holder => holder !== event.host)
    close(account, event.at)
    account.holders = event.present ? [...others, event.host] : others
  }

  /** Who holds an address now. */
  holders(address: string, interfaceName: string): readonly string[] {
    return this.#accounts.get(keyOf(address, interfaceName))?.holders ?? []
  }

  /** All accounts as of now. */
  histories(at: Milliseconds): AddressHistory[] {
    return [...this.#accounts.values()].map(account => {
      const { address, interface: on, holdings, holders, since } = account
      const last: Holding[] = at > since || holdings.length === 0 ? [{ from: since, to: at, holders }] : []
      return { address, interface: on, holdings: merge([...holdings, ...last]) }
    })
  }

  #account(address: string, interfaceName: string, at: Milliseconds): Account {
    const key = keyOf(address, interfaceName)
    let account = this.#accounts.get(key)
    if (account === undefined) {
      account = { address, interface: interfaceName, holdings: [], holders: [], since: at }
      this.#accounts.set(key, account)
    }
    return account
  }
}

function close(account: Account, at: Milliseconds): void {
  if (at > account.since) account.holdings.push({ from: account.since, to: at, holders: account.holders })
  account.since = at
}

/** Joins neighbours with the same holders: a move back and forth within one instant leaves no trace. */
function merge(holdings: readonly Holding[]): Holding[] {
  const merged: Holding[] = []
  for (const holding of holdings) {
    const last = merged.at(-1)
    if (last !== undefined && sameHolders(last.holders, holding.holders)) {
      merged[merged.length - 1] = { ...last, to: holding.to }
    } else merged.push(holding)
  }
  return merged
}

function sameHolders(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(holder => b.includes(holder))
}

function keyOf(address: string, interfaceName: string): string {
  return `${address} ${interfaceName}`
}
