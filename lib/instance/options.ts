/**
 * The options of a {@link VrrpInstance}, their defaults and their checks. RFC 9568 §6.1; defaults as keepalived's.
 */
import { DEFAULT_ANNOUNCEMENT_TIMING as DEFAULT } from '../garp/index.ts'
import { canonicalIp, familyOf, type IpFamily } from '../net/index.ts'
import { passwordBytes, type UnicastPeer, VRRP_GROUP_IPV4, VRRP_GROUP_IPV6 } from '../packet/index.ts'
import { type Clock, milliseconds } from '../time/index.ts'
import { type HmacOption, specifyHmac } from './hmac-option.ts'
import type { Ports, VirtualAddress } from './ports.ts'
import type { AnnouncementTiming, InstanceSpecification, TrackerSpecification } from './specification.ts'
import { specifyVirtualMac, type VirtualMacOptions } from './virtual-mac-options.ts'

/** What a {@link VrrpInstance} is made from. Only `interface`, `vrid` and `addresses` have no default. */
export interface VrrpInstanceOptions extends Partial<Ports> {
  /** Interface name, `eth0`. */
  readonly interface: string
  /** Virtual router id, 1-255. */
  readonly vrid: number
  /** 1-255 addresses of one family: `192.0.2.1`, `192.0.2.1/24`, or with the fields of ip-address(8). */
  readonly addresses: readonly (string | (Partial<VirtualAddress> & { readonly address: string }))[]
  /** For events and logs. Default: `interface/vrid`. */
  readonly name?: string
  /** Default 2 for IPv4 addresses (as keepalived), 3 for IPv6. */
  readonly version?: 2 | 3
  /** 1-255, default 100. 255 owns the addresses. */
  readonly priority?: number
  /** Advertisement interval in ms, default 1000. Version 2: whole seconds up to 255 s. Version 3: 10-40950 in tens. */
  readonly interval?: number
  /** Take over from an active router of lower priority. Default true. */
  readonly preempt?: boolean
  /** Wait before such a takeover, ms, default 0. */
  readonly preemptDelay?: number
  /** Accept packets to the virtual addresses though not their owner. Default true, as keepalived. */
  readonly acceptMode?: boolean
  /** Adverts that may be missed, 1-100, default 3. */
  readonly downTimerAdverts?: number
  /** Answer an advert of lower priority at once. Default true. */
  readonly advertiseToLoser?: boolean
  /** Send one last advert before giving way to a higher priority. Default false. */
  readonly advertiseBeforeYield?: boolean
  /** With priority 255: obey and answer nobody, whatever is heard. Default false. */
  readonly ownerIgnoresAdverts?: boolean
  /** With `preempt: false`: after a wake-up so late that another router may be active, become or stay backup. Default false. */
  readonly timerExpiredBackup?: boolean
  /** Addresses held but not advertised. */
  readonly excludedAddresses?: VrrpInstanceOptions['addresses']
  /** Multicast group. Default 224.0.0.18 or ff02::12. Not together with `peers`. */
  readonly group?: string
  /** Unicast peers instead of multicast: addresses, or with limits of the TTL of what comes from them. */
  readonly peers?: readonly (string | UnicastPeer)[]
  /** TTL or hop limit of adverts to peers, 0-255, default 255. */
  readonly unicastTtl?: number
  /** Refuse adverts that come from none of the peers. Default false. */
  readonly checkSource?: boolean
  /** An interface with the virtual router's own MAC address for the addresses (use_vmac). Default false. */
  readonly virtualMac?: boolean | VirtualMacOptions
  /** Source address of adverts. Default: the primary address of the interface. */
  readonly source?: string
  /** Checksum of version 3 over IPv4 that is sent. Default `pseudo-header` (as keepalived, FRR). Both are understood. */
  readonly checksumForm?: 'pseudo-header' | 'message'
  /** Version 2 only: a password in the clear (`simple`), or the IP authentication header (`ah`). 1-8 bytes. Default none. */
  readonly authentication?: InstanceSpecification['authentication']
  /** Authentication trailer, HMAC-SHA256. Not together with `authentication`. Default none. */
  readonly hmac?: HmacOption
  /** Gratuitous ARP and unsolicited NA; what is left out has keepalived's default. */
  readonly announcements?: Partial<AnnouncementTiming>
  readonly trackers?: readonly TrackerSpecification[]
  /** Refuse adverts whose addresses differ from ours (RFC 3768 §7.1). Default false: count and tell. */
  readonly strictAddressList?: boolean
  /** Default: the monotonic clock of `vrrp-ts/linux`. */
  readonly clock?: Clock
}

