import { aliveProbability } from './beta-geometric.ts';
import type { History } from './histories.ts';
import { valuePerPurchase, type ChurnModel } from './model.ts';

export type Segment = 'champions' | 'loyal' | 'promising' | 'new' | 'at risk' | 'asleep' | 'lost';

/** Recency, frequency and value, each from 1 (worst fifth) to 5 (best fifth), and the segment that follows. */
export interface SegmentedCustomer {
  readonly customer: string;
  readonly recency: number;
  readonly frequency: number;
  readonly value: number;
  readonly alive: number;
  readonly segment: Segment;
}

const FIFTHS = 5;
const ALIVE_LIKELY = 0.7;
const ALIVE_UNLIKELY = 0.3;
const HIGH = 4;

/**
 * Customers by recency, frequency and monetary value (Hughes 1994), with the model's probability of being alive in the
 * place of fixed numbers of days: the same silence means more from someone who used to come every week.
 */
export function segmentsOf(model: ChurnModel, histories: readonly History[]): readonly SegmentedCustomer[] {
  const recencies = fifthsOf(histories.map(({ age, lastAt }) => lastAt - age));
  const frequencies = fifthsOf(histories.map(({ repeats }) => repeats));
  const values = fifthsOf(histories.map((history) => valuePerPurchase(model, history)));
  return histories.map((history, index) => {
    const scored = {
      recency: recencies[index] ?? 1,
      frequency: frequencies[index] ?? 1,
      value: values[index] ?? 1,
      alive: aliveProbability(model.buying, history),
    };
    return { customer: history.customer, ...scored, segment: segmentOf(history, scored) };
  });
}

function segmentOf(
  history: History,
  { recency, frequency, value, alive }: Omit<SegmentedCustomer, 'customer' | 'segment'>,
): Segment {
  if (history.repeats === 0) return recency >= HIGH ? 'new' : recency > 1 ? 'asleep' : 'lost';
  if (alive < ALIVE_UNLIKELY) return frequency >= HIGH && value >= HIGH ? 'at risk' : 'lost';
  if (alive < ALIVE_LIKELY) return 'at risk';
  if (frequency >= HIGH && recency >= HIGH) return value >= HIGH ? 'champions' : 'loyal';
  return frequency >= HIGH ? 'loyal' : 'promising';
}

/** The fifth each value falls into, by rank, from 1 (lowest) to 5; equal values share the higher fifth. */
function fifthsOf(values: readonly number[]): readonly number[] {
  const ascending = Float64Array.from(values).sort();
  return values.map((value) => {
    const atMost = countAtMost(ascending, value);
    return Math.max(1, Math.ceil((FIFTHS * atMost) / ascending.length));
  });
}

/** How many of ascending values are at most the given one. */
function countAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
