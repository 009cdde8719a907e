/**
 * The lab: hosts in network namespaces of their own, joined by bridges in yet another one. Nothing leaves them, and
 * nothing of them is left, whatever ends the test: return, exception, exit, signal.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host } from './host.ts'

/** Namespaces are called `vrrplab-PID-N-HOST`: who made them can be told from the name. */
const PREFIX = 'vrrplab'

const open = new Set<Lab>()
let serial = 0

/** Where an interface of a host is plugged in. */
export interface Attachment {
  readonly bridge: string
  /** With prefix lengths. */
  readonly addresses: readonly string[]
}

/** Bridges and the hosts on them. */
export class Lab {
  readonly directory: string
  readonly #prefix: string
  readonly #hosts: Host[] = []
  readonly #bridges = new Set<string>()
  readonly #bridgeOf = new Map<string, string>()

  readonly #learning: boolean

  /**
   * Makes the bridge. Throws where {@link labUnavailable} gives a reason.
   * @param options.learning - bridges learn where a MAC address is, as switches do: what is sent to one host is then
   *   seen by that one alone. Default: each frame reaches everybody.
   */
  constructor({ learning = false }: { readonly learning?: boolean } = {}) {
    this.#learning = learning
    if (serial === 0) sweep()
    this.#prefix = `${PREFIX}-${process.pid}-${++serial}`
    this.directory = mkdtempSync(join(tmpdir(), `${this.#prefix}-`))
    if (open.size === 0) watchProcessEnd()
    open.add(this)
    ip(['netns', 'add', this.#switch])
    batch([['link', 'set', 'lo', 'up']], this.#switch)
    this.#addBridge('br0')
  }

  get #switch(): string {
    return `${this.#prefix}-switch`
  }

  /** Adds a host with `eth0` on the bridge. @param addresses with prefix lengths */
  addHost(name: string, ...addresses: readonly string[]): Host {
    return this.addRoutedHost(name, { eth0: { bridge: 'br0', addresses } })
  }

  /** Adds a host with several interfaces, each on a bridge of its own choice; a bridge is made at its first mention. */
  addRoutedHost(name: string, interfaces: Readonly<Record<string, Attachment>>): Host {
    const namespace = `${this.#prefix}-${name}`
    const directory = join(this.directory, name)
    mkdirSync(directory)
    // FRR drops its privileges and must still reach its files.
    execFileSync('chmod', ['755', this.directory, directory])
    ip(['netns', 'add', namespace])
    const host = new Host(name, namespace, directory)
    this.#hosts.push(host)
    batch([['link', 'set', 'lo', 'up']], namespace)
    for (const [device, attachment] of Object.entries(interfaces)) this.#attach(host, device, attachment)
    return host
  }

  /** Pulls a host's cable (the port of the bridge goes down: no carrier on the interface), or puts it back. */
  setCable(host: Host, plugged: boolean, device = 'eth0'): void {
    batch([['link', 'set', this.#port(host, device), plugged ? 'up' : 'down']], this.#switch)
  }

  /** Takes a host's port out of its bridge, or back: nothing goes through, and both ends still have their carrier. */
  setForwarding(host: Host, forwarding: boolean, device = 'eth0'): void {
    const port = this.#port(host, device)
    const master = forwarding ? ['master', this.#bridgeOf.get(port) ?? 'br0'] : ['nomaster']
    batch([['link', 'set', port, ...master]], this.#switch)
  }

  #port(host: Host, device: string): string {
    return `port${this.#hosts.indexOf(host) + 1}-${device}`
  }

  #addBridge(name: string): void {
    this.#bridges.add(name)
    batch(
      [
        // No snooping, no learning, no delay: each frame reaches each port at once, so a third host sees everything.
        ['link', 'add', name, 'type', 'bridge', 'forward_delay', '0', 'stp_state', '0', 'mcast_snooping', '0'],
        ...(this.#learning ? [] : [['link', 'set', name, 'type', 'bridge', 'ageing_time', '0']]),
        ['link', 'set', name, 'up'],
      ],
      this.#switch,
    )
  }

  #attach(host: Host, device: string, { bridge, addresses }: Attachment): void {
    if (!this.#bridges.has(bridge)) this.#addBridge(bridge)
    const port = this.#port(host, device)
    this.#bridgeOf.set(port, bridge)
    batch(
      [
        ['link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', host.namespace],
        ['link', 'set', port, 'master', bridge, 'up'],
      ],
      this.#switch,
    )
    // nodad: a link-local address that is still tentative would delay the first IPv6 advert by a second or two.
    const nodad = (address: string) => (address.includes(':') ? ['nodad'] : [])
    batch(
      [
        ['link', 'set', device, 'up'],
        ...addresses.map(address => ['address', 'add', address, 'dev', device, ...nodad(address)]),
      ],
      host.namespace,
    )
  }

  /** Ends every process in the namespaces and removes them and the files. Twice is once. */
  close(): void {
    if (!open.delete(this)) return
    for (const host of this.#hosts) removeNamespace(host.namespace)
    removeNamespace(this.#switch)
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Runs `body` with a lab, and closes it whatever happens. */
export async function withLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = new Lab()
  try {
    await body(lab)
  } finally {
    lab.close()
  }
}

function ip(args: readonly string[], input?: string): string {
  return execFileSync('ip', args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] })
}

function batch(commands: readonly (readonly string[])[], namespace: string): void {
  ip(['-netns', namespace, '-batch', '-'], `${commands.map(command => command.join(' ')).join('\n')}\n`)
}

/** Only processes in a namespace that the lab made are ended: all of them are its own or their children. */
function removeNamespace(namespace: string): void {
  if (!existsSync(join('/run/netns', namespace))) return
  // A daemon's parent may restart a child between two looks: look until none is left.
  for (let round = 0; round < 20; round++) {
    const pids = ip(['netns', 'pids', namespace]).split('\n').filter(Boolean).map(Number)
    if (pids.length === 0) break
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
  }
  ip(['netns', 'delete', namespace])
}

/** Removes what a lab of a process that is no more (killed outright) left behind. */
function sweep(): void {
  const orphan = (name: string) => {
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1]
    return owner !== undefined && !existsSync(`/proc/${owner}`)
  }
  if (existsSync('/run/netns')) readdirSync('/run/netns').filter(orphan).forEach(removeNamespace)
  for (const name of readdirSync(tmpdir()).filter(orphan))
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

let watching = false

function watchProcessEnd(): void {
  if (watching) return
  watching = true
  const closeAll = () => {
    for (const lab of [...open]) lab.close()
  }
  process.on('exit', closeAll)
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      closeAll()
      process.exit(status)
    })
  }
}
