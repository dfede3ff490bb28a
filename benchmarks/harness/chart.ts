import type { Report } from './report.ts';
import { figureText } from './report.ts';

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Each run, drawn as a tick. */
  readonly runs: readonly number[];
}

const WIDTH = 720;
const LABEL_WIDTH = 200;
const ROW = 34;
const TOP = 44;

/** Bars of the headline figure of each report, the medians with a tick for each run; one SVG of its own. */
export function chartOf(reports: readonly Report[], figure = 'ordersPerSecond', title = 'orders/s'): string {
  return barsOf(
    title,
    reports.flatMap(({ bench, median, runs }) => {
      const value = median[figure];
      return value === undefined
        ? []
        : [{ label: bench, value, runs: runs.map((run) => run[figure] ?? NaN) }];
    }),
  );
}

export function barsOf(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ value, runs }) => [value, ...runs]));
  const x = (value: number): number => LABEL_WIDTH + (value / most) * (WIDTH - LABEL_WIDTH - 90);
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map(({ label, value, runs }, index) => {
    const y = TOP + index * ROW;
    const ticks = runs.map(
      (run) => `<line class="tick" x1="${px(x(run))}" x2="${px(x(run))}" y1="${y}" y2="${y + 20}"/>`,
    );
    return [
      `<text x="${LABEL_WIDTH - 12}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${px(x(value) - LABEL_WIDTH)}" height="20" rx="3"/>`,
      ...ticks,
      `<text class="value" x="${px(Math.max(x(value), ...runs.map(x)) + 8)}" y="${y + 15}">${figureText(value)}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text{font:14px system-ui,sans-serif;fill:#334}.title{font-weight:600}rect{fill:#5b6ee1}.tick{stroke:#223;stroke-width:1.5;opacity:.55}
@media (prefers-color-scheme:dark){text{fill:#dde}rect{fill:#8c9bff}.tick{stroke:#fff}}
</style>
<text class="title" x="${LABEL_WIDTH}" y="24">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function px(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
