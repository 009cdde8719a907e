/**
 * use_ipvlan: an interface of its own for the adverts of an instance, with an address of its own and the MAC of the interface below.
 * The virtual addresses stay where they are.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import type { VirtualNames } from './complete-virtual-mac.ts'
import type { IpvlanConfiguration } from './configuration.ts'
import type { Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

/** What {@link completeIpvlan} is made for. */
export interface IpvlanOwner {
  readonly name: string
  readonly vrid: number
  readonly family: IpFamily
  /** vmac_prefix. */
  readonly prefix: string
  /** use_vmac has made interfaces. */
  readonly hasVirtualMac: boolean
}

/** Undefined without use_ipvlan; `invalid` after an error: there is nothing that the adverts could come from. */
export function completeIpvlan(
  owner: IpvlanOwner,
  { use_ipvlan: said }: Values<typeof VRRP_INSTANCE>,
  names: VirtualNames,
  log: DiagnosticLog,
): IpvlanConfiguration | 'invalid' | undefined {
  if (said === undefined) return undefined
  const { name, vrid, family } = owner
  if (owner.hasVirtualMac) {
    log.report(
      'conflicting-keywords',
      said.position,
      `'use_vmac' and 'use_ipvlan' of '${name}' exclude each other: the latter is ignored`,
    )
    return undefined
  }
  const { address, mode = 'bridge' } = said.value
  if (family === 4 && address === undefined) {
    const message = `'use_ipvlan' of '${name}' needs an IPv4 address of its own, for adverts to come from`
    log.report('missing-argument', said.position, message)
    return 'invalid'
  }
  if (address !== undefined && familyOf(address.address) !== family) {
    log.report('invalid-source', said.position, `the address of 'use_ipvlan' of '${name}' must be IPv${family}`)
    return 'invalid'
  }
  let interfaceName = said.value.name
  if (interfaceName !== undefined && !names.take(interfaceName)) {
    const message = `'use_ipvlan' of '${name}': another instance has an interface '${interfaceName}' already: another name is chosen`
    log.report('repeated-name', said.position, message)
    interfaceName = undefined
  }
  return {
    name: interfaceName ?? names.next(owner.prefix, vrid, family),
    mode,
    ...(address !== undefined && { address }),
  }
}
