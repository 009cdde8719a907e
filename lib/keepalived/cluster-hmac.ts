/**
 * Whether two nodes accept the authentication trailer of each other, or its absence.
 */
import type { HmacTrailerConfiguration } from './hmac-configuration.ts'

type Trailer = HmacTrailerConfiguration | undefined

/** Why a receiver drops the adverts of a sender, as the end of a sentence about the receiver; undefined when it does not. */
export function trailerRefused(sender: Trailer, receiver: Trailer): string | undefined {
  if (sender === undefined || sender.mode === 'receive-only') {
    return receiver?.mode === 'enforce' ? 'drops adverts without the trailer' : undefined
  }
  if (receiver === undefined) return 'has no auth_hmac and drops what is longer than it should be'
  const key = keyOf(receiver, sender.activeKey)
  if (key === undefined) return `has no key ${sender.activeKey}, which the other one sends with`
  return sameBytes(key, keyOf(sender, sender.activeKey)) ? undefined : `has another key ${sender.activeKey}`
}

function keyOf({ keys }: HmacTrailerConfiguration, wanted: number): Uint8Array | undefined {
  return keys.find(({ id }) => id === wanted)?.secret
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, i) => byte === b[i])
}
