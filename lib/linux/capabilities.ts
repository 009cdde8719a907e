/**
 * What this process may do: the effective capabilities of capabilities(7).
 */
import { readFileSync, realpathSync } from 'node:fs'
import { VrrpError } from '../errors.ts'

/** The capabilities that vrrp-ts can need, with their bit numbers (linux/capability.h). */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_NET_RAW: 13 } as const

/** A capability that vrrp-ts can need: CAP_NET_RAW to send and hear, CAP_NET_ADMIN to change addresses. */
export type Capability = keyof typeof CAPABILITIES

/** The capabilities of `needed` that the text of /proc/PID/status does not have in its `CapEff`. */
export function capabilitiesMissingIn(status: string, needed: readonly Capability[]): Capability[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return needed.filter(name => ((effective >> BigInt(CAPABILITIES[name])) & 1n) === 0n)
}

/** The capabilities of `needed` that this process lacks. All of them where there is no /proc. */
export function missingCapabilities(needed: readonly Capability[]): Capability[] {
  let status = ''
  try {
    status = readFileSync('/proc/self/status', 'latin1')
  } catch {
    // No /proc: nothing is known, and what is needed counts as missing.
  }
  return capabilitiesMissingIn(status, needed)
}

/**
 * Makes sure of the rights before anything is changed.
 * @param purpose what they are for: `advertise on eth0`
 * @throws VrrpError `ERR_CAPABILITY`, one line that says what is missing and how to grant it
 */
export function requireCapabilities(needed: readonly Capability[], purpose: string): void {
  const missing = missingCapabilities(needed)
  if (missing.length === 0) return
  const grant = `setcap ${missing.join(',').toLowerCase()}+ep ${realpathSync(process.execPath)}`
  const plural = missing.length > 1 ? 'capabilities' : 'capability'
  throw new VrrpError(
    'ERR_CAPABILITY',
    `no right to ${purpose}: the process lacks the ${plural} ${missing.join(' and ')}; run it with sudo, or once: sudo ${grant}`,
  )
}
