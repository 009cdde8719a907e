/**
 * The metrics as Prometheus reads them, made by prom-client, a metric at a time.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import { LVS_METRICS } from './lvs-metrics.ts'
import { METRICS, type MetricFacts } from './metric-table.ts'

/** Makes the text of scrapes. */
export class MetricsText {
  readonly #registry = new Registry()
  readonly #metrics = [...METRICS, ...LVS_METRICS].map(row => {
    const options = { name: row.name, help: row.help, labelNames: [...row.labels], registers: [this.#registry] }
    return { row, metric: row.type === 'counter' ? new Counter(options) : new Gauge(options) }
  })

  /** The media type. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** The text of one metric after the other, for a caller that lets others work in between. */
  *pieces(facts: MetricFacts): Generator<Promise<string>, void, undefined> {
    for (const { row, metric } of this.#metrics) {
      metric.reset()
      // Without labels there is a sample from the beginning, at 0.
      for (const { labels, value } of row.samples(facts)) metric.inc(labels, value)
      yield this.#registry.getSingleMetricAsString(row.name)
    }
  }
}
