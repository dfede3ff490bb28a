import { streamOf } from '../../core/kernel/seeded-random.ts';
import { BOOTSTRAP_DRAWS, type Interval, quantileOf } from '../../core/models/evaluation/bootstrap.ts';

const TAIL = 0.025;

export interface Lift extends Interval {
  /** Mean of the one by mean of the other, less 1. */
  readonly value: number;
}

/**
 * How much more the ones ordered for than the others, with the 95 % interval of the percentile bootstrap: both arms' shoppers are drawn again, each
 * from its own.
 */
export function liftOf(ones: readonly number[], others: readonly number[], seed: number): Lift {
  const random = streamOf(seed, 'lift/bootstrap');
  const drawnMean = (values: readonly number[]): number => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw += 1)
      sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  };
  return liftFrom(meanOf(ones) / meanOf(others), () => drawnMean(ones) / drawnMean(others));
}

/** The same of two lists about the same shoppers, who are drawn as pairs: what only a simulation can know. */
export function pairedLiftOf(ones: readonly number[], others: readonly number[], seed: number): Lift {
  const random = streamOf(seed, 'lift/paired');
  return liftFrom(meanOf(ones) / meanOf(others), () => {
    let [one, other] = [0, 0];
    for (let draw = 0; draw < ones.length; draw += 1) {
      const shopper = Math.floor(random() * ones.length);
      one += ones[shopper] ?? 0;
      other += others[shopper] ?? 0;
    }
    return one / other;
  });
}

function liftFrom(ratio: number, drawn: () => number): Lift {
  const ratios = Float64Array.from({ length: BOOTSTRAP_DRAWS }, drawn).sort();
  return {
    value: ratio - 1,
    low: quantileOf(ratios, TAIL) - 1,
    high: quantileOf(ratios, 1 - TAIL) - 1,
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, next) => sum + next, 0) / values.length;
}
