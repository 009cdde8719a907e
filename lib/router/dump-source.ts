/**
 * What keepalived's dumps are made of: the configuration in force, and the instances as they are now.
 */
import type { EngineSnapshot } from '../engine/index.ts'
import type { InstanceSnapshot } from '../instance/index.ts'
import type { AddressConfiguration, Configuration, InstanceConfiguration } from '../keepalived/index.ts'

/** A node at an instant. */
export interface DumpSource {
  readonly configuration: Configuration
  readonly snapshot: EngineSnapshot
}

/** An instance with both its sides. */
export interface DumpedInstance {
  readonly configured: InstanceConfiguration
  readonly now: InstanceSnapshot
}

/** The instances that run, in the order of the configuration. */
export function dumpedInstances({ configuration, snapshot }: DumpSource): readonly DumpedInstance[] {
  return configuration.instances.flatMap(configured => {
    const now = snapshot.instances.find(({ name }) => name === configured.name)
    return now === undefined ? [] : [{ configured, now }]
  })
}

/** Times that an instance gave mastership up. */
export function releases({ state, statistics }: InstanceSnapshot): number {
  return statistics['master-transitions'] - (state === 'active' ? 1 : 0)
}

/** keepalived's text of a virtual address: `192.0.2.1/24 dev eth0 scope global label eth0:1 set`. */
export function addressText(configured: AddressConfiguration, held: boolean): string {
  const { address, prefixLength, interface: device, scope = 'global', label, broadcast, peer } = configured
  const whole = address.includes(':') ? 128 : 32
  return [
    prefixLength === whole ? address : `${address}/${prefixLength}`,
    ...(peer === undefined ? [] : [`peer ${peer}`]),
    ...(broadcast === undefined ? [] : [`brd ${broadcast}`]),
    `dev ${device}`,
    `scope ${scope}`,
    ...(label === undefined ? [] : [`label ${label}`]),
    ...(held ? ['set'] : []),
  ].join(' ')
}

/** The command of a script as keepalived writes it: every word in quotes. */
export function commandText(words: readonly string[]): string {
  return words.map(word => `'${word}'`).join(' ')
}

/** Seconds since the Unix epoch with microseconds; 0 before the first transition. */
export function epochSeconds(date: string | undefined): string {
  return (date === undefined ? 0 : Date.parse(date) / 1000).toFixed(6)
}
