import { useMemo, useState } from 'react';
import uPlot, { type Options } from 'uplot';
import type { StatsTimeline } from '../api/contracts.js';
import { axis, Chart, timeAxis, type Palette } from '../kit/chart.js';
import { formatCount, formatShort } from '../kit/quantities.js';

const HEIGHT = 220;

interface Part {
  readonly name: string;
  readonly color: string;
}

const ENDS: readonly Part[] = [
  { name: 'succeeded', color: 'succeeded-fill' },
  { name: 'cancelled', color: 'cancelled-fill' },
  { name: 'failed', color: 'failed-fill' },
];
const DEPTHS: readonly Part[] = [
  { name: 'queued', color: 'queued-fill' },
  { name: 'running', color: 'running-fill' },
  { name: 'waiting', color: 'waiting-fill' },
];

type Step = StatsTimeline['steps'][number];
type Name = 'succeeded' | 'cancelled' | 'failed' | 'queued' | 'running' | 'waiting';
const countOf = (step: Step, { name }: Part) => step[name as Name];
const timesOf = ({ steps }: StatsTimeline) => steps.map(({ at }) => Date.parse(at) / 1_000);

/** Ended runs by how they ended, one bar a step. */
export function EndedChart({ timeline }: { readonly timeline: StatsTimeline }) {
  // Drawn from the highest pile to the lowest, each over the one before.
  const data = useMemo<uPlot.AlignedData>(() => {
    const piles = ENDS.map((_, last) =>
      timeline.steps.map((step) =>
        ENDS.slice(0, last + 1).reduce((total, part) => total + (countOf(step, part) ?? 0), 0),
      ),
    );
    return [timesOf(timeline), ...piles.reverse()];
  }, [timeline]);
  return (
    <TimelineCard title="Runs that ended" parts={ENDS} timeline={timeline} data={data} options={endedOptions} isSum />
  );
}

/** What is on its way, the most that was seen in each step. */
export function DepthChart({ timeline }: { readonly timeline: StatsTimeline }) {
  const data = useMemo<uPlot.AlignedData>(
    () => [timesOf(timeline), ...DEPTHS.map((part) => timeline.steps.map((step) => countOf(step, part)))],
    [timeline],
  );
  return (
    <TimelineCard title="Runs on their way" parts={DEPTHS} timeline={timeline} data={data} options={depthOptions} />
  );
}

interface TimelineCardProps {
  readonly title: string;
  readonly parts: readonly Part[];
  readonly timeline: StatsTimeline;
  readonly data: uPlot.AlignedData;
  readonly options: (palette: Palette) => Omit<Options, 'width' | 'height'>;
  /** Its steps add up. @default false: each is the most that was seen */
  readonly isSum?: boolean;
}

/** A chart under its legend, which gives the counts of the step one points at. */
function TimelineCard({ title, parts, timeline, data, options, isSum = false }: TimelineCardProps) {
  const [pointed, setPointed] = useState<number>();
  const step = pointed === undefined ? undefined : timeline.steps[pointed];
  const count = (part: Part) => {
    if (step !== undefined) return countOf(step, part);
    const counts = timeline.steps.map((one) => countOf(one, part) ?? 0);
    return isSum ? counts.reduce((total, one) => total + one, 0) : (counts.at(-1) ?? 0);
  };
  const facts = parts.map((part) => `${part.name} ${formatCount(count(part) ?? 0)}`).join(', ');
  const pointing = useMemo(() => ({ at: pointed, onPoint: setPointed }), [pointed]);
  return (
    <figure className="card">
      <div className="card-head chart-head">
        <h2>{title}</h2>
        <figcaption className="chart-legend numbers">
          {step !== undefined && <span className="faint">{formatStep(step.at)}</span>}
          {parts.map((part) => (
            <span key={part.name}>
              <span className="ledger-dot" style={{ background: `var(--${part.color})` }} />
              {part.name} {formatShort(count(part) ?? 0)}
            </span>
          ))}
        </figcaption>
      </div>
      <div className="chart-body">
        <Chart
          data={data}
          options={options}
          height={HEIGHT}
          name={title}
          facts={step === undefined ? facts : `${formatStep(step.at)}: ${facts}`}
          pointing={pointing}
        />
      </div>
    </figure>
  );
}

const moment = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function formatStep(at: string): string {
  return moment.format(Date.parse(at));
}

function common(palette: Palette): Omit<Options, 'width' | 'height' | 'series'> {
  return {
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    legend: { show: false },
    padding: [8, 18, 0, 0],
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.08)] } },
    axes: [
      { ...timeAxis(palette), grid: { show: false } },
      {
        ...axis(palette),
        ticks: { show: false },
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 5e6],
        values: (_plot, values) => values.map((value) => formatShort(value)),
      },
    ],
  };
}

function endedOptions(palette: Palette): Omit<Options, 'width' | 'height'> {
  const bars = uPlot.paths.bars?.({ size: [0.82, 26], radius: 0.12 });
  const pile = ({ color }: Part): uPlot.Series => ({
    ...(bars === undefined ? {} : { paths: bars }),
    fill: palette(color),
    width: 0,
    points: { show: false },
  });
  return { ...common(palette), series: [{}, ...ENDS.toReversed().map(pile)] };
}

function depthOptions(palette: Palette): Omit<Options, 'width' | 'height'> {
  const line = ({ color }: Part): uPlot.Series => ({
    stroke: palette(color),
    width: 2,
    points: { show: false },
    spanGaps: true,
  });
  return { ...common(palette), series: [{}, ...DEPTHS.map(line)] };
}
