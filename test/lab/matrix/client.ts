/**
 * A client of the virtual address, on a host of its own: it notices who answers, and how long nobody did.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Host } from '../host.ts'
import { insideNamespace } from '../namespace.ts'
import type { ClientData, ClientReport } from './client-thread.ts'

const PORT = 7000

/** Serves the name of a host on every address of it. */
export function serveName(host: Host): Server {
  // Not left to the client to close: it may be gone with its network.
  const server = createServer(connection => {
    connection.on('error', () => {}).end(host.name, () => connection.destroy())
  })
  return insideNamespace(host, () => server.listen(PORT))
}

/** A running client. Its times are milliseconds since the epoch. */
export class Client {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Starts asking `address` from a host. @param step - milliseconds between pings */
  static async start(host: Host, address: string, step = 10): Promise<Client> {
    await host.run('sysctl', '-qw', 'net.ipv4.ping_group_range=0 0')
    const data: ClientData = { namespace: host.namespace, address, port: PORT, step }
    const worker = new Worker(new URL('./client-thread.js', import.meta.url), { workerData: data })
    await once(worker, 'message')
    return new Client(worker)
  }

  /** What became of the attempts since `from`. */
  async report(from: number): Promise<ClientReport> {
    this.#worker.postMessage(from)
    const [report]: ClientReport[] = await once(this.#worker, 'message')
    if (report === undefined) throw new Error('no report')
    return report
  }

  /** Resolves with the report since `from` when `name` answers, or `within` milliseconds are over. */
  async untilAnswered(name: string, from: number, within = 5000): Promise<ClientReport> {
    const deadline = performance.now() + within
    for (;;) {
      const report = await this.report(from)
      if (report.name === name || performance.now() > deadline) return report
      await delay(20)
    }
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
