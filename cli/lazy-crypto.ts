/**
 * node:crypto for the bundle: loaded when it is first used. A start without authentication takes 3 ms less for each thread.
 */
import { createRequire } from 'node:module'

type Crypto = typeof import('node:crypto')

let loaded: Crypto | undefined

function crypto(): Crypto {
  loaded ??= createRequire(import.meta.url)('node:crypto') as Crypto
  return loaded
}

/** As in node:crypto. */
export const createHash: Crypto['createHash'] = (...parameters) => crypto().createHash(...parameters)
/** As in node:crypto. */
export const createHmac: Crypto['createHmac'] = (...parameters) => crypto().createHmac(...parameters)
/** As in node:crypto. */
export const randomBytes = ((size: number) => crypto().randomBytes(size)) as Crypto['randomBytes']
/** As in node:crypto. */
export const randomInt = ((...parameters: Parameters<Crypto['randomInt']>) =>
  crypto().randomInt(...parameters)) as Crypto['randomInt']
