/**
 * The version of this package.
 */
import { readFileSync } from 'node:fs'

/** As in package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
