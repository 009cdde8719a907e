/**
 * What a look at VRRP traffic over time finds, as plain data.
 */

/** The kinds of {@link Finding}. */
export const FINDING_TYPES = [
  'master',
  'takeover',
  'resigned',
  'resumed',
  'priority-changed',
  'one-master',
  'two-masters',
  'silence',
  'late-advertisement',
  'bad-packet',
  'version-mismatch',
  'interval-mismatch',
  'address-list-mismatch',
  'checksum-form-mismatch',
  'authentication-mismatch',
] as const

/** Something that happened, or is wrong. */
export interface Finding {
  readonly finding: (typeof FINDING_TYPES)[number]
  /** `info`: part of normal life. */
  readonly severity: 'info' | 'warning'
  /** Milliseconds since the epoch, fractions kept. */
  readonly time: number
  /** Undefined (absent) when the packet does not hold it. */
  readonly vrid?: number
  readonly family?: 4 | 6
  readonly interface?: string
  readonly vlan?: number
  /** The router that it is about. */
  readonly source?: string
  /** The other router that it is about. */
  readonly peer?: string
  /** How long nobody was master on the wire: from the last advert of the old one to the first of the new one, ms. */
  readonly gapMs?: number
  /** In words. */
  readonly message: string
}

/** What a virtual router finds about itself: its place is added by who keeps it. */
export type FindingDraft = Omit<Finding, 'vrid' | 'family' | 'interface' | 'vlan'>

/** A finding as one line: `22:13:20.123 !! VRID 51: …`, with `--` for those of normal life. */
export function formatFinding({ time, severity, vrid, vlan, interface: device, message }: Finding): string {
  const date = new Date(time)
  const clock = `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
  const place = [
    device,
    vlan === undefined ? undefined : `VLAN ${vlan}`,
    vrid === undefined ? undefined : `VRID ${vrid}`,
  ]
  // The name comes from the file, and goes to a terminal.
  const where = place
    .filter(part => part !== undefined)
    .join(' ')
    .replace(/[^ -~]/g, '?')
  return `${clock} ${severity === 'warning' ? '!!' : '--'} ${where === '' ? '' : `${where}: `}${message}`
}

/** `3.61 s` */
export function formatGap(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 3 : 1)} s`
}
