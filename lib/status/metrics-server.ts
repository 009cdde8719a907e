/**
 * /metrics for Prometheus and /healthz for whoever restarts or routes around a node, over HTTP. Off unless asked for.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../errors.ts'
import type { ListenAddress } from './listen-address.ts'
import type { MetricFacts } from './metric-table.ts'
import { MetricsText } from './metrics-text.ts'
import { collectInSlices } from './slices.ts'

/** What a {@link MetricsServer} serves. */
export interface MetricsServerOptions {
  readonly address: ListenAddress
  readonly facts: () => MetricFacts
}

const CONNECTIONS = 16
/** A client that takes longer for anything is sent away, ms. */
const PATIENCE = 5000

/** A listening HTTP server. */
export class MetricsServer {
  readonly #server: Server
  readonly #facts: () => MetricFacts
  readonly #text = new MetricsText()
  #scrape: Promise<string> | undefined

  private constructor(facts: () => MetricFacts) {
    this.#facts = facts
    const timeouts = { headersTimeout: PATIENCE, requestTimeout: PATIENCE, keepAliveTimeout: PATIENCE }
    this.#server = createServer({ ...timeouts, maxHeaderSize: 8192 }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.maxConnections = CONNECTIONS
    this.#server.setTimeout(PATIENCE)
  }

  /** Listens. @throws Error of node:net (`EADDRINUSE` …) */
  static async open({ address, facts }: MetricsServerOptions): Promise<MetricsServer> {
    const metrics = new MetricsServer(facts)
    const server = metrics.#server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address.port, address.host, () => {
        server.removeListener('error', reject)
        resolve()
      })
    })
    server.on('error', () => {})
    // A router that has stopped ends, whoever still asks.
    server.unref()
    return metrics
  }

  /** The port, which the system chose if 0 was asked for. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Hangs up. */
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
      response.end(method === 'HEAD' ? undefined : body)
    }
    const plain = 'text/plain; charset=utf-8'
    const path = url.split('?', 1)[0]
    if (method !== 'GET' && method !== 'HEAD') return send(405, plain, 'GET or HEAD\n')
    if (path === '/healthz') return send(...this.#health())
    if (path !== '/metrics') return send(404, plain, '/metrics or /healthz\n')
    try {
      // Whoever asks meanwhile gets the same: a crowd costs no more than one.
      this.#scrape ??= this.#collect().finally(() => {
        this.#scrape = undefined
      })
      send(200, this.#text.contentType, await this.#scrape)
    } catch (error) {
      send(500, plain, `${messageOf(error)}\n`)
    }
  }

  /** 200 as long as no instance is in FAULT; the body says of each instance what it is. */
  #health(): [number, string, string] {
    const { instances } = this.#facts().snapshot
    const faulty = instances.some(({ keepalivedState }) => keepalivedState === 'FAULT')
    const states = Object.fromEntries(instances.map(({ name, keepalivedState }) => [name, keepalivedState]))
    const body = `${JSON.stringify({ status: faulty ? 'fault' : 'ok', instances: states })}\n`
    return [faulty ? 503 : 200, 'application/json', body]
  }

  async #collect(): Promise<string> {
    const pieces = await collectInSlices(this.#text.pieces(this.#facts()))
    return `${(await Promise.all(pieces)).join('\n\n')}\n`
  }
}