/** Checks options and fills in the defaults. @throws TypeError, RangeError naming the option */
export function specify(options: VrrpInstanceOptions): InstanceSpecification {
  if (typeof options.interface !== 'string' || options.interface === '') {
    throw new TypeError('interface: an interface name is needed, such as eth0')
  }
  const vrid = integer('vrid', options.vrid, 1, 255)
  const addresses = virtualAddresses('addresses', options.addresses, options.interface)
  if (addresses.length < 1 || addresses.length > 255) {
    throw new RangeError(`addresses: 1 to 255 are possible, ${addresses.length} given`)
  }
  const family = oneFamily(addresses)
  const version = options.version ?? (family === 4 ? 2 : 3)
  if (version !== 2 && version !== 3) throw new RangeError(`version: 2 or 3, not ${String(version)}`)
  if (version === 2 && family === 6) throw new RangeError('version: VRRPv2 has no IPv6; use 3')
  const interval = advertisementInterval(version, options.interval ?? 1000)
  const authentication = versionTwoAuthentication(options, version)
  if (options.group !== undefined && options.peers !== undefined) {
    throw new TypeError('peers: unicast peers and a multicast group exclude each other')
  }
  const announcements = announcementTiming(options.announcements)
  const excludedAddresses = virtualAddresses('excludedAddresses', options.excludedAddresses ?? [], options.interface)
  const place = { interface: options.interface, vrid, family }
  const all = [...addresses, ...excludedAddresses]
  const { virtualMac, deviceOf } = specifyVirtualMac(options.virtualMac ?? false, place, all)
  const onDevice = (address: VirtualAddress) => ({ ...address, interface: deviceOf(address) })
  return {
    name: options.name ?? `${options.interface}/${vrid}`,
    interface: options.interface,
    version,
    family,
    vrid,
    priority: integer('priority', options.priority ?? 100, 1, 255),
    interval,
    preempt: options.preempt ?? true,
    preemptDelay: milliseconds(atLeastZero('preemptDelay', options.preemptDelay ?? 0)),
    acceptMode: options.acceptMode ?? true,
    downTimerAdverts: integer('downTimerAdverts', options.downTimerAdverts ?? 3, 1, 100),
    advertiseToLoser: options.advertiseToLoser ?? true,
    advertiseBeforeYield: options.advertiseBeforeYield ?? false,
    addresses: addresses.map(onDevice),
    excludedAddresses: excludedAddresses.map(onDevice),
    ...(virtualMac !== undefined && { virtualMac }),
    destination: destination(options, family),
    ...(options.source === undefined ? {} : { source: ofFamily('source', options.source, family) }),
    checksumForm: options.checksumForm ?? 'pseudo-header',
    authentication,
    ...(options.hmac !== undefined && { hmac: specifyHmac(options.hmac, interval) }),
    announcements,
    trackers: options.trackers ?? [],
    strictAddressList: options.strictAddressList ?? false,
    ...(options.ownerIgnoresAdverts === true && { ownerIgnoresAdverts: true }),
    ...(options.timerExpiredBackup === true && { timerExpiredBackup: true }),
  }
}

function versionTwoAuthentication(
  { authentication = { type: 'none' }, hmac }: VrrpInstanceOptions,
  version: 2 | 3,
): InstanceSpecification['authentication'] {
  const { type } = authentication
  if (type === 'none') return { type }
  if (type !== 'simple' && type !== 'ah')
    throw new RangeError(`authentication.type: 'none', 'simple' or 'ah', not ${type}`)
  if (version === 3) throw new RangeError('authentication: VRRPv3 has none; use version 2, or hmac')
  if (hmac !== undefined) throw new RangeError('hmac: not together with authentication')
  passwordBytes(authentication.password, 'authentication')
  return authentication
}

