/**
 * Settings of interfaces below virtual MAC interfaces: the real interface must not answer ARP for addresses of the virtual
 * one with its own MAC, and not ask from them: the way back to a client is often by the real interface, and its question
 * would teach the client the wrong MAC (keepalived leaves that one to the administrator). They are as before when the last
 * virtual interface above is gone. ip-sysctl.rst of the kernel.
 */
import type { LinkState } from '../instance/ports.ts'
import { encodeLinkChange, type NetlinkClient, RTM_NEWLINK, refusalError } from '../netlink/index.ts'
import { readSetting } from './interface-settings.ts'

const SETTINGS = { arp_ignore: 1, arp_filter: 1, arp_announce: 2 } as const

type Settings = Partial<Record<keyof typeof SETTINGS, number>>

interface Parent {
  readonly index: number
  /** What we changed, as it was before. */
  readonly before: Settings
  readonly above: Set<string>
}

/** Changes the settings, and remembers what they were. */
export class ParentSettings {
  readonly #client: NetlinkClient
  readonly #parents = new Map<string, Parent>()

  /** @param client it is not closed with this */
  constructor(client: NetlinkClient) {
    this.#client = client
  }

  /** `above` needs the settings of this interface. @throws SystemError */
  hold(link: LinkState, above: string): void {
    const known = this.#parents.get(link.name)
    if (known !== undefined && known.index === link.index) {
      known.above.add(above)
      return
    }
    const before: Settings = {}
    const changed: Settings = {}
    for (const [name, wanted] of Object.entries(SETTINGS) as [keyof Settings, number][]) {
      const value = readSetting(4, link.name, name)
      if (value === undefined || value >= wanted) continue
      before[name] = value
      changed[name] = wanted
    }
    this.#parents.set(link.name, { index: link.index, before, above: new Set([above]) })
    this.#set(link, changed)
  }

  /** `above` is gone. @param link the interface, if it is still there */
  release(link: LinkState | undefined, above: string): void {
    for (const [name, parent] of this.#parents) {
      if (!parent.above.delete(above) || parent.above.size > 0) continue
      this.#parents.delete(name)
      if (link?.index === parent.index) this.#set(link, parent.before)
    }
  }

  #set({ name, index }: LinkState, settings: Settings): void {
    if (Object.keys(settings).length === 0) return
    const body = encodeLinkChange({ interface: index, ipv4: settings })
    const [refusal] = this.#client.transact([{ type: RTM_NEWLINK, flags: 0, body }])
    if (refusal !== undefined) throw refusalError(`set ${Object.keys(settings).join(', ')} of ${name}`, refusal)
  }
}
