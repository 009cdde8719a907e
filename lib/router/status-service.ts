/**
 * The live view of a running router: its status socket, its metrics. What cannot be opened is a warning; the router runs without it.
 */
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Diagnostic } from '../keepalived/index.ts'
import type { ListenAddress } from '../status/listen-address.ts'
import { NodeHistory } from '../status/node-history.ts'
import type { NodeStatus } from '../status/node-status.ts'
import { StatusReporter } from '../status/status-reporter.ts'
import { StatusServer } from '../status/status-server.ts'
import type { Clock } from '../time/index.ts'
import { describeLvs } from './describe-lvs.ts'
import type { KeepalivedLogOptions } from './keepalived-log.ts'
import type { Router } from './router.ts'

/** What a {@link StatusService} is made from. */
export interface StatusServiceOptions {
  readonly router: Pick<Router, 'subscribe' | 'snapshot' | 'virtualServers'>
  readonly clock: Clock
  readonly log: KeepalivedLogOptions['write']
  readonly program: { readonly name: string; readonly version: string }
  /** The configuration file, with what was found in it. */
  readonly file: string
  readonly diagnostics: readonly Diagnostic[]
  /** Path of the status socket; absent: none. */
  readonly socket?: string
  /** Where /metrics and /healthz are served; absent: nowhere. */
  readonly metrics?: ListenAddress
}

/** Serves the status of a router. Make it before the router starts, so that it hears everything. */
export class StatusService {
  readonly #options: StatusServiceOptions
  readonly #history: NodeHistory
  readonly #reporter: StatusReporter
  readonly #unsubscribe: () => void
  readonly #open: { close(): void }[] = []
  #configuration: NodeStatus['configuration']
  #closed = false

  constructor(options: StatusServiceOptions) {
    const { router, clock, program, file, diagnostics } = options
    this.#options = options
    this.#history = new NodeHistory(clock)
    this.#configuration = describeConfiguration(file, diagnostics)
    const started = new Date(clock.wallTime()).toISOString()
    this.#reporter = new StatusReporter({
      clock,
      history: this.#history,
      snapshot: () => router.snapshot(),
      lvs: () => describeLvs(router.virtualServers()),
      program: { ...program, pid: process.pid, started },
      configuration: () => this.#configuration,
    })
    this.#unsubscribe = router.subscribe(event => this.#history.hear(event))
  }

  /** Opens what was asked for. Never rejects. */
  async start(): Promise<void> {
    const { socket: path, metrics: address } = this.#options
    const reporter = this.#reporter
    if (path !== undefined) {
      await this.#try('status socket', () => StatusServer.open({ path, reporter, history: this.#history }))
    }
    if (address !== undefined) {
      await this.#try('metrics', async () => {
        // prom-client is loaded for those alone who want it.
        const { MetricsServer } = await import('../status/metrics-server.ts')
        return MetricsServer.open({ address, facts: () => reporter.facts() })
      })
    }
  }

  /** The configuration that runs from now on. */
  setConfiguration(file: string, diagnostics: readonly Diagnostic[]): void {
    this.#configuration = describeConfiguration(file, diagnostics)
  }

  /** What would be answered now. */
  status(): NodeStatus {
    return this.#reporter.status()
  }

  /** Hangs up and removes the socket. */
  close(): void {
    this.#closed = true
    this.#unsubscribe()
    for (const each of this.#open.splice(0)) each.close()
  }

  async #try(what: string, open: () => Promise<{ close(): void }>): Promise<void> {
    try {
      const opened = await open()
      if (this.#closed) opened.close()
      else this.#open.push(opened)
    } catch (error) {
      this.#options.log('warning', `no ${what}: ${messageOf(error)}`)
    }
  }
}

function describeConfiguration(file: string, diagnostics: readonly Diagnostic[]): NodeStatus['configuration'] {
  return {
    file: resolve(file),
    diagnostics: diagnostics.map(({ severity, code, file: where, line, column, message }) => ({
      severity,
      code,
      file: where,
      line,
      column,
      message,
    })),
  }
}