function announcementTiming(given: Partial<AnnouncementTiming> = {}): AnnouncementTiming {
  const { repeat = DEFAULT.repeat, delay = DEFAULT.delay } = given
  // keepalived: what follows an advert of lower priority is as what follows a takeover, unless told otherwise.
  const timing = { ...DEFAULT, lowerPriorityRepeat: repeat, lowerPriorityDelay: delay, ...given }
  for (const key of ['repeat', 'refreshRepeat', 'lowerPriorityRepeat'] as const) {
    integer(`announcements.${key}`, timing[key], 0, 255)
  }
  for (const key of ['delay', 'refresh', 'lowerPriorityDelay', 'gap'] as const) {
    atLeastZero(`announcements.${key}`, timing[key])
  }
  atLeastZero('announcements.extra.period', timing.extra?.period ?? 0)
  return timing
}

function destination(options: VrrpInstanceOptions, family: IpFamily): InstanceSpecification['destination'] {
  if (options.peers !== undefined) {
    if (options.peers.length === 0) throw new RangeError('peers: at least one peer is needed')
    return {
      type: 'unicast',
      peers: options.peers.map((peer, i) => unicastPeer(`peers[${i}]`, peer, family)),
      ttl: integer('unicastTtl', options.unicastTtl ?? 255, 0, 255),
      checkSource: options.checkSource ?? false,
    }
  }
  for (const option of ['unicastTtl', 'checkSource'] as const) {
    if (options[option] !== undefined) throw new TypeError(`${option}: is for unicast, together with peers`)
  }
  const group = options.group ?? (family === 4 ? VRRP_GROUP_IPV4 : VRRP_GROUP_IPV6)
  return { type: 'multicast', group: ofFamily('group', group, family) }
}

function unicastPeer(option: string, peer: string | UnicastPeer, family: IpFamily): string | UnicastPeer {
  if (typeof peer === 'string') return ofFamily(option, peer, family)
  const minTtl = integer(`${option}.minTtl`, peer.minTtl ?? 0, 0, 255)
  const maxTtl = integer(`${option}.maxTtl`, peer.maxTtl ?? 255, minTtl, 255)
  return { address: ofFamily(`${option}.address`, peer.address, family), minTtl, maxTtl }
}

function advertisementInterval(version: 2 | 3, value: number) {
  if (version === 2) {
    if (value % 1000 !== 0 || value < 1000 || value > 255_000) {
      throw new RangeError(`interval: VRRPv2 has whole seconds from 1000 to 255000 ms, not ${value}`)
    }
  } else if (value % 10 !== 0 || value < 10 || value > 40_950) {
    throw new RangeError(`interval: VRRPv3 has steps of 10 ms from 10 to 40950 ms, not ${value}`)
  }
  return milliseconds(value)
}

function virtualAddresses(
  option: string,
  given: VrrpInstanceOptions['addresses'],
  interfaceName: string,
): readonly VirtualAddress[] {
  if (!Array.isArray(given)) throw new TypeError(`${option}: an array of addresses is needed`)
  return given.map((item, i) => {
    const where = `${option}[${i}]`
    const fields = typeof item === 'string' ? { address: item } : item
    const [text = '', length] = fields.address.split('/')
    const address = canonicalIp(text, where)
    const bits = familyOf(address) === 4 ? 32 : 128
    const prefixLength = length === undefined ? (fields.prefixLength ?? bits) : Number(length || Number.NaN)
    return { interface: interfaceName, ...fields, address, prefixLength: integer(where, prefixLength, 0, bits) }
  })
}

function oneFamily(addresses: readonly VirtualAddress[]): IpFamily {
  const families = new Set(addresses.map(({ address }) => familyOf(address)))
  if (families.size > 1) throw new RangeError('addresses: all must be of one family; put others in excludedAddresses')
  return families.has(6) ? 6 : 4
}

function ofFamily(option: string, text: string, family: IpFamily): string {
  const address = canonicalIp(text, option)
  if (familyOf(address) !== family) throw new RangeError(`${option}: ${address} is not an IPv${family} address`)
  return address
}

function integer(option: string, value: number, low: number, high: number): number {
  if (typeof value !== 'number') throw new TypeError(`${option}: a number is needed`)
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${option}: a whole number from ${low} to ${high} is needed, not ${value}`)
  }
  return value
}

function atLeastZero(option: string, value: number): number {
  if (typeof value !== 'number') throw new TypeError(`${option}: a number of milliseconds is needed`)
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`${option}: at least 0, not ${value}`)
  return value
}
