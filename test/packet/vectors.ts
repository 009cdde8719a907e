/**
 * The golden vectors of fixtures/packets, with their hexadecimal text made bytes.
 */
import { readFileSync } from 'node:fs'
import type { IpEnvelope } from '../../lib/net/index.ts'
import type { Advertisement, Inspection, Problem } from '../../lib/packet/index.ts'

/** A legal message. */
export interface Vector {
  readonly name: string
  readonly message: Uint8Array
  readonly ip: IpEnvelope
  readonly advertisement: Advertisement
  readonly inspection: Inspection
  /** With the key of `made.json`. */
  readonly signed: boolean
  /** The whole Ethernet frame, of captured ones. */
  readonly frame?: Uint8Array
}

/** An illegal message, and what `inspect` should list. */
export interface IllegalVector {
  readonly name: string
  readonly message: Uint8Array
  readonly ip: IpEnvelope
  readonly problems: readonly Pick<Problem, 'code' | 'offset'>[]
}

/** Hexadecimal text to bytes. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

/** A file of fixtures/packets; fields whose bytes are hexadecimal text are made bytes. */
export function readFixture(name: string): { readonly vectors: readonly unknown[]; readonly hmacSecret?: Uint8Array } {
  const text = readFileSync(new URL(`../../../fixtures/packets/${name}.json`, import.meta.url), 'utf8')
  const isBytes = new Set(['message', 'header', 'frame', 'data', 'authData', 'hmacSecret'])
  return JSON.parse(text, (key, value) => {
    // A list of problems has texts under `message`, but none of them comes from a fixture.
    return isBytes.has(key) && typeof value === 'string' ? hex(value) : value
  })
}

/** All legal messages. */
export function legalVectors(): readonly Vector[] {
  const all = [...readFixture('keepalived').vectors, ...readFixture('made').vectors] as readonly Partial<Vector>[]
  return all.map(vector => ({ signed: false, ...vector }) as Vector)
}

/** The first legal message for which `predicate` holds. @throws Error when there is none */
export function findVector(predicate: (vector: Vector) => boolean): Vector {
  const found = legalVectors().find(predicate)
  if (found === undefined) throw new Error('no such vector in fixtures/packets')
  return found
}

/** All illegal messages. */
export function illegalVectors(): readonly IllegalVector[] {
  return readFixture('illegal').vectors as readonly IllegalVector[]
}
