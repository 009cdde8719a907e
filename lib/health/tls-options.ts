/**
 * Our side of TLS: certificate, key and authorities of keepalived.conf's `SSL` block. Files are read once for all checks
 * that have them, and again when they have changed: certificates are renewed without a word to us.
 */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { TlsFiles } from './check-specification.ts'
import type { TlsOptions } from './conversation.ts'

/** Whether files have changed is not asked more often than this, milliseconds. */
const REFRESH = 10_000

interface Loaded {
  readonly context: SecureContext
  /** What the files were. */
  readonly stamp: string
  /** When that was last compared. */
  looked: number
}

/** Without files: one context for all. Making one takes milliseconds. */
let plain: SecureContext | undefined
const loaded = new WeakMap<TlsFiles, Loaded>()

/**
 * How TLS is spoken.
 * @param watchEnd find out whether the server ends with close_notify
 * @throws Error when a file cannot be read or is not what it should be
 */
export function tlsOptions(files: TlsFiles | undefined, serverName: string | undefined, watchEnd: boolean): TlsOptions {
  return { context: contextOf(files), serverName, verify: files?.verify ?? false, watchEnd }
}

function contextOf(files: TlsFiles | undefined): SecureContext {
  if (files === undefined) {
    plain ??= createSecureContext({ minVersion: 'TLSv1.2' })
    return plain
  }
  const known = loaded.get(files)
  const now = performance.now()
  if (known !== undefined && now - known.looked < REFRESH) return known.context
  const stamp = stampOf(files)
  if (known?.stamp === stamp) {
    known.looked = now
    return known.context
  }
  const context = load(files)
  loaded.set(files, { context, stamp, looked: now })
  return context
}

function load({ ca, certificate, key, password }: TlsFiles): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(certificate !== undefined && { cert: readFileSync(certificate) }),
    ...(key !== undefined && { key: readFileSync(key) }),
    ...(password !== undefined && { passphrase: password }),
  })
}

/** Another one when one of the files is another one. */
function stampOf({ ca, certificate, key }: TlsFiles): string {
  return [ca, certificate, key]
    .map(path => path !== undefined && statSync(path, { throwIfNoEntry: false }))
    .map(status => status && `${status.ino} ${status.size} ${status.mtimeMs}`)
    .join(' ')
}
