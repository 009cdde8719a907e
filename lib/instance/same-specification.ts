/**
 * Whether a new configuration says anything new of an instance. keepalived: what did not change is not touched by a reload.
 */
import type { InstanceSpecification } from './specification.ts'

/** Whether two specifications say the same, keys included. */
export function sameSpecification(a: InstanceSpecification, b: InstanceSpecification): boolean {
  return JSON.stringify(a) === JSON.stringify(b) && sameSecrets(a, b)
}

/** Keys do not show their secrets in JSON: the same id may have come to stand for another one. */
function sameSecrets({ hmac: a }: InstanceSpecification, { hmac: b }: InstanceSpecification): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.keys.every(({ id, secret }) => {
    const other = b.keys.find(key => key.id === id)?.secret
    return secret.length === other?.length && secret.every((byte, i) => byte === other[i])
  })
}
