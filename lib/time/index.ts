/**
 * Units of time and the clock port.
 * @module
 */
export type { Clock, Timer, WakeOptions } from './clock.ts'
export {
  type Centiseconds,
  centiseconds,
  centisecondsToMilliseconds,
  type Milliseconds,
  milliseconds,
  millisecondsToCentiseconds,
  secondsToMilliseconds,
} from './units.ts'
