import { createSignal, For, onCleanup, onMount, type JSX } from 'solid-js';
import type { ForecastPoint } from '../../../core/models/forecast/model.ts';
import { time } from '../../components/format.ts';
import { modelTexts } from '../texts/models.ts';
import { units } from './measures.ts';

const { demand: words } = modelTexts;
const WIDTH_MIN = 260;
const HEIGHT = 220;
const LEFT = 40;
const BOTTOM = 24;
const TOP = 8;
const STEPS = [1, 2, 5] as const;

/** Expected units a day as a line between two bands. */
export function ForecastChart(props: { readonly points: readonly ForecastPoint[] }): JSX.Element {
  const top = () => ceiling(Math.max(1, ...props.points.map(({ hi95 }) => hi95)));
  // As wide as it is shown, so that its words keep their size.
  const [width, setWidth] = createSignal(WIDTH_MIN);
  let drawing: SVGSVGElement | undefined;
  onMount(() => {
    if (drawing === undefined) return;
    const watch = new ResizeObserver(([seen]) => {
      setWidth(Math.max(WIDTH_MIN, Math.round(seen?.contentRect.width ?? 0)));
    });
    watch.observe(drawing);
    onCleanup(() => {
      watch.disconnect();
    });
  });
  const x = (index: number): number =>
    LEFT + (index * (width() - LEFT)) / Math.max(1, props.points.length - 1);
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top());
  const path = (values: readonly number[]): string =>
    values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const band = (low: 'lo80' | 'lo95', high: 'hi80' | 'hi95'): string => {
    const upper = props.points.map((point) => point[high]);
    const lower = props.points.map((point, index) => `${x(index).toFixed(1)},${y(point[low]).toFixed(1)}`);
    return `${path(upper)} ${lower.reverse().join(' ')}`;
  };
  const day = (index: number): string => {
    const date = props.points.at(index)?.date;
    return date === undefined ? '' : time(date, 'day');
  };
  const total = () => props.points.reduce((sum, { mean }) => sum + mean, 0);
  return (
    <figure class="forecast-chart">
      <svg
        ref={(element) => (drawing = element)}
        viewBox={`0 0 ${String(width())} ${String(HEIGHT)}`}
        role="img"
        aria-label={words.chart(units(total()), day(0), day(-1))}
        data-testid="forecast-chart"
      >
        <For each={[0, top() / 2, top()]}>
          {(value) => (
            <>
              <line class="grid" x1={LEFT} x2={width()} y1={y(value)} y2={y(value)} />
              <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
                {units(value)}
              </text>
            </>
          )}
        </For>
        <polygon class="outer" points={band('lo95', 'hi95')} />
        <polygon class="inner" points={band('lo80', 'hi80')} />
        <polyline class="mean" points={path(props.points.map(({ mean }) => mean))} />
        <text x={LEFT} y={HEIGHT - 6}>
          {day(0)}
        </text>
        <text x={width()} y={HEIGHT - 6} text-anchor="end">
          {day(-1)}
        </text>
      </svg>
      <figcaption class="faint">
        <span class="key mean">{words.mean}</span> <span class="key inner">{words.inner}</span>{' '}
        <span class="key outer">{words.outer}</span> · {words.units}
      </figcaption>
    </figure>
  );
}

/** The next round number. */
function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}
