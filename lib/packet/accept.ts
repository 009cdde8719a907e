/**
 * The checks that an advertisement must pass before the machine hears of it, in the RFC's order: RFC 3768 §7.1, RFC 9568 §7.1;
 * authentication by RFC 2338 §7.1. Each way to fail is one standard counter (`RECEIVE_ERRORS`).
 */
import { canonicalIp, IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope, isMulticast, requireIp } from '../net/ip.ts'
import { pseudoHeaderSum } from '../net/pseudo-header.ts'
import type { Milliseconds } from '../time/units.ts'
import { type Acceptance, type Refusal, refuse } from './acceptance.ts'
import { compareAddressList } from './address-list.ts'
import { AhAssociation } from './ah.ts'
import { equalBytes, passwordBytes } from './auth.ts'
import { type HmacError, HmacReceiver, MULTICAST_SENDERS } from './hmac-receiver.ts'
import type { Problem } from './inspection.ts'
import { AH_HEADER, AUTH_DATA_LENGTH, HEADER_LENGTH, INTERVAL_V3, TRAILER, TYPE_ADVERTISEMENT } from './layout.ts'
import { type ReceiverConfiguration, requireReceiver, type UnicastPeer } from './receiver-configuration.ts'
import type { ReplayMemory } from './replay-memory.ts'
import { AUTH_TYPES } from './v2.ts'
import { AdvertisementView } from './view.ts'

/** Runs the receive checks of one message: {@link Receiver.accept} as a function. */
export function accept(message: Uint8Array, ip: IpEnvelope, receiver: Receiver, wallTime?: Milliseconds): Acceptance {
  return receiver.accept(message, ip, wallTime)
}

/**
 * The ear of one virtual router. It remembers replay state, and the last message that it accepted: an unchanged advert of the
 * same sender, which is what nearly all are, costs one comparison.
 */
export class Receiver {
  /**
   * The AH association, when authentication is of that type: the sending side seals with it, so that both share one sequence.
   */
  readonly association: AhAssociation | undefined
  readonly #configuration: ReceiverConfiguration
  readonly #authType: number
  readonly #password: Uint8Array | undefined
  readonly #hmac: HmacReceiver | undefined
  readonly #addresses: ReadonlySet<string>
  readonly #peers: ReadonlyMap<string, UnicastPeer> | undefined
  readonly #view = new AdvertisementView()
  #known: { readonly bytes: Uint8Array; readonly ip: IpEnvelope; readonly acceptance: Acceptance } | undefined

