/**
 * Where things of a configuration stand in its files.
 */
import type { SourcePosition } from './diagnostic.ts'

/** Where a block and its keywords stand. */
export interface Origin {
  /** The keyword that opens the block. */
  readonly position: SourcePosition
  /** Positions by keyword (`priority`, `auth_pass`); only of those that are set. */
  readonly keywords: Readonly<Record<string, SourcePosition>>
}

/** Something that stands in a file. */
export interface Sourced {
  readonly origin: Origin
}

/** Where a keyword of a block stands; the block itself when it has its default. */
export function positionOf({ origin }: Sourced, keyword?: string): SourcePosition {
  return (keyword === undefined ? undefined : origin.keywords[keyword]) ?? origin.position
}
