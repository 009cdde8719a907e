/**
 * What an operator should look at, computed from what is known at an instant. Pure: the same facts, the same warnings.
 */
import type { InstanceSnapshot } from '../instance/index.ts'
import type { ReceiveError } from '../packet/index.ts'
import type { InstanceRecord, Refusal, Rival } from './instance-memory.ts'
import type { StatusWarning } from './node-status.ts'

/** So many changes of state … */
export const FLAPPING_TRANSITIONS = 5
/** … within so many milliseconds are flapping. */
export const FLAPPING_WITHIN = 300_000

/** Refused adverts are of the present for so long, or four intervals if that is longer, ms. */
const PRESENT = 10_000
const DUPLICATE_PRESENT = 60_000
const TAKEN_PRESENT = 300_000

type Text = Omit<StatusWarning, 'instance'>
/** The leaves of a snapshot that warnings are computed from. */
export type WarnedInstance = Pick<
  InstanceSnapshot,
  'name' | 'state' | 'interval' | 'version' | 'checksumForm' | 'peers'
>

/**
 * The warnings about one instance.
 * @param now - on the engine's clock, ms
 */
export function warningsOf(instance: WarnedInstance, record: InstanceRecord, now: number): readonly StatusWarning[] {
  const present = Math.max(PRESENT, 4 * instance.interval)
  const found: Text[] = [
    ...(instance.state === 'active' ? record.rivals.flatMap(rival => splitBrain(rival, instance.interval, now)) : []),
    ...flapping(record, now),
    ...record.refusals.filter(({ lastAt, count }) => count > 1 && now - lastAt <= present).map(refused),
    ...instance.peers.flatMap(peer => oddPeer(peer, instance)),
  ]
  const { duplicate, sendFailure, taken } = record
  if (duplicate !== undefined && now - duplicate.at <= DUPLICATE_PRESENT) {
    const text = `another router sends from ${duplicate.address}, which is our own address`
    found.push({ type: 'duplicate-address', peer: duplicate.address, since: iso(duplicate.time), text })
  }
  if (taken !== undefined && now - taken.at <= TAKEN_PRESENT) {
    const times = taken.count === 1 ? '' : `, ${taken.count} times so far`
    const result = taken.restored ? 'they were put back' : 'mastership was given up'
    const text = `somebody removed ${taken.addresses.join(', ')}${times}: ${result}`
    found.push({ type: 'addresses-taken', since: iso(taken.time), text })
  }
  if (sendFailure !== undefined) {
    const text = `${sendFailure.count} adverts in a row could not be sent: ${sendFailure.message}`
    found.push({ type: 'cannot-send', since: iso(sendFailure.since), text })
  }
  return found.map(({ type, ...rest }) => ({ type, instance: instance.name, ...rest }))
}

/**
 * Another master beside us for longer than an interval. Three adverts close to each other: a master that gives way sends
 * one or two more after our first, and a stray one of long ago does not count.
 */
function splitBrain({ address, priority, refusal, since, recent }: Rival, interval: number, now: number): Text[] {
  const [first = 0, , last = 0] = recent
  const span = last - first
  if (recent.length < 3 || span < interval || span > 6 * interval || now - last > 4 * interval) return []
  const why = refusal === undefined ? `with priority ${priority}` : `and its adverts are refused: ${refusal}`
  const text = `we are master, and ${address} advertises as master too, ${why}`
  return [{ type: 'split-brain', peer: address, since: iso(since), text }]
}

function flapping({ transitions }: InstanceRecord, now: number): Text[] {
  const recent = transitions.filter(
    ({ at, status: { reason } }) =>
      now - at <= FLAPPING_WITHIN && reason !== 'startup' && reason !== 'owner-startup' && reason !== 'shutdown',
  )
  const [first] = recent
  if (first === undefined || recent.length < FLAPPING_TRANSITIONS) return []
  const text = `${recent.length} changes of state within ${FLAPPING_WITHIN / 60_000} minutes`
  return [{ type: 'flapping', since: first.status.time, text }]
}

function refused({ source, reason, message, count, since }: Refusal): Text {
  const text = `${count} adverts from ${source} were refused: ${message}`
  return { type: refusalType(reason), peer: source, since: iso(since), text }
}

function refusalType(reason: ReceiveError): StatusWarning['type'] {
  if (reason.startsWith('auth-') || reason.startsWith('hmac-')) return 'authentication-mismatch'
  if (reason === 'version-error') return 'version-mismatch'
  if (reason === 'interval-error') return 'interval-mismatch'
  return reason === 'address-list-error' ? 'address-list-mismatch' : 'advertisement-refused'
}

/** Adverts that count and yet are not as ours. */
function oddPeer(
  { address, warnings, checksumForm }: InstanceSnapshot['peers'][number],
  instance: WarnedInstance,
): Text[] {
  const found: Text[] = warnings.map(({ code, message }) => {
    const type =
      code === 'interval-error'
        ? 'interval-mismatch'
        : code === 'address-list-error'
          ? 'address-list-mismatch'
          : code === 'hmac-missing'
            ? 'authentication-mismatch'
            : 'clock-skew'
    return { type, peer: address, text: `${address}: ${message}` }
  })
  if (instance.version === 3 && checksumForm !== instance.checksumForm) {
    const text = `${address} makes its checksums ${FORMS[checksumForm]}, we ${FORMS[instance.checksumForm]}: it may refuse ours`
    found.push({ type: 'checksum-form-mismatch', peer: address, text })
  }
  return found
}

const FORMS = {
  message: 'over the message alone (RFC 9568)',
  'pseudo-header': 'with a pseudo-header (RFC 5798 as deployed)',
} as const

function iso(time: number): string {
  return new Date(time).toISOString()
}
