/**
 * Spreads the first looks: a moment for each check that looks random, and is the same whenever seed and id are.
 */

/** A number from 0 to below 1 that depends on the seed and the text alone (FNV-1a, then a mixing step). */
export function spread(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000
}
