import { writeFileSync } from 'node:fs';
import { type Machine, machine } from './machine.ts';
import type { Bench, Column, Figures, Stack } from './bench.ts';

/** What `--json` writes, one for each bench. */
export interface Report {
  readonly bench: string;
  readonly stack: Stack;
  readonly at: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly runs: readonly Figures[];
  /** Runs whose end state was wrong, with what was wrong; they count nowhere. */
  readonly invalid: readonly string[];
  /** Of each figure, over the runs. */
  readonly median: Figures;
  /** The headline beside what the same rows and frames take, moved bare; absent where nothing can be set beside it. */
  readonly floor?: { readonly perSecond: number; readonly share: number };
}

/** The report with its headline beside the floor's. */
export function besideFloor(report: Report, headline: string, floor: Figures): Report {
  const perSecond = floor[headline] ?? NaN;
  return { ...report, floor: { perSecond, share: (report.median[headline] ?? NaN) / perSecond } };
}

export function floorText({ bench, floor }: Report): string {
  if (floor === undefined) return '';
  const share = figureText(floor.share * 100);
  return `${bench}: ${share} % of the floor, ${figureText(floor.perSecond)} orders/s for the same rows and frames, moved bare`;
}

export function reportOf(
  bench: Bench,
  given: Pick<Report, 'stack' | 'versions' | 'seconds' | 'runs' | 'invalid'>,
): Report {
  return {
    bench: bench.name,
    stack: given.stack,
    at: new Date().toISOString(),
    machine: machine(),
    versions: given.versions,
    seconds: given.seconds,
    runs: given.runs,
    invalid: given.invalid,
    median: medianOf(given.runs),
  };
}

/** Of each figure the middle value; of an even number of runs the mean of the two in the middle. */
export function medianOf(runs: readonly Figures[]): Figures {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run)))];
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? NaN))]));
}

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** A line for each run and one for the median. */
export function tableText(columns: readonly Column[], runs: readonly Figures[]): string {
  const rows: (readonly [name: string, figures: Figures])[] = [
    ...runs.map((run, index) => [`run ${String(index + 1)}`, run] as const),
    ['median', medianOf(runs)],
  ];
  const cells = [
    ['', ...columns.map(({ title }) => title)],
    ...rows.map(([name, figures]) => [
      name,
      ...columns.map(({ figure, digits }) => figureText(figures[figure], digits)),
    ]),
  ];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0))) ?? [];
  return cells
    .map((line) =>
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

export function figureText(value: number | undefined, digits = 0): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** One report as an object, several as an array. */
export function writeReports(file: string, reports: readonly Report[]): void {
  writeFileSync(file, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
}
