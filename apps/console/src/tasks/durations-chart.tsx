import { useMemo } from 'react';
import type { Options } from 'uplot';
import type { RunSummary } from '../api/contracts.js';
import { axis, Chart, timeAxis, type Palette } from '../kit/chart.js';
import { between, formatDuration, formatSpan } from '../kit/durations.js';
import { plural } from '../kit/quantities.js';

type Points = [number[], (number | null)[], (number | null)[]];

/** How long the runs took that have ended, each a point: those that succeeded and those that did not. */
export function DurationsChart({ runs }: { readonly runs: readonly RunSummary[] }) {
  const data = useMemo(() => toPoints(runs), [runs]);
  const times = data[0].map((_, at) => data[1][at] ?? data[2][at] ?? 0).toSorted((a, b) => a - b);
  if (times.length < 2) return null;
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const slowest = times.at(-1) ?? 0;
  const facts = `median ${formatDuration(median)}, slowest ${formatDuration(slowest)}`;
  return (
    <figure className="card">
      <div className="card-head">
        <h2>How long it took</h2>
        <figcaption className="faint numbers">
          {plural(times.length, 'run')}: {facts}
        </figcaption>
      </div>
      <div className="card-body">
        <Chart
          data={data}
          options={toOptions}
          height={170}
          name={`Durations of the last ${times.length} runs`}
          facts={facts}
        />
      </div>
    </figure>
  );
}

function toPoints(runs: readonly RunSummary[]): Points {
  const ended = runs
    .flatMap(({ state, startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null
        ? []
        : [{ at: Date.parse(finishedAt) / 1_000, took: between(startedAt, finishedAt), isGood: state === 'succeeded' }],
    )
    .toSorted((a, b) => a.at - b.at);
  return [
    ended.map(({ at }) => at),
    ended.map(({ took, isGood }) => (isGood ? took : null)),
    ended.map(({ took, isGood }) => (isGood ? null : took)),
  ];
}

function toOptions(palette: Palette): Omit<Options, 'width' | 'height'> {
  const dots = (color: string) => ({
    paths: () => null,
    stroke: color,
    points: { show: true, size: 6, width: 0, fill: color },
  });
  return {
    cursor: { y: false, points: { show: false } },
    legend: { show: false },
    padding: [8, 18, 0, 0],
    scales: { y: { range: (_plot, _min, max) => [0, max * 1.1 || 1] } },
    axes: [
      timeAxis(palette),
      { ...axis(palette), size: 62, values: (_plot, values) => values.map((value) => formatSpan(value)) },
    ],
    series: [{}, dots(palette('succeeded-fill')), dots(palette('failed-fill'))],
  };
}
