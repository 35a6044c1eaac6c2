import uPlot, { type AlignedData, type Options } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { subscribe as onThemeChange } from '../app/theme.js';
import './chart.css';

/** Colours of the style sheet as a canvas takes them. */
export type Palette = (name: string) => string;

interface ChartProps {
  readonly data: AlignedData;
  /** How it is drawn; called again when the colours of the page change. Keep it the same between renders. */
  readonly options: (palette: Palette) => Omit<Options, 'width' | 'height'>;
  readonly height: number;
  readonly name: string;
  /** What it shows, in words for those who do not see it: of the point that is pointed at, where one is. */
  readonly facts: string;
  /** @default its points cannot be pointed at */
  readonly pointing?: Pointing;
}

/** Goes along the points of a chart, by the pointer or by the arrow keys. */
interface Pointing {
  /** Which point of the data is pointed at. */
  readonly at: number | undefined;
  /** undefined: the pointer or the focus has left. Keep it the same between renders. */
  readonly onPoint: (index: number | undefined) => void;
}

/** A chart as wide as its place, in the colours of the theme. */
export function Chart({ data, options, height, name, facts, pointing }: ChartProps) {
  const onPoint = pointing?.onPoint;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(data);
  const pointed = useRef(onPoint);

  useEffect(() => {
    const place = frame.current;
    if (place === null) return;
    const draw = () => {
      plot.current?.destroy();
      const hooks = { setCursor: [({ cursor }: uPlot) => pointed.current?.(cursor.idx ?? undefined)] };
      const size = { width: place.clientWidth, height };
      plot.current = new uPlot({ ...options(paletteOf(place)), ...size, hooks }, latest.current, place);
    };
    draw();
    const stopThemes = onThemeChange(draw);
    const sizes = new ResizeObserver(() => {
      if (plot.current?.width !== place.clientWidth) plot.current?.setSize({ width: place.clientWidth, height });
    });
    sizes.observe(place);
    return () => {
      stopThemes();
      sizes.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [options, height]);

  useEffect(() => {
    latest.current = data;
    pointed.current = onPoint;
    plot.current?.setData(data);
  }, [data, onPoint]);

  const place = { ref: frame, className: 'chart', style: { height } };
  if (pointing === undefined) return <div {...place} role="img" aria-label={`${name}: ${facts}`} />;
  const count = data[0].length;
  const onKeyDown = (event: KeyboardEvent) => {
    const next = pointAfter(event.key, pointing.at, count);
    if (next === undefined || plot.current === undefined) return;
    event.preventDefault();
    plot.current.setCursor({ left: plot.current.valToPos(data[0][next] ?? 0, 'x'), top: 0 });
  };
  return (
    <div
      {...place}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={pointing.at ?? Math.max(0, count - 1)}
      aria-valuetext={facts}
      onKeyDown={onKeyDown}
      onBlur={() => plot.current?.setCursor(NOWHERE)}
    />
  );
}

/** Where uPlot has the cursor while nothing is pointed at. */
const NOWHERE = { left: -10, top: -10 };

/** The point that a key goes to; one comes to the chart at its end, which is now. */
function pointAfter(key: string, at: number | undefined, count: number): number | undefined {
  const last = count - 1;
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: (at ?? count) - 1,
    ArrowDown: (at ?? count) - 1,
    ArrowRight: (at ?? last) + 1,
    ArrowUp: (at ?? last) + 1,
    Home: 0,
    End: last,
  };
  const next = moves[key];
  return next === undefined || count === 0 ? undefined : Math.min(last, Math.max(0, next));
}

function paletteOf(place: HTMLElement): Palette {
  return (name) => {
    // A variable gives its text; only a property gives what it comes to in this theme.
    const probe = place.appendChild(document.createElement('span'));
    probe.style.color = `var(--${name})`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

/** Axes and grid of every chart here. */
export function axis(palette: Palette): Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font'> {
  const stroke = palette('ink-faint');
  const line = { stroke: palette('line'), width: 1 };
  return { stroke, grid: line, ticks: { ...line, size: 4 }, font: '11px "Geist Variable", system-ui, sans-serif' };
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const toSecond = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

/** The axis along which time goes. */
export function timeAxis(palette: Palette): uPlot.Axis {
  return {
    ...axis(palette),
    size: 30,
    space: 70,
    values: (plot, splits) => splits.map((split) => formatTick(split, plot)),
  };
}

/** Days where the chart spans several, seconds where it spans few minutes, the time of day else. */
function formatTick(seconds: number, { scales }: uPlot): string {
  const span = (scales.x?.max ?? 0) - (scales.x?.min ?? 0);
  return (span > 2 * 86_400 ? day : span < 300 ? toSecond : clock).format(seconds * 1_000);
}
