/**
 * A rehearsal of what an instance does once in a month and within a tenth of a millisecond: taking over, and resigning. Code
 * that never ran is not even compiled, and runs ten times slower. So a stand-in of the instance goes through its life, on a
 * stage: its ports go every way of the real ones as far as it has no consequences.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { InstanceEvent } from './event.ts'
import type { Channel, Ports } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** Who plays: an instance like the real one. */
export interface StandIn {
  start(): void
  stop(): Promise<void>
}

/** What the rehearsed instance has. */
export interface Original {
  readonly specification: InstanceSpecification
  /** Its open channel. */
  readonly channel: Channel
  readonly ports: Ports
  readonly now: Milliseconds
}

/** Makes a stand-in. */
export type Cast = (
  specification: InstanceSpecification,
  clock: Clock,
  ports: Ports,
  hooks: { readonly quiet: true; emit(event: InstanceEvent): void },
) => StandIn

/** Of many addresses so many are enough: the time is short. */
const MOST_ADDRESSES = 2

/** Goes through election, takeover and stop once. Nothing leaves, nothing is changed. */
export function rehearse({ specification, channel, ports, now }: Original, cast: Cast): void {
  const clock = new StageClock(now)
  const standIn = cast(simplified(specification), clock, stagePorts(ports, channel), { quiet: true, emit: () => {} })
  standIn.start()
  clock.ring()
  void standIn.stop()
}

/** Without what must be waited for, and what is not there on a stage. An owner would be active at once. */
function simplified({ virtualMac, ...specification }: InstanceSpecification): InstanceSpecification {
  return {
    ...specification,
    priority: Math.min(specification.priority, 254),
    addresses: specification.addresses.slice(0, MOST_ADDRESSES),
    excludedAddresses: [],
    trackers: [],
    routes: [],
    rules: [],
  }
}

function stagePorts({ addressManager, announcer, links }: Ports, channel: Channel): Ports {
  const close = () => {}
  return {
    transport: { open: () => new StageChannel(channel), close },
    addressManager: {
      apply: async (_owner, desired) => {
        if (desired.length > 0) addressManager.rehearse?.(desired)
      },
      removeLeftOver: async () => [],
      close,
    },
    announcer: { send: (frame, interfaceName) => announcer.rehearse?.(frame, interfaceName), close },
    links: { get: name => links.get(name), subscribe: () => close, close },
    packetFilter: { apply: async () => {}, close },
  }
}

/** The mouth of the original, shut. */
class StageChannel implements Channel {
  onRefused: Channel['onRefused']
  readonly source: string | undefined
  readonly #original: Channel

  constructor(original: Channel) {
    this.#original = original
    this.source = original.source
  }

  send(message: Uint8Array, destination: string): void {
    this.#original.rehearse?.(message, destination)
  }

  close(): void {}
}

/** Time goes by when it is told to. */
class StageClock implements Clock {
  #now: Milliseconds
  #deadline = milliseconds(Number.POSITIVE_INFINITY)
  #wake: () => void = () => {}

  constructor(now: Milliseconds) {
    this.#now = now
  }

  now(): Milliseconds {
    return this.#now
  }

  wallTime(): Milliseconds {
    return milliseconds(Date.now())
  }

  wakeAt(deadline: Milliseconds, wake: () => void): Timer {
    this.#deadline = deadline
    this.#wake = wake
    const move = (later: Milliseconds) => {
      this.#deadline = later
    }
    return { move, cancel: () => {} }
  }

  /** Lets the deadline come that was asked for last. */
  ring(): void {
    if (this.#deadline === Number.POSITIVE_INFINITY) return
    this.#now = this.#deadline
    this.#wake()
  }
}