  /**
   * @param former - receiver of the same virtual router: what it heard is not heard again, whatever the keys were
   * @throws TypeError, RangeError naming the option.
   */
  constructor(configuration: ReceiverConfiguration, former?: Receiver) {
    requireReceiver(configuration)
    const { authentication = { type: 'none' }, destination, hmac } = configuration
    this.#configuration = configuration
    this.#authType = AUTH_TYPES[authentication.type]
    this.#password =
      authentication.type === 'simple' ? passwordBytes(authentication.password, 'authentication.password') : undefined
    this.association =
      authentication.type === 'ah'
        ? new AhAssociation(authentication.password, 'authentication.password', former?.association)
        : undefined
    this.#addresses = new Set(configuration.addresses.map(address => canonicalIp(address)))
    if (destination.type === 'unicast') {
      const peers = destination.peers.map(peer => (typeof peer === 'string' ? { address: peer } : peer))
      this.#peers = new Map(peers.map(peer => [canonicalIp(peer.address), peer]))
    }
    // Without a check of the source anybody with the key may send: never fewer than multicast remembers.
    this.#hmac =
      hmac &&
      new HmacReceiver(
        hmac,
        Math.max(this.#peers?.size ?? 0, MULTICAST_SENDERS),
        former === undefined ? undefined : former.#hmac,
      )
  }

  /** What it must not accept again; undefined where authentication has no numbers. Plain data, without secrets. */
  get memory(): ReplayMemory | undefined {
    if (this.#hmac !== undefined) return { scheme: 'hmac', heard: this.#hmac.heard }
    return this.association?.memory
  }

  /** Does not accept again what an earlier run accepted, where authentication is of the same scheme. */
  remember(memory: ReplayMemory): void {
    if (memory.scheme === 'hmac') this.#hmac?.remember(memory)
    else this.association?.remember(memory)
  }

  /**
   * Checks one message.
   * @param message - as `decode` takes it
   * @param ip - with `header` when authentication is AH
   * @param wallTime - Unix time; needed when an authentication trailer is configured
   * @param sent - see {@link HmacReceiver.verify}
   * @throws TypeError naming `wallTime` when it is needed and missing; nothing else, whatever the bytes
   */
  accept(message: Uint8Array, ip: IpEnvelope, wallTime?: Milliseconds, sent?: bigint): Acceptance {
    const start = ip.protocol === IPPROTO_AH ? AH_HEADER.span : 0
    if (this.#known !== undefined && isRepeat(this.#known, message, start, ip)) {
      return this.#checkAh(message, ip) ?? this.#known.acceptance
    }
    const view = this.#view
    const refusal =
      this.#checkCarrier(ip) ??
      this.#checkForm(message, start, ip) ??
      this.#checkHmac(ip, wallTime, sent) ??
      this.#checkChecksum(ip) ??
      this.#checkOrigin(ip) ??
      this.#checkAuthentication(message, ip)
    if (refusal !== undefined) return refusal
    const warnings: Problem[] = []
    const late = this.#checkInterval(warnings) ?? this.#checkAddresses(warnings)
    if (late !== undefined) return late
    this.#questionTrailer(warnings)
    const { version, family, vrid } = this.#configuration
    const { priority, interval } = view
    const acceptance: Acceptance = {
      accepted: true,
      advertisement: { version, family, vrid, priority, interval, source: ip.source },
      checksumForm: view.form ?? 'message',
      warnings,
    }
    // A trailer differs in every message: nothing would ever repeat.
    if (this.#hmac === undefined) this.#remember(message.subarray(start), ip, acceptance)
    return acceptance
  }

  /** Keeps copies: the bytes and the envelope belong to the transport, which may use them again. */
  #remember(message: Uint8Array, ip: IpEnvelope, acceptance: Acceptance): void {
    const { family, source, destination, hopLimit, protocol } = ip
    this.#known = {
      bytes: Uint8Array.from(message),
      ip: { family, source, destination, hopLimit, protocol },
      acceptance,
    }
  }

  /** What the IP header says: family and TTL. */
  #checkCarrier(ip: IpEnvelope): Refusal | undefined {
    const { family, destination } = this.#configuration
    if (ip.family !== family) return refuse('version-error', `a message over IPv${ip.family}, not IPv${family}`)
    if (destination.type === 'multicast') {
      return ip.hopLimit === 255 ? undefined : refuse('ip-ttl-error', `TTL ${ip.hopLimit} is not 255`)
    }
    const { minTtl = 0, maxTtl = 255 } = this.#peers?.get(ip.source) ?? {}
    if (ip.hopLimit >= minTtl && ip.hopLimit <= maxTtl) return undefined
    return refuse('ip-ttl-error', `TTL ${ip.hopLimit} is not from ${minTtl} to ${maxTtl}`)
  }

  /** Version, type, and whether the message is whole. */
  #checkForm(message: Uint8Array, start: number, ip: IpEnvelope): Refusal | undefined {
    const view = this.#view
    if (!view.reset(message, start, message.length - start, ip.family)) {
      return refuse('packet-length-error', `${message.length - start} bytes are less than a header`)
    }
    const { version } = this.#configuration
    if (view.version !== version) return refuse('version-error', `version ${view.version}, not ${version}`)
    if (view.type !== TYPE_ADVERTISEMENT) return refuse('invalid-type-error', `type ${view.type} is not 1`)
    if (view.addressCount === 0) return refuse('address-list-error', 'the address count is 0')
    const excess = view.length - view.messageLength
    if (excess === 0 || (excess === TRAILER.span && this.#hmac !== undefined)) return undefined
    return refuse('packet-length-error', `${view.length} bytes, where the header asks for ${view.messageLength}`)
  }

  #checkHmac(ip: IpEnvelope, wallTime: Milliseconds | undefined, sent: bigint | undefined): Refusal | undefined {
    if (this.#hmac === undefined) return undefined
    if (wallTime === undefined) throw new TypeError('wallTime: is needed to verify an authentication trailer')
    const error = this.#hmac.verify(this.#view, ip.source, wallTime, sent)
    return error && refuse(error, HMAC_MESSAGES[error])
  }

  /** What is told of a trailer that was accepted, or of its absence where the next step would be to enforce it. */
  #questionTrailer(warnings: Problem[]): void {
    const offset = this.#view.messageLength
    if (this.#hmac?.isSkewed === true) {
      warnings.push({ code: 'clock-skew', offset, message: 'the clocks differ by more than half the window' })
    }
    if (this.#hmac?.isPermissive === true && this.#view.length === offset) {
      warnings.push({ code: 'hmac-missing', offset, message: HMAC_MESSAGES['hmac-missing'] })
    }
  }

