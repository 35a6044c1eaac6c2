import uPlot, { type AlignedData, type Options } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import { subscribe as onThemeChange } from '../app/theme.js';
import './chart.css';

/** Colours of the style sheet as a canvas takes them. */
export type Palette = (name: string) => string;

interface ChartProps {
  readonly data: AlignedData;
  /** How it is drawn; called again when the colours of the page change. Keep it the same between renders. */
  readonly options: (palette: Palette) => Omit<Options, 'width' | 'height'>;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Which point of the data the pointer is at; undefined when it has left. */
  readonly onPoint?: (index: number | undefined) => void;
}

/** A chart as wide as its place, in the colours of the theme. */
export function Chart({ data, options, height, label, onPoint }: ChartProps) {
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

  return <div ref={frame} className="chart" role="img" aria-label={label} style={{ height }} />;
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
