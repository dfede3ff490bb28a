import { spreadOf } from '../../adapters/main/drills/quantiles.ts';
import type { Asked } from './ask.ts';

/** What one kind of question took, milliseconds. */
export interface Row {
  readonly name: string;
  readonly asked: number;
  readonly first: Figures;
  readonly next: Figures;
  readonly detail: Figures;
}

export interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export function rowOf(name: string, asked: readonly Asked[]): Row {
  const present = (values: readonly (number | undefined)[]): number[] =>
    values.filter((value) => value !== undefined);
  return {
    name,
    asked: asked.length,
    first: figuresOf(asked.map(({ firstMs }) => firstMs)),
    next: figuresOf(present(asked.map(({ nextMs }) => nextMs))),
    detail: figuresOf(present(asked.map(({ detailMs }) => detailMs))),
  };
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((one, other) => one - other);
  const { median, max } = spreadOf(values);
  return { p50: median, p95: sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? NaN, max };
}

/** In a line, milliseconds. */
export function figuresText({ p50, p95, max }: Figures): string {
  const shown = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  return `p50 ${shown(p50)}, p95 ${shown(p95)}, at most ${shown(max)} ms`;
}

export function tableOf(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const number = (value: number): string =>
    (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 1 : 0)).padStart(8);
  const line = ({ name, asked, first, next, detail }: Row): string =>
    [
      name.padEnd(width),
      String(asked).padStart(5),
      ...[first.p50, first.p95, first.max, next.p50, next.p95, detail.p95].map(number),
    ].join(' ');
  const head = ['', 'n', 'p50', 'p95', 'max', 'next p50', 'next p95', 'one p95'];
  const heads = head.map((text, index) =>
    index === 0 ? text.padEnd(width) : text.padStart(index === 1 ? 5 : 8),
  );
  return [heads.join(' '), ...rows.map(line)].join('\n');
}
