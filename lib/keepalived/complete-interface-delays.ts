/**
 * interface_up_down_delays: one delay for each interface, and a warning about those that are cut.
 */
import type { Configuration, InstanceConfiguration, InterfaceDelayConfiguration } from './configuration.ts'
import type { Located } from './declaration.ts'
import { quote } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'

/** Of several lines for one interface the last one counts. Undefined when nothing is delayed. */
export function completeInterfaceDelays(
  lines: readonly Located<InterfaceDelayConfiguration>[] = [],
  instances: readonly InstanceConfiguration[],
  log: DiagnosticLog,
): Configuration['interfaceDelays'] {
  const delays = new Map(lines.map(line => [line.value.interface, line]))
  for (const { value, position } of delays.values()) {
    const longest = Math.max(value.down, value.up)
    const hasty = instances.find(each => uses(each, value.interface) && longest >= limitOf(each))
    if (hasty === undefined) continue
    const why = `'${hasty.name}' takes a router that is not heard for ${hasty.downTimerAdverts} adverts for dead`
    const message = `the delay of ${quote(value.interface)} is cut to less than ${limitOf(hasty) / 1000} s: ${why}`
    log.report('delay-too-long', position, message)
  }
  const list = [...delays.values()].map(({ value }) => value).filter(({ down, up }) => down > 0 || up > 0)
  return list.length > 0 ? list : undefined
}

/** By then a backup must know that it is its own interface that is dead. */
function limitOf({ downTimerAdverts, interval }: InstanceConfiguration): number {
  return (downTimerAdverts - 1) * interval
}

function uses({ interface: own, trackers }: InstanceConfiguration, name: string): boolean {
  return own === name || trackers.some(tracker => tracker.kind === 'interface' && tracker.name === name)
}
