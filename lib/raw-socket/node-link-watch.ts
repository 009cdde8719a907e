/**
 * The LinkWatch port with nothing but node: os.networkInterfaces and /proc/net, looked at once a second. For programs that use
 * the raw-socket transport and have no koffi; `lib/linux` has one that hears of changes at once.
 */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { LinkState, LinkWatch } from '../instance/ports.ts'
import { canonicalIp } from '../net/index.ts'

const PERIOD = 1000

type Listener = (interfaceName: string, link: LinkState | undefined) => void

/** Watches interfaces by looking. It does not keep the process alive. */
export class NodeLinkWatch implements LinkWatch {
  readonly #listeners = new Set<Listener>()
  readonly #timer: NodeJS.Timeout
  #told: ReadonlyMap<string, LinkState> = readLinks()

  constructor() {
    this.#timer = setInterval(() => this.#look(), PERIOD)
    this.#timer.unref()
  }

  get(interfaceName: string): LinkState | undefined {
    return readLinks().get(interfaceName)
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#listeners.clear()
  }

  #look(): void {
    const before = this.#told
    const now = readLinks()
    this.#told = now
    for (const name of new Set([...before.keys(), ...now.keys()])) {
      const link = now.get(name)
      if (JSON.stringify(before.get(name)) === JSON.stringify(link)) continue
      for (const listener of [...this.#listeners]) listener(name, link)
    }
  }
}

function readLinks(): Map<string, LinkState> {
  const links = new Map<string, LinkState>()
  const indexes = new Map<string, number>()
  // /proc/net is that of this process's network namespace, which /sys need not be.
  for (const [, index, name] of read('/proc/net/igmp').matchAll(/^(\d+)\t(\S+)/gm)) {
    if (name !== undefined) indexes.set(name.replace(/:$/, ''), Number(index))
  }
  const up = networkInterfaces()
  for (const [, name] of read('/proc/net/dev').matchAll(/^\s*(\S+?):/gm)) {
    if (name === undefined) continue
    const addresses = up[name] ?? []
    links.set(name, {
      name,
      // 0 while it is down. Up again it differs, and its sockets are opened anew: more than needed, but right.
      index: indexes.get(name) ?? 0,
      mac: addresses[0]?.mac ?? '00:00:00:00:00:00',
      running: addresses.length > 0,
      addresses: addresses.map(({ address }) => canonicalIp(address)),
    })
  }
  return links
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
