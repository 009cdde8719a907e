/**
 * Keys and rules of the authentication trailer, and the HMAC in it: draft-cassen-vrrp-auth-hmac, keepalived 2.4's auth_hmac.
 * HMAC-SHA256, first 16 bytes, over a pseudo-header of 20 bytes, the message with its checksum read as zero, and the trailer
 * with the HMAC read as zero:
 *
 *     | family 4 or 6 (1) | version (1) | VRID (1) | 0 (1) | source address (16; IPv4: 4 and 12 zeros) |
 *
 * The destination is not covered, so that copies to several unicast peers carry the same trailer.
 */
import { createHmac } from 'node:crypto'
import { fieldOffset } from '../net/field-offset.ts'
import { requireInteger } from '../net/require-integer.ts'
import type { Milliseconds } from '../time/units.ts'
import { CHECKSUM, TRAILER, VERSION_AND_TYPE, VRID } from './layout.ts'

/** Bytes of the HMAC at the end of the trailer. */
export const HMAC_LENGTH = TRAILER.span - fieldOffset(TRAILER, 'hmac')

const PSEUDO_HEADER_LENGTH = 20

/** One key. Plain data, so that it can be posted to a worker; {@link HmacKey} is one that does not show its secret. */
export interface HmacKeyMaterial {
  /** 0-255 */
  readonly id: number
  /** 32-64 bytes */
  readonly secret: Uint8Array
}

/** Rules of the trailer for one virtual router; keepalived's auth_hmac block. */
export interface HmacConfiguration {
  /** All keys that are understood; ids are unique. */
  readonly keys: readonly HmacKeyMaterial[]
  /** Id of the key that signs. */
  readonly activeKey: number
  /** How far clocks may differ, 1000-300000 ms; keepalived's default is the larger of 3 intervals and 5 s. */
  readonly timeWindow: Milliseconds
  /** `time`: the sequence must be near the clock, too. `monotonic`: it must only rise. */
  readonly antiReplay: 'time' | 'monotonic'
  /** What is done without a trailer: `enforce` refuses, the others accept; `receive-only` sends none either. */
  readonly mode: 'enforce' | 'permissive' | 'receive-only'
}

/** A key whose secret stays out of JSON and of what `console.log` prints. */
export class HmacKey implements HmacKeyMaterial {
  readonly id: number
  readonly secret: Uint8Array

  /** @throws TypeError, RangeError naming `id` or `secret`. */
  constructor(id: number, secret: Uint8Array) {
    requireKey({ id, secret }, '')
    this.id = id
    this.secret = secret
  }

  /** The id alone. */
  toJSON(): { readonly id: number } {
    return { id: this.id }
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `HmacKey { id: ${this.id} }`
  }
}

/**
 * Checks a configuration, and gives its secrets by id.
 * @throws TypeError, RangeError naming the option; never with a secret in the message.
 */
export function requireHmac(configuration: HmacConfiguration): ReadonlyMap<number, Uint8Array> {
  const secrets = new Map<number, Uint8Array>()
  for (const [index, key] of configuration.keys.entries()) {
    requireKey(key, `hmac.keys[${index}].`)
    if (secrets.has(key.id)) throw new RangeError(`hmac.keys[${index}].id: ${key.id} is there twice`)
    secrets.set(key.id, key.secret)
  }
  if (!secrets.has(configuration.activeKey))
    throw new RangeError(`hmac.activeKey: there is no key ${configuration.activeKey}`)
  const { timeWindow, antiReplay, mode } = configuration
  if (!(timeWindow >= 1000 && timeWindow <= 300_000)) {
    throw new RangeError(`hmac.timeWindow: ${timeWindow} ms is not from 1000 to 300000`)
  }
  if (antiReplay !== 'time' && antiReplay !== 'monotonic')
    throw new RangeError(`hmac.antiReplay: must be 'time' or 'monotonic'`)
  if (mode !== 'enforce' && mode !== 'permissive' && mode !== 'receive-only') {
    throw new RangeError(`hmac.mode: must be 'enforce', 'permissive' or 'receive-only'`)
  }
  return secrets
}

function requireKey(key: HmacKeyMaterial, prefix: string): void {
  requireInteger(key.id, `${prefix}id`, 0, 255)
  if (!(key.secret instanceof Uint8Array)) throw new TypeError(`${prefix}secret: must be bytes`)
  if (key.secret.length < 32 || key.secret.length > 64) {
    throw new RangeError(`${prefix}secret: must be 32 to 64 bytes, not ${key.secret.length}`)
  }
}

/**
 * The HMAC of a message with its trailer behind it: 32 bytes, of which {@link HMAC_LENGTH} are sent.
 * @param bytes - `offset` to `end` is the message and, as its last 28 bytes, the trailer
 * @param source - 4 or 16 bytes
 */
export function computeHmac(
  secret: Uint8Array,
  bytes: Uint8Array,
  offset: number,
  end: number,
  source: Uint8Array,
): Uint8Array {
  const covered = room(PSEUDO_HEADER_LENGTH + end - offset)
  covered.fill(0, 0, PSEUDO_HEADER_LENGTH)
  covered[0] = source.length === 4 ? 4 : 6
  covered[1] = (bytes[offset + VERSION_AND_TYPE] as number) >>> 4
  covered[2] = bytes[offset + VRID] as number
  covered.set(source, 4)
  for (let from = offset, to = PSEUDO_HEADER_LENGTH; from < end; from++, to++) covered[to] = bytes[from] as number
  covered.fill(0, PSEUDO_HEADER_LENGTH + CHECKSUM, PSEUDO_HEADER_LENGTH + CHECKSUM + 2)
  covered.fill(0, covered.length - HMAC_LENGTH)
  return createHmac('sha256', secret).update(covered).digest()
}

let scratch: Uint8Array = new Uint8Array(0)

/** Bytes to write into, the same ones as long as the length is the same: that of one virtual router's adverts always is. */
function room(length: number): Uint8Array {
  if (scratch.length !== length) scratch = new Uint8Array(length)
  return scratch
}
