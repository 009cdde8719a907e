/**
 * A cluster on a virtual clock and a simulated network: no root, no kernel, the same output for the same seed.
 * @module
 */
export { formatSeconds, parseDuration } from './duration.ts'
export { Random } from './random.ts'
export { SimClock } from './sim-clock.ts'
