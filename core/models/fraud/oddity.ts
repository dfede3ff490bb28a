import { SIGNALS, type Signal } from './signals.ts';

/**
 * How far an order's habits lie outside those of honest orders, whatever pattern it may be: what finds some of the fraud that
 * no label has taught yet.
 *
 * Each signal by itself, one-sided (as the histogram-based score of Goldstein and Dengel 2012): the share of honest orders with
 * at least this much of it, as minus its logarithm; the oddity of an order is the sum of its few oddest signals.
 */
export interface OddityModel {
  readonly tails: readonly OddityTail[];
  /** What an order must exceed to be held. */
  readonly limit: number;
}

interface OddityTail {
  readonly signal: Signal;
  /**
   * Of honest orders, ascending, as many as the tail needs. `surprise[at]` is minus the logarithm of the share of honest
   * orders with at least `values[at]`; one more is that of what no honest order had.
   */
  readonly values: readonly number[];
  readonly surprise: readonly number[];
}

/** Of these more is more suspicious: how much happens at once, what strangers share, what went wrong before, how much money. */
const WATCHED: readonly Signal[] = [
  'order value',
  'value against own orders',
  'dearest item',
  'own orders in an hour',
  'own orders in a day',
  'own declines in an hour',
  'own declines in a day',
  'own spending in a day',
  'own refunds',
  'own refund share',
  'own addresses in a week',
  'others at address in a month',
  'orders at address in a day',
  'declines at address in a month',
  'refunds at address',
  'orders from network in an hour',
  'others on network in a day',
  'declines from network in a day',
  'new at once',
  'orders from device in an hour',
  'others on device in a month',
  'declines from device in a day',
  'refunds on device',
];
const PLACES = new Map(SIGNALS.map((name, place) => [name, place]));
/** Signals that count of one order: many small oddities are no large one. */
const ODDEST = 4;
/** Honest orders that may be held for their oddity alone. */
const HONEST_HELD_SHARE = 2e-4;
/** A step of the tail that adds less than this is not kept. */
const SURPRISE_STEP = 0.05;

/** @param rows values of the signals of honest orders, at least one */
export function fitOddity(rows: readonly ArrayLike<number>[]): OddityModel {
  const tails = WATCHED.map((signal) => tailOf(signal, rows));
  const oddities = Float64Array.from(rows, (row) => oddityOf({ tails }, row)).sort();
  return { tails, limit: oddities[Math.floor((1 - HONEST_HELD_SHARE) * (oddities.length - 1))] ?? 0 };
}

function tailOf(signal: Signal, rows: readonly ArrayLike<number>[]): OddityTail {
  const place = PLACES.get(signal) ?? -1;
  const known = Float64Array.from(rows, (row) => row[place] ?? Number.NaN).filter(
    (value) => !Number.isNaN(value),
  );
  known.sort();
  const values: number[] = [];
  const surprise: number[] = [];
  for (let at = 0; at < known.length; at += 1) {
    const value = known[at] ?? 0;
    if (at > 0 && value === known[at - 1]) continue;
    const found = -Math.log((known.length - at) / (known.length + 1));
    const isLast = value === known.at(-1);
    if (values.length > 0 && !isLast && found - (surprise.at(-1) ?? 0) < SURPRISE_STEP) continue;
    values.push(value);
    surprise.push(found);
  }
  surprise.push(Math.log(known.length + 1));
  return { signal, values, surprise };
}

/** Of an order; 0 is as usual as can be. */
export function oddityOf({ tails }: Pick<OddityModel, 'tails'>, row: ArrayLike<number>): number {
  const found = tails.map((tail) => surpriseOf(tail, row));
  return found
    .sort((one, other) => other - one)
    .slice(0, ODDEST)
    .reduce((sum, one) => sum + one, 0);
}

/** What each signal adds, in the order of the signals. */
export function odditiesOf({ tails }: OddityModel, row: ArrayLike<number>): number[] {
  const found = new Array<number>(SIGNALS.length).fill(0);
  for (const tail of tails) found[PLACES.get(tail.signal) ?? 0] = surpriseOf(tail, row);
  return found;
}

function surpriseOf({ signal, values, surprise }: OddityTail, row: ArrayLike<number>): number {
  const value = row[PLACES.get(signal) ?? -1] ?? Number.NaN;
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  const beyond = low === values.length && value > (values[low - 1] ?? Number.NEGATIVE_INFINITY);
  return surprise[beyond ? low : low - 1] ?? 0;
}
