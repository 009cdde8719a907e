/**
 * use_vmac and its companions: which interfaces with a virtual MAC an instance needs, how they are called, and which of its
 * addresses go there. RFC 9568 §7.3.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import { virtualMac } from '../net/mac.ts'
import type { AddressLine } from './address-line.ts'
import type { VirtualMacConfiguration } from './configuration.ts'
import type { Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

/** Interface names hold 15 characters. */
const LONGEST_NAME = 15

/** Gives out the names of virtual interfaces: `vrrp.51`, for IPv6 `vrrp6.51` if that is taken, then `vrrp1.51`. */
export class VirtualNames {
  readonly #taken = new Set<string>()

  /** Takes a name that the configuration gives; false when another instance has it. */
  take(name: string): boolean {
    if (this.#taken.has(name)) return false
    this.#taken.add(name)
    return true
  }

  /** A free name. @param prefix - `vrrp` unless vmac_prefix says otherwise */
  next(prefix: string, vrid: number, family: IpFamily): string {
    const numbers = ['', ...(family === 6 ? ['6'] : []), ...Array.from({ length: 256 }, (_, i) => `${i + 1}`)]
    const names = numbers.map(number => `${prefix.slice(0, LONGEST_NAME - 7)}${number}.${vrid}`)
    const name = names.find(candidate => !this.#taken.has(candidate)) ?? `${prefix}.${vrid}`
    this.#taken.add(name)
    return name
  }
}

/** What {@link VirtualMacPlan} is made for. */
export interface VirtualMacOwner {
  readonly name: string
  readonly interface: string
  readonly vrid: number
  readonly family: IpFamily
  readonly strict: boolean
  /** vmac_prefix and vmac_addr_prefix. */
  readonly prefixes: { readonly own: string; readonly address: string }
}

interface Planned {
  readonly name: string
  readonly parent: string
  ipv4: boolean
  ipv6: boolean
}

/** The virtual interfaces of one instance, as its addresses ask for them. */
export class VirtualMacPlan {
  readonly #owner: VirtualMacOwner
  readonly #names: VirtualNames
  readonly #mac: string
  readonly #everywhere: boolean
  readonly #own: Values<typeof VRRP_INSTANCE>['use_vmac']
  readonly #log: DiagnosticLog
  readonly #fromBase: boolean
  /** By the interface below. */
  readonly #planned = new Map<string, Planned>()

  constructor(owner: VirtualMacOwner, values: Values<typeof VRRP_INSTANCE>, names: VirtualNames, log: DiagnosticLog) {
    const { name, interface: device, vrid, family, strict, prefixes } = owner
    const { use_vmac: own, use_vmac_addr: everywhere, vmac_xmit_base: fromBase } = values
    this.#owner = owner
    this.#names = names
    this.#everywhere = everywhere !== undefined
    this.#own = own
    this.#log = log
    // Without use_vmac of the instance itself only some of its addresses have the MAC.
    this.#fromBase = own === undefined || (fromBase !== undefined && !strict)
    const words = own?.value ?? {}
    this.#mac = (strict ? undefined : words.mac) ?? virtualMac(vrid, family)
    if (own !== undefined) {
      if (strict && words.mac !== undefined) {
        const message = `vrrp_strict overrides the MAC of 'use_vmac' of '${name}': it is ${this.#mac} (RFC 9568 §7.3)`
        log.report('strict-overrides', own.position, message)
      }
      if (words.name !== undefined && !names.take(words.name)) {
        const message = `'use_vmac' of '${name}': another instance has an interface '${words.name}' already: another name is chosen`
        log.report('repeated-name', own.position, message)
        this.#add(device, names.next(prefixes.own, vrid, family))
      } else this.#add(device, words.name ?? names.next(prefixes.own, vrid, family))
    } else if (fromBase !== undefined) {
      log.report('no-effect', fromBase.position, `'vmac_xmit_base' of '${name}' has no effect without 'use_vmac'`)
    }
  }

  /** The interface that an address goes to. */
  readonly deviceOf = (line: AddressLine): string => {
    const { interface: device } = this.#owner
    const parent = line.interface ?? device
    // keepalived: an address that names its device goes there, unless use_vmac is said of it, or use_vmac_addr of all such.
    const named = line.interface !== undefined
    const wanted = line.flags?.includes('use_vmac') === true || (named ? this.#everywhere : this.#own !== undefined)
    if (!wanted) return parent
    const { vrid, family, prefixes } = this.#owner
    const planned = this.#planned.get(parent) ?? this.#add(parent, this.#names.next(prefixes.address, vrid, family))
    if (familyOf(line.address) === 4) planned.ipv4 = true
    else planned.ipv6 = true
    return planned.name
  }

  /** What the instance needs; undefined when that is nothing. @param unicast - adverts go to peers */
  configurationOf(unicast: boolean): VirtualMacConfiguration | undefined {
    if (this.#planned.size === 0) return undefined
    if (unicast && !this.#fromBase && this.#own !== undefined) {
      const { name, interface: device } = this.#owner
      const message = `'${name}' has unicast peers: its adverts leave from ${device}, as if it had 'vmac_xmit_base'`
      this.#log.report('unicast-virtual-mac', this.#own.position, message)
    }
    const interfaces = [...this.#planned.values()].map(({ name, parent, ipv4, ipv6 }) => ({
      name,
      parent,
      mac: this.#mac,
      ipv4,
      ipv6,
    }))
    return { interfaces, ...((this.#fromBase || unicast) && { transmitFromBase: true as const }) }
  }

  #add(parent: string, name: string): Planned {
    // Adverts of the instance leave from it, whatever addresses it gets.
    const { family, interface: device } = this.#owner
    const own = parent === device
    const planned = { name, parent, ipv4: own && family === 4, ipv6: own && family === 6 }
    this.#planned.set(parent, planned)
    return planned
  }
}
