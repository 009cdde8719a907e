/**
 * What a master holds, sends and announces, in plain words.
 */
import type { AddressConfiguration, InstanceConfiguration } from '../keepalived/index.ts'
import { counted, formatMs, list } from './explain-words.ts'
import type { Candidate } from './succession.ts'

/** One line each for addresses, routes, adverts, announcements, and packets to the addresses. */
export function explainHoldings({ instance }: Candidate): readonly string[] {
  return [
    `as master, holds ${list(instance.addresses.map(addressText))}`,
    ...(instance.excludedAddresses.length === 0
      ? []
      : [`and, not in its adverts, ${list(instance.excludedAddresses.map(addressText))}`]),
    ...routesText(instance),
    advertsText(instance),
    announcementsText(instance),
    ...(instance.acceptMode ? [] : ['drops what is sent to its addresses and from them, ping too (nf_tables)']),
    ...virtualMacText(instance),
  ]
}

function addressText({ address, prefixLength, interface: device, label, tracked }: AddressConfiguration): string {
  const extra = [label === undefined ? '' : `label ${label}`, tracked === false ? 'not tracked' : ''].filter(Boolean)
  return `${address}/${prefixLength} on ${device}${extra.length === 0 ? '' : ` (${extra.join(', ')})`}`
}

function routesText({ routes = [], rules = [] }: InstanceConfiguration): readonly string[] {
  if (routes.length + rules.length === 0) return []
  const what = [
    ...(routes.length > 0 ? [counted(routes.length, 'route')] : []),
    ...(rules.length > 0 ? [counted(rules.length, 'rule')] : []),
  ]
  return [`sets ${list(what)} after the addresses, and removes them before`]
}

function virtualMacText({ virtualMac, family }: InstanceConfiguration): readonly string[] {
  if (virtualMac === undefined) return []
  const made = virtualMac.interfaces.map(({ name, parent, mac }) => `${name} above ${parent} with ${mac}`)
  const what = family === 4 ? 'ARP' : 'neighbour discovery'
  const from =
    virtualMac.transmitFromBase === true ? "adverts leave with the real interface's MAC" : 'adverts leave with it'
  return [
    `makes ${list(made)} (macvlan) while it runs; ${from}`,
    `clients learn that MAC by ${what}, and keep it when another node takes over`,
  ]
}

function advertsText(instance: InstanceConfiguration): string {
  const { destination, namedPeers = [], interval, source, interface: device } = instance
  const names = namedPeers.map(({ name }) => name)
  const whom = destination.type === 'multicast' ? destination.group : list([...destination.peers, ...names]) || 'nobody'
  const from = source === undefined ? '' : ` from ${source}`
  return `sends an advert every ${formatMs(interval)} on ${device}${from} to ${whom}, ${authenticationText(instance)}`
}

function authenticationText({ authentication, hmac }: InstanceConfiguration): string {
  if (hmac === undefined) {
    return { none: 'without authentication', simple: 'with a password', ah: 'with an authentication header' }[
      authentication.type
    ]
  }
  const sent = hmac.mode === 'receive-only' ? 'without authentication' : `signed with key ${hmac.activeKey}`
  return hmac.mode === 'enforce' ? sent : `${sent}, and accepts unsigned ones`
}

function announcementsText({ family, announcements }: InstanceConfiguration): string {
  const { repeat, delay, refresh, refreshRepeat, gap } = announcements
  const plural = repeat === 1 ? '' : 's'
  const what = family === 4 ? 'gratuitous ARP' : `unsolicited neighbour advertisement${plural}`
  const again = delay > 0 ? `, and again after ${formatMs(delay)}` : ''
  const refreshed = refresh > 0 ? `, then ${counted(refreshRepeat, 'time')} every ${formatMs(refresh)}` : ''
  const apart = gap > 0 ? `, ${formatMs(gap)} apart` : ''
  return `announces each address by ${repeat} ${what}${apart}${again}${refreshed}`
}
