/**
 * What a new configuration means for the instances that run. A virtual router is what it is on the wire (interface,
 * family, vrid, version): its name may change, and everything else about it, while it runs.
 */
import { identityOf } from '../instance/identity.ts'
import type { InstanceShell } from '../instance/shell.ts'
import type { InstanceSpecification } from '../instance/specification.ts'

/** Every running instance is kept or ended, every wanted one is kept or started. */
export interface ConfigurationPlan {
  readonly kept: readonly { readonly shell: InstanceShell; readonly wanted: InstanceSpecification }[]
  readonly ended: readonly InstanceShell[]
  readonly started: readonly InstanceSpecification[]
}

/** Finds the running instance of each wanted one. Of several that fit (unicast), the one of the same name. */
export function planConfiguration(
  running: readonly InstanceShell[],
  wanted: readonly InstanceSpecification[],
): ConfigurationPlan {
  const free = new Map<string, InstanceShell[]>()
  for (const shell of running) {
    const identity = identityOf(shell.specification)
    const others = free.get(identity)
    if (others === undefined) free.set(identity, [shell])
    else others.push(shell)
  }
  const found = new Map<InstanceSpecification, InstanceShell>()
  const match = (fits: (shell: InstanceShell, specification: InstanceSpecification) => boolean) => {
    for (const specification of wanted) {
      if (found.has(specification)) continue
      const candidates = free.get(identityOf(specification)) ?? []
      const index = candidates.findIndex(shell => fits(shell, specification))
      for (const shell of index === -1 ? [] : candidates.splice(index, 1)) found.set(specification, shell)
    }
  }
  match((shell, { name }) => shell.specification.name === name)
  match(() => true)
  return {
    kept: [...found].map(([specification, shell]) => ({ shell, wanted: specification })),
    ended: [...free.values()].flat(),
    started: wanted.filter(specification => !found.has(specification)),
  }
}
