import { collectDefaultMetrics, Counter, Gauge, type Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type Metric,
  type MetricName,
  type ReadableName,
} from './metric-catalogue.js';
import { WeightedHistogram } from './weighted-histogram.js';

/** Sets of label values that a metric keeps; what comes beyond them is told under `other`, so that a page stays small. */
const MOST_SERIES = 1_000;

/**
 * Milliseconds between two looks at how late the event loop is, and the least that `nodejs_eventloop_lag_*` tell. With
 * prom-client's 10 a process with nothing to do wakes 100 times a second: 0.9 % of a core each, against 0.1.
 */
const LAG_LOOK_MS = 100;

/** A value that is read when the metrics are. */
interface Sample<Name extends MetricName> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

type Samples<Name extends MetricName> = readonly Sample<Name>[];

/** The metrics of one process: what it counts, what it times, and what is read from it when it is scraped. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<CounterName, Counter>();
  readonly #histograms = new Map<HistogramName, WeightedHistogram>();
  readonly #seen = new Map<MetricName, Set<string>>();

  /** @param process `api`, `worker`, ...: a label of every series */
  constructor(process: string) {
    this.#registry.setDefaultLabels({ process });
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it, as Prometheus reads it. */
  page(): Promise<string> {
    return this.#registry.metrics();
  }

  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, n = 1): void {
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      counter = new Counter({ ...definitionOf(name), registers: [this.#registry] });
      this.#counters.set(name, counter);
    }
    counter.inc(this.#bounded(name, labels), n);
  }

  /** @param value in seconds, seen this many times */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number, times = 1): void {
    let histogram = this.#histograms.get(name);
    if (histogram === undefined) {
      histogram = new WeightedHistogram(name, METRICS[name].help, METRICS[name].buckets);
      this.#registry.registerMetric(histogram as unknown as Histogram);
      this.#histograms.set(name, histogram);
    }
    histogram.observe(this.#bounded(name, labels), value, times);
  }

  /** Has a metric read whenever the page is asked for. What cannot be read then is left out of it. */
  read<Name extends ReadableName>(name: Name, read: () => Samples<Name> | Promise<Samples<Name>>): void {
    const samples = async (): Promise<Samples<Name>> => {
      try {
        return await read();
      } catch {
        return [];
      }
    };
    const definition = { ...definitionOf(name), registers: [this.#registry] };
    const bounded = (labels: LabelsOf<Name>) => this.#bounded(name, labels);
    if (METRICS[name].type === 'counter') {
      new Counter({
        ...definition,
        async collect() {
          const found = await samples();
          this.reset();
          for (const { labels, value } of found) this.inc(bounded(labels), value);
        },
      });
    } else {
      new Gauge({
        ...definition,
        async collect() {
          const found = await samples();
          this.reset();
          for (const { labels, value } of found) this.set(bounded(labels), value);
        },
      });
    }
  }

  #bounded(name: MetricName, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { labels: names } = METRICS[name] as Metric;
    if (names.length === 0) return labels;
    const seen = this.#seen.get(name) ?? new Set();
    const key = names.map((label) => labels[label]).join('\u0000');
    if (seen.has(key)) return labels;
    if (seen.size >= MOST_SERIES) return Object.fromEntries(names.map((label) => [label, 'other']));
    this.#seen.set(name, seen.add(key));
    return labels;
  }
}

function definitionOf(name: MetricName) {
  const { help, labels }: Metric = METRICS[name];
  return { name, help, labelNames: [...labels] };
}
