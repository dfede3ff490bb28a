/** How values are spread; nearest rank. All NaN when there are none. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
  return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}

/** The spread in words, such as `median 1.2 ms, p99 3.4 ms, at most 5.6 ms`. */
export function spreadText({ median, p99, max }: Spread, unit = 'ms', digits = 1): string {
  const show = (value: number): string => `${value.toFixed(digits)} ${unit}`;
  return `median ${show(median)}, p99 ${show(p99)}, at most ${show(max)}`;
}
