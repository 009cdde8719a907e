/**
 * The 64-bit sequence of the authentication trailer: seconds (32 bits), 1/65536 s (16 bits), counter (16 bits), compared as a
 * serial number. draft-cassen-vrrp-auth-hmac; RFC 1982 §3.2.
 */
import type { Milliseconds } from '../time/units.ts'
import type { Trailer } from './trailer.ts'

/** Whether `a` comes after `b`. */
export function isAfter(a: bigint, b: bigint): boolean {
  return BigInt.asIntN(64, a - b) > 0n
}

/** Seconds from `b` to `a` of 32-bit Unix times, across their wrap in 2106. */
export function secondsBetween(a: number, b: number): number {
  return (a - b) | 0
}

/** The clock as a sequence: counter 0. */
export function sequenceOfClock(wallTime: Milliseconds): bigint {
  const seconds = Math.floor(wallTime / 1000)
  const subsecond = Math.floor(((wallTime - seconds * 1000) * 65536) / 1000)
  return sequenceOf({ seconds: seconds >>> 0, subsecond, counter: 0 })
}

/** The sequence that a sender of this one has come to, some time later. */
export function sequenceAfter(sequence: bigint, passed: Milliseconds): bigint {
  return BigInt.asUintN(64, sequence + (BigInt(Math.floor((passed * 65536) / 1000)) << 16n))
}

/** The sequence that a trailer carries. */
export function sequenceOf(trailer: Pick<Trailer, 'seconds' | 'subsecond' | 'counter'>): bigint {
  return (BigInt(trailer.seconds) << 32n) | BigInt(trailer.subsecond * 65536 + trailer.counter)
}

/** The seconds in a sequence. */
export function secondsOf(sequence: bigint): number {
  return Number(BigInt.asUintN(32, sequence >> 32n))
}
