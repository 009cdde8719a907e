/**
 * The authentication of an instance. RFC 3768 dropped it, keepalived kept it for version 2 over IPv4.
 */
import type { IpFamily } from '../net/ip.ts'
import type { AUTHENTICATION } from './authentication.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'

/** What authentication depends on. */
export interface AuthenticationContext {
  readonly name: string
  readonly version: 2 | 3
  readonly family: IpFamily
  readonly strict: boolean
}

/** Authentication that really takes place. */
export function completeAuthentication(
  block: Located<ParsedBlock<typeof AUTHENTICATION>> | undefined,
  { name, version, family, strict }: AuthenticationContext,
  log: DiagnosticLog,
): InstanceConfiguration['authentication'] {
  if (block === undefined) return { type: 'none' }
  const { values, mistaken } = block.value
  const type = values.auth_type?.value
  const password = values.auth_pass?.value
  if (type === undefined) {
    if (password !== undefined && !mistaken.has('auth_type')) {
      const message = `'auth_pass' of '${name}' has no effect without 'auth_type PASS' or 'auth_type AH'`
      log.report('authentication-ignored', block.position, message)
    }
    return { type: 'none' }
  }
  if (strict) {
    const message = `vrrp_strict switches the authentication of '${name}' off: adverts carry no password, and nodes that expect one drop them. Remove one of the two`
    log.report('strict-authentication', block.position, message)
    return { type: 'none' }
  }
  if (version === 3 || family === 6) {
    const message = `'${name}' speaks version ${version} over IPv${family}, where authentication does not exist: the block is ignored`
    log.report('authentication-ignored', block.position, message)
    return { type: 'none' }
  }
  if (password === undefined || password === '') {
    if (!mistaken.has('auth_pass')) {
      log.report(
        'missing-password',
        block.position,
        `the authentication of '${name}' has no 'auth_pass': none takes place`,
      )
    }
    return { type: 'none' }
  }
  return { type: type === 'AH' ? 'ah' : 'simple', password }
}
