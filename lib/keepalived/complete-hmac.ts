/**
 * auth_hmac of an instance: keys from text, hexadecimal digits and files; defaults as keepalived 2.4 has them.
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'
import type { AUTH_HMAC, HmacKeyLine } from './authentication.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { HmacKeyConfiguration } from './hmac-configuration.ts'
import type { SourceReader } from './source-reader.ts'
import { utf8Octets } from './utf8-length.ts'

const KEY_LENGTH = { least: 32, most: 64 } as const
const TIME_WINDOW = { least: 5000, most: 300_000 } as const

/** What auth_hmac depends on. */
export interface HmacContext {
  readonly name: string
  readonly interval: Milliseconds
  readonly strict: boolean
  /** What the block `authentication` came to. */
  readonly authentication: InstanceConfiguration['authentication']
  readonly reader: SourceReader
}

/** The trailer that really is sent and expected; undefined for none, or after an error. */
export function completeHmac(
  block: Located<ParsedBlock<typeof AUTH_HMAC>> | undefined,
  { name, interval, strict, authentication, reader }: HmacContext,
  log: DiagnosticLog,
): InstanceConfiguration['hmac'] {
  if (block === undefined) return undefined
  const { values, mistaken } = block.value
  if (authentication.type !== 'none') {
    const message = `'${name}' has 'authentication' and 'auth_hmac', which exclude each other: remove 'authentication'`
    log.report('two-authentications', block.position, message)
    return undefined
  }
  const keys = completeKeys(name, values.key?.value ?? [], reader, log)
  const [first] = keys
  if (first === undefined) {
    if (values.key === undefined && !mistaken.has('key')) {
      log.report('missing-hmac-key', block.position, `the 'auth_hmac' of '${name}' has no 'key'`)
    }
    return undefined
  }
  const activeKey = values.active_key?.value ?? first.id
  if (!keys.some(({ id }) => id === activeKey)) {
    const message = `'active_key ${activeKey}' of '${name}' is the id of none of its keys`
    log.report('missing-hmac-key', values.active_key?.position ?? block.position, message)
    return undefined
  }
  const wanted = values.mode?.value ?? 'enforce'
  if (strict && wanted !== 'enforce') {
    const message = `vrrp_strict overrides 'mode ${wanted}' of '${name}': adverts without the trailer are refused`
    log.report('strict-overrides', values.mode?.position ?? block.position, message)
  }
  const defaultWindow = Math.min(Math.max(3 * interval, TIME_WINDOW.least), TIME_WINDOW.most)
  return {
    keys,
    activeKey,
    timeWindow: values.time_window?.value ?? milliseconds(defaultWindow),
    antiReplay: values.anti_replay?.value ?? 'time',
    mode: strict ? 'enforce' : wanted,
  }
}

function completeKeys(
  name: string,
  lines: readonly Located<HmacKeyLine>[],
  reader: SourceReader,
  log: DiagnosticLog,
): readonly HmacKeyConfiguration[] {
  const keys: HmacKeyConfiguration[] = []
  for (const { value, position } of lines) {
    const { id, source } = value
    if (keys.some(key => key.id === id)) {
      log.report('invalid-hmac-key', position, `'${name}' has two keys with the id ${id}: the first one counts`)
      continue
    }
    const secret = secretOf(source, reader)
    if (typeof secret === 'string') log.report('invalid-hmac-key', position, `key ${id} of '${name}' ${secret}`)
    else keys.push({ id, secret })
  }
  return keys
}

/** The bytes of a key; or what is wrong with it, as the end of a sentence that does not show it. */
function secretOf(source: string, reader: SourceReader): Uint8Array | string {
  if (!source.startsWith('file:')) return bytesOf(source)
  const path = source.slice('file:'.length)
  const read = reader.read(path)
  if ('problem' in read) return `is in the file '${path}', which ${read.problem}`
  const text = read.text.replace(/\r?\n$/, '')
  // U+FFFD: what was no UTF-8.
  if (/[\r\n\0\ufffd]/.test(text)) return `is in the file '${path}', which must hold one line: text, or hex: and digits`
  const secret = bytesOf(text)
  return typeof secret === 'string' ? `is in the file '${path}', and ${secret}` : secret
}

function bytesOf(text: string): Uint8Array | string {
  const { least, most } = KEY_LENGTH
  const digits = text.startsWith('hex:') ? text.slice('hex:'.length) : undefined
  if (digits !== undefined && !/^(?:[0-9a-f]{2})*$/i.test(digits)) {
    return "begins with 'hex:' and goes on with something else than pairs of hexadecimal digits"
  }
  const octets = digits === undefined ? utf8Octets(text) : hexOctets(digits)
  if (octets.length >= least && octets.length <= most) return Uint8Array.from(octets)
  return `is ${octets.length} octets long: ${least} to ${most} are needed`
}

function hexOctets(digits: string): readonly number[] {
  return Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
}
