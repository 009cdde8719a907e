/**
 * A host of the lab: one network namespace with `eth0` on the common bridge, or other interfaces on other bridges.
 */
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Daemon } from './daemon.ts'

const execute = promisify(execFile)

/** A network namespace with its interfaces. */
export class Host {
  readonly name: string
  readonly namespace: string
  /** For files of this host: configurations, pid files. Removed with the lab. */
  readonly directory: string
  readonly #daemons: Daemon[] = []

  constructor(name: string, namespace: string, directory: string) {
    this.name = name
    this.namespace = namespace
    this.directory = directory
  }

  /** Runs a command to its end and returns its stdout. @throws Error with its stderr when it fails. */
  async run(...command: readonly string[]): Promise<string> {
    const { stdout } = await execute('ip', ['netns', 'exec', this.namespace, ...command], { maxBuffer: 64 << 20 })
    return stdout
  }

  /** Starts a program that runs until the lab closes, or before. */
  start(name: string, ...command: readonly string[]): Daemon {
    const daemon = new Daemon(`${name}@${this.name}`, ['ip', 'netns', 'exec', this.namespace, ...command])
    this.#daemons.push(daemon)
    return daemon
  }

  /** Everything that was started here. */
  get daemons(): readonly Daemon[] {
    return this.#daemons
  }

  /** The addresses on an interface, without prefix length, in the kernel's order. */
  async addresses(interfaceName = 'eth0'): Promise<string[]> {
    const links: unknown = JSON.parse(await this.run('ip', '-json', 'address', 'show', 'dev', interfaceName))
    const [link] = links as { addr_info: { local: string }[] }[]
    return link?.addr_info.map(({ local }) => local) ?? []
  }

  /** Resolves when `address` is on `eth0`, or is gone from it. @throws Error when that takes more than `within` ms. */
  async untilAddress(address: string, present = true, within = 10_000): Promise<void> {
    const deadline = performance.now() + within
    while ((await this.addresses()).includes(address) !== present) {
      if (performance.now() > deadline) {
        const logs = this.#daemons.map(daemon => `${daemon.name}:\n${daemon.text()}`).join('\n')
        throw new Error(`${this.name}: waited ${within} ms for ${address} to ${present ? 'come' : 'go'}\n${logs}`)
      }
      await delay(10)
    }
  }
}
