/**
 * A takeover without consequences. V8 compiles code when it first runs, which takes the first takeover about a
 * millisecond longer than the second; run against ports that do nothing, at the start, it costs nobody anything.
 */
import { type Clock, milliseconds } from '../time/index.ts'
import type { LinkState, Ports } from './ports.ts'
import { InstanceShell } from './shell.ts'
import type { InstanceSpecification } from './specification.ts'

const TIMES = 20
let rehearsed = false

/** Rehearses once in a process. */
export function rehearse(specification: InstanceSpecification): void {
  if (rehearsed) return
  rehearsed = true
  for (let i = 0; i < TIMES; i++) {
    // The owner of the addresses takes over when it starts.
    const owner = { ...specification, priority: 255, trackers: [], source: source(specification) }
    const shell = new InstanceShell(owner, STILL_CLOCK, portsOf(owner), { emit: () => {} })
    shell.start()
    shell.close()
  }
}

const STILL_CLOCK: Clock = {
  now: () => milliseconds(0),
  wallTime: () => milliseconds(0),
  wakeAt: () => ({ cancel: () => {} }),
}

function portsOf(specification: InstanceSpecification): Ports {
  const { source = '' } = specification
  const link = (name: string): LinkState => {
    return { name, index: 1, mac: '00:00:5e:00:53:01', running: true, addresses: [source] }
  }
  return {
    transport: { open: () => ({ source, send: () => {}, close: () => {} }), close: () => {} },
    addressManager: { apply: async () => {}, removeLeftOver: async () => [], close: () => {} },
    announcer: { send: () => {}, close: () => {} },
    links: { get: link, subscribe: () => () => {}, close: () => {} },
  }
}

/** An address from those set aside for documentation (RFC 5737), or a link-local one. */
function source({ family }: InstanceSpecification): string {
  return family === 4 ? '192.0.2.1' : 'fe80::1'
}
