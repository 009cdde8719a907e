/**
 * The line about an advertisement that was sent: what `tcpdump -nn` prints when it sees it.
 */
import { type Inspection, type IpFamily, inspect } from '../lib/index.ts'

/** A message that was sent, with its addresses. */
export interface SentMessage {
  readonly message: Uint8Array
  readonly source: string
  readonly destination: string
  readonly family: IpFamily
}

const AUTH_TYPES = ['none', 'simple', 'ah']

/** @param at - milliseconds since the Unix epoch, printed in local time */
export function sentLine({ message, source, destination, family }: SentMessage, at: number): string {
  const found = inspect(message, { family, source, destination, hopLimit: 255, protocol: 112 })
  const { version, vrid, priority, length } = found
  const carrier = `${clockTime(at)} IP${family === 6 ? '6' : ''} ${source} > ${destination}`
  return `${carrier}: VRRPv${version}, Advertisement, vrid ${vrid}, prio ${priority}, ${interval(found)}, length ${length}`
}

function interval({ version, authType = 0, intervalMs = 0 }: Inspection): string {
  if (version === 3) return `intvl ${intervalMs / 10}cs`
  return `authtype ${AUTH_TYPES[authType] ?? `unknown (${authType})`}, intvl ${intervalMs / 1000}s`
}

function clockTime(at: number): string {
  const microseconds = String(Math.floor((at % 1000) * 1000)).padStart(6, '0')
  return `${new Date(at).toTimeString().slice(0, 8)}.${microseconds}`
}
