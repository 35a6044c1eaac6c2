/** One series of a histogram. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Values up to each bound and above the one before. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A histogram that takes many equal values at once, which prom-client's does not; in the form in which its registry reads one. */
export class WeightedHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly #series = new Map<string, Series>();

  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {}

  observe(labels: Readonly<Record<string, string>>, value: number, times: number): void {
    const series = this.#seriesOf(labels);
    const place = this.bounds.findIndex((bound) => value <= bound);
    if (place >= 0) series.counts[place] = (series.counts[place] ?? 0) + times;
    series.sum += value * times;
    series.count += times;
  }

  get() {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({
      name,
      help,
      type,
      aggregator,
      values: [...this.#series.values()].flatMap((one) => this.#samples(one)),
    });
  }

  #seriesOf(labels: Readonly<Record<string, string>>): Series {
    const key = Object.values(labels).join('\u0000');
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    return series;
  }

  /** Buckets are cumulative. */
  #samples({ labels, counts, sum, count }: Series) {
    let below = 0;
    const buckets = this.bounds.map((bound, place) => {
      below += counts[place] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le: String(bound) }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
