/**
 * Weights that follow from checks: `misc_dynamic` and the weight of FILE_CHECK. Pure.
 */

/** The kernel's limits of a weight are 0 and 65535 for keepalived. */
const MAXIMUM = 65535

/** What a check says of the weight of its server. */
export type WeightAdvice =
  /** This, instead of the configured one. */
  | { readonly type: 'set'; readonly weight: number }
  /** This more, or less. */
  | { readonly type: 'add'; readonly weight: number }

/**
 * The weight of a server: the configured one with what its checks say added up, as keepalived: `set` counts as the
 * difference from the configured weight, so that one alone sets it. Between 0 and 65535.
 */
export function effectiveWeight(configured: number, advice: readonly WeightAdvice[]): number {
  let weight = configured
  for (const each of advice) weight += each.type === 'set' ? each.weight - configured : each.weight
  return Math.min(Math.max(weight, 0), MAXIMUM)
}
