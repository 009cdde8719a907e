/**
 * Our side of TLS: certificate, key and authorities of keepalived.conf's `SSL` block. Files are read once for all checks
 * that name them, and again when a check is made anew.
 */
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { TlsFiles } from './check-specification.ts'
import type { TlsOptions } from './conversation.ts'

/** Without files: one context for all. Making one takes milliseconds. */
let plain: SecureContext | undefined
const contexts = new WeakMap<TlsFiles, SecureContext>()

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
  let context = contexts.get(files)
  if (context === undefined) {
    const { ca, certificate, key, password } = files
    context = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca: readFileSync(ca) }),
      ...(certificate !== undefined && { cert: readFileSync(certificate) }),
      ...(key !== undefined && { key: readFileSync(key) }),
      ...(password !== undefined && { passphrase: password }),
    })
    contexts.set(files, context)
  }
  return context
}
