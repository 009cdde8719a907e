/**
 * Replay memory on disk: JSON for its owner alone. Whatever is in the way of trusting it is an error, and none of it is used.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { ReplayRecord } from '../engine/index.ts'
import { canonicalIp, familyOf } from '../net/ip.ts'
import type { HeardNumber } from '../packet/index.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'

/** What is on disk. */
export interface ReplayNotes {
  /** The process that wrote it. */
  readonly pid: number
  /** Written at a clean end: nothing was heard afterwards. */
  readonly complete: boolean
  readonly records: readonly ReplayRecord[]
}

const VERSION = 1
/** In bytes: far above what an engine remembers. */
const SIZE_LIMIT = 8 << 20

/** The text of a file: the same notes give the same. */
export function formatReplayNotes({ pid, complete, records }: ReplayNotes): string {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  return `${JSON.stringify({ version: VERSION, pid, complete, routers: records }, plain)}\n`
}

/**
 * Reads a file; undefined when there is none.
 * @throws Error saying why it cannot be trusted: a link, no regular file, of another owner, writable for others, damaged
 */
export function readReplayFile(path: string): ReplayNotes | undefined {
  const fd = open(path)
  if (fd === undefined) return undefined
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error('it is no regular file')
    if (stat.uid !== process.geteuid?.()) throw new Error(`it belongs to user ${stat.uid}`)
    if ((stat.mode & 0o022) !== 0) throw new Error('others may write to it')
    if (stat.size > SIZE_LIMIT) throw new Error('it is too large')
    return notesOf(readFileSync(fd, 'utf8'))
  } finally {
    closeSync(fd)
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function notesOf(text: string): ReplayNotes {
  const { version, pid, complete, routers } = fieldsOf(jsonOf(text))
  if (version !== VERSION) throw new Error(`it is of version ${String(version)}, not ${VERSION}`)
  must(isWhole(pid, 1, 2 ** 31) && typeof complete === 'boolean')
  return { pid, complete, records: listOf(routers, recordOf) }
}

function recordOf(value: unknown): ReplayRecord {
  const { interface: device, family, vrid, version, scheme, sent, heard, until } = fieldsOf(value)
  must(typeof device === 'string' && device !== '' && device.length <= 15)
  must((family === 4 || family === 6) && (version === 2 || version === 3) && isWhole(vrid, 1, 255))
  must(scheme === 'hmac' || scheme === 'ah')
  const numberOf = (digits: unknown): bigint => {
    must(typeof digits === 'string' && /^\d{1,20}$/.test(digits))
    const number = BigInt(digits)
    must(number < (scheme === 'ah' ? 2n ** 32n : 2n ** 64n))
    return number
  }
  const heardOf = (one: unknown): HeardNumber => {
    const { sender, number, at } = fieldsOf(one)
    must(typeof sender === 'string' && familyOf(sender) === family && canonicalIp(sender) === sender)
    return { sender, number: numberOf(number), ...(at !== undefined && { at: instantOf(at) }) }
  }
  return {
    interface: device,
    family,
    vrid,
    version,
    scheme,
    ...(sent !== undefined && { sent: numberOf(sent) }),
    heard: listOf(heard, heardOf),
    ...(until !== undefined && { until: instantOf(until) }),
  }
}

function must(condition: boolean): asserts condition {
  if (!condition) throw new Error('it is damaged')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is damaged')
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  must(typeof value === 'object' && value !== null)
  return { ...value }
}

function listOf<T>(value: unknown, read: (each: unknown) => T): readonly T[] {
  must(Array.isArray(value))
  return value.map(read)
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

function instantOf(value: unknown): Milliseconds {
  must(typeof value === 'number' && Number.isFinite(value))
  return milliseconds(value)
}
