/**
 * What this process may do: the effective capabilities of capabilities(7).
 */
import { readFileSync, realpathSync } from 'node:fs'
import { VrrpError } from '../errors.ts'

/** The capabilities that vrrp-ts can need, with their bit numbers (linux/capability.h). */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_NET_RAW: 13 } as const

/** A capability that vrrp-ts can need: CAP_NET_RAW to send and hear, CAP_NET_ADMIN to change addresses. */
export type Capability = keyof typeof CAPABILITIES

const ALL: readonly Capability[] = ['CAP_NET_RAW', 'CAP_NET_ADMIN']

/** The capabilities of `needed` that the text of /proc/PID/status does not have in its `CapEff`. */
export function capabilitiesLackingIn(status: string, needed: readonly Capability[]): Capability[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return needed.filter(name => ((effective >> BigInt(CAPABILITIES[name])) & 1n) === 0n)
}

/** The capabilities of `needed` that this process lacks. All of them where there is no /proc. */
export function lackingCapabilities(needed: readonly Capability[] = ALL): Capability[] {
  let status = ''
  try {
    status = readFileSync('/proc/self/status', 'latin1')
  } catch {
    // No /proc: nothing is known, and what is needed counts as missing.
  }
  return capabilitiesLackingIn(status, needed)
}

/**
 * One line that says which capabilities this process lacks and how to grant them; undefined when it has them all.
 * @param needed default: CAP_NET_RAW and CAP_NET_ADMIN
 */
export function missingCapabilities(needed: readonly Capability[] = ALL): string | undefined {
  const missing = lackingCapabilities(needed)
  if (missing.length === 0) return undefined
  const grant = `setcap ${missing.join(',').toLowerCase()}+ep ${realpathSync(process.execPath)}`
  const what = missing.length > 1 ? 'capabilities' : 'capability'
  return `the process lacks the ${what} ${missing.join(' and ')}; run it with sudo, or once: sudo ${grant}`
}

/** Makes sure of the rights before anything is changed. @throws VrrpError `ERR_CAPABILITY` */
export function requireCapabilities(needed: readonly Capability[] = ALL): void {
  const message = missingCapabilities(needed)
  if (message !== undefined) throw new VrrpError('ERR_CAPABILITY', message)
}
