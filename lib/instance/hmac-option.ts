/**
 * The `hmac` option of an instance: the authentication trailer with keepalived's defaults. draft-cassen-vrrp-auth-hmac.
 */
import { type HmacConfiguration, HmacKey, type HmacKeyMaterial, requireHmac } from '../packet/index.ts'
import { milliseconds } from '../time/index.ts'

/** The authentication trailer. Only `keys` has no default. */
export interface HmacOption {
  /** All keys that are understood. Copied: a later change of the bytes changes nothing. */
  readonly keys: readonly HmacKeyMaterial[]
  /** Id of the key that signs. Default: the first. */
  readonly activeKey?: number
  /** How far clocks may differ, 1000-300000 ms. Default: the larger of 3 intervals and 5 s. */
  readonly timeWindow?: number
  /** Default `time`. */
  readonly antiReplay?: HmacConfiguration['antiReplay']
  /** Default `enforce`. Routers without a trailer are brought to it by `receive-only`, then `permissive`, on all of them. */
  readonly mode?: HmacConfiguration['mode']
}

/** keepalived's window: the larger of 3 intervals and 5 s, and what can be configured at most. @param interval - ms */
export function defaultTimeWindow(interval: number): number {
  return Math.min(Math.max(3 * interval, 5000), 300_000)
}

/** Checks the option and fills in the defaults. @throws TypeError, RangeError naming the option, never with a secret */
export function specifyHmac(option: HmacOption, interval: number): HmacConfiguration {
  if (!Array.isArray(option.keys)) throw new TypeError('hmac.keys: an array of keys is needed')
  const [first] = option.keys
  if (first === undefined) throw new RangeError('hmac.keys: at least one key is needed')
  const configuration = {
    keys: option.keys,
    activeKey: option.activeKey ?? first.id,
    timeWindow: milliseconds(option.timeWindow ?? defaultTimeWindow(interval)),
    antiReplay: option.antiReplay ?? 'time',
    mode: option.mode ?? 'enforce',
  }
  requireHmac(configuration)
  return { ...configuration, keys: option.keys.map(({ id, secret }) => new HmacKey(id, Uint8Array.from(secret))) }
}