  #checkChecksum(ip: IpEnvelope): Refusal | undefined {
    const view = this.#view
    const pseudoHeader = view.version === 2 ? 0 : pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family)
    if (view.verify(pseudoHeader) !== undefined) return undefined
    return refuse('checksum-error', `checksum 0x${view.checksum.toString(16).padStart(4, '0')} fits no known form`)
  }

  /** Whether it is for this virtual router, and came the way that is configured. */
  #checkOrigin(ip: IpEnvelope): Refusal | undefined {
    const { vrid, destination } = this.#configuration
    if (this.#view.vrid !== vrid) return refuse('vrid-error', `virtual router ${this.#view.vrid}, not ${vrid}`)
    const multicast = isMulticast(requireIp(ip.destination, 'destination'))
    if (multicast !== (destination.type === 'multicast')) {
      return refuse('source-error', `${multicast ? 'multicast' : 'unicast'} where ${destination.type} is configured`)
    }
    if (destination.type === 'multicast' || destination.checkSource !== true) return undefined
    return this.#peers?.has(ip.source) === true ? undefined : refuse('source-error', `${ip.source} is no peer`)
  }

  #checkAuthentication(message: Uint8Array, ip: IpEnvelope): Refusal | undefined {
    const view = this.#view
    const { authType } = view
    if (authType > AUTH_TYPES.ah) return refuse('auth-type-invalid', `authentication type ${authType} is not known`)
    if (authType !== this.#authType) {
      return refuse('auth-type-mismatch', `authentication type ${authType}, not ${this.#authType}`)
    }
    const sealed = ip.protocol === IPPROTO_AH
    if (sealed !== (this.association !== undefined)) {
      return refuse('auth-type-mismatch', `an authentication header is ${sealed ? 'there' : 'missing'}`)
    }
    // RFC 3768 §5.3.10: a receiver without authentication ignores the data.
    if (this.#password === undefined) return this.#checkAh(message, ip)
    if (equalBytes(view.bytes, view.authDataOffset, this.#password, 0, AUTH_DATA_LENGTH)) return undefined
    return refuse('auth-failure', 'the password differs')
  }

  #checkAh(message: Uint8Array, ip: IpEnvelope): Refusal | undefined {
    const error = this.association?.verify(message, ip)
    if (error === undefined) return undefined
    return refuse(
      error,
      error === 'auth-replay' ? 'the sequence number was used before' : 'the integrity check value is wrong',
    )
  }

  #checkInterval(warnings: Problem[]): Refusal | undefined {
    const { version, interval } = this.#configuration
    const heard = this.#view.interval
    if (heard === interval) return undefined
    if (version === 2) return refuse('interval-error', `interval ${heard} ms, not ${interval} ms`)
    // RFC 9568, erratum 8301.
    if (heard === 0) return refuse('interval-error', 'the interval is 0')
    warnings.push({ code: 'interval-error', offset: INTERVAL_V3, message: `interval ${heard} ms, not ${interval} ms` })
    return undefined
  }

  /** The address list, in any order; over IPv6 also that a link-local address comes first (RFC 9568, erratum 8300). */
  #checkAddresses(warnings: Problem[]): Refusal | undefined {
    const message = compareAddressList(this.#view, this.#addresses)
    if (message === undefined) return undefined
    if (this.#configuration.strictAddressList === true) return refuse('address-list-error', message)
    warnings.push({ code: 'address-list-error', offset: HEADER_LENGTH, message })
    return undefined
  }
}

const HMAC_MESSAGES: Readonly<Record<HmacError, string>> = {
  'hmac-missing': 'there is no authentication trailer',
  'hmac-malformed': 'the authentication trailer is malformed',
  'hmac-unknown-key': 'the key of the authentication trailer is not known',
  'hmac-invalid': 'the HMAC is wrong',
  'hmac-stale': 'the time of the authentication trailer is outside the window',
  'hmac-replay': 'the sequence of the authentication trailer was used before',
}

/** Whether a message is the known one again, from the same place by the same way. */
function isRepeat(
  known: { readonly bytes: Uint8Array; readonly ip: IpEnvelope },
  message: Uint8Array,
  start: number,
  ip: IpEnvelope,
): boolean {
  const { bytes } = known
  if (message.length - start !== bytes.length) return false
  if (!isSameWay(ip, known.ip)) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== message[start + i]) return false
  return true
}

function isSameWay(a: IpEnvelope, b: IpEnvelope): boolean {
  return (
    a.source === b.source &&
    a.destination === b.destination &&
    a.hopLimit === b.hopLimit &&
    a.protocol === b.protocol &&
    a.family === b.family
  )
}
