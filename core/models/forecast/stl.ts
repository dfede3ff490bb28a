import { medianOf } from './moments.ts';

/** A series as the sum of three: what lasts, what returns each season, and the rest. */
export interface Decomposition {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly remainder: Float64Array;
}

export interface StlOptions {
  /** Values of one phase that its season is smoothed over (odd, 7 or more); `periodic` for a season that never changes. */
  readonly seasonalSpan?: number | 'periodic';
  /** Passes with weights that take outliers out; 0 for none. */
  readonly robustPasses?: number;
}

const INNER_PASSES = 2;

/**
 * Decomposes a series by loess: STL of Cleveland, Cleveland, McRae and Terpenning (1990), with the spans they advise.
 *
 * @param values oldest first, without gaps, at least two seasons; a season of 1 gives a trend and a remainder
 */
export function decompose(values: Float64Array, season: number, options: StlOptions = {}): Decomposition {
  const { seasonalSpan = 'periodic', robustPasses = 1 } = options;
  const { length } = values;
  const span = seasonalSpan === 'periodic' ? 10 * length + 1 : seasonalSpan;
  const trendSpan = odd(Math.ceil((1.5 * season) / (1 - 1.5 / span)));
  let trend: Float64Array = new Float64Array(length);
  let seasonal: Float64Array = new Float64Array(length);
  let weights = new Float64Array(length).fill(1);
  for (let pass = 0; pass <= robustPasses; pass += 1) {
    for (let inner = 0; inner < INNER_PASSES; inner += 1) {
      if (season > 1 && length >= 2 * season) {
        seasonal = seasonOf(minus(values, trend), season, seasonalSpan, weights);
      }
      trend = loess(minus(values, seasonal), Math.max(trendSpan, 7), weights, 0, length);
    }
    if (pass < robustPasses) weights = robustWeights(minus(minus(values, trend), seasonal));
  }
  return { trend, seasonal, remainder: minus(minus(values, trend), seasonal) };
}

/** Smooths each phase by itself, one season further at both ends, and takes off what is low in frequency. */
function seasonOf(
  detrended: Float64Array,
  season: number,
  span: number | 'periodic',
  weights: Float64Array,
): Float64Array {
  const { length } = detrended;
  const cycle = new Float64Array(length + 2 * season);
  for (let phase = 0; phase < season; phase += 1) {
    const places: number[] = [];
    for (let time = phase; time < length; time += season) places.push(time);
    const series = Float64Array.from(places, (time) => detrended[time] ?? 0);
    const seriesWeights = Float64Array.from(places, (time) => weights[time] ?? 1);
    const smooth =
      span === 'periodic'
        ? new Float64Array(places.length + 2).fill(phaseCentre(series, seriesWeights))
        : loess(series, span, seriesWeights, -1, places.length + 1);
    for (const [index, value] of smooth.entries()) cycle[phase + index * season] = value;
  }
  const passes = runningMean(runningMean(runningMean(cycle, season), season), 3);
  const low = loess(passes, odd(season), new Float64Array(passes.length).fill(1), 0, passes.length);
  return Float64Array.from({ length }, (_, time) => (cycle[time + season] ?? 0) - (low[time] ?? 0));
}

/** Local lines with tricube weights at the places `from` (may be −1) up to `to`, over the nearest `span` values. */
function loess(
  values: Float64Array,
  span: number,
  weights: Float64Array,
  from: number,
  to: number,
): Float64Array {
  const { length } = values;
  const window = Math.min(span, length);
  const result = new Float64Array(to - from);
  for (let place = from; place < to; place += 1) {
    const left = Math.min(Math.max(0, place - Math.floor(window / 2)), length - window);
    const right = left + window - 1;
    let reach = Math.max(place - left, right - place, 1);
    if (span > length) reach += Math.floor((span - length) / 2);
    let [sum, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
    for (let index = left; index <= right; index += 1) {
      const distance = Math.abs(index - place) / (reach * 1.001);
      const weight = (1 - distance ** 3) ** 3 * (weights[index] ?? 1);
      const value = values[index] ?? 0;
      const x = index - place;
      sum += weight;
      sumX += weight * x;
      sumY += weight * value;
      sumXX += weight * x * x;
      sumXY += weight * x * value;
    }
    const spread = sum * sumXX - sumX * sumX;
    const flat = sum > 0 ? sumY / sum : 0;
    result[place - from] = spread > 1e-9 * sum * sum ? (sumXX * sumY - sumX * sumXY) / spread : flat;
  }
  return result;
}

/** Bisquare weights by the size of the remainder against six times its median. */
function robustWeights(remainder: Float64Array): Float64Array<ArrayBuffer> {
  const limit = 6 * medianOf(remainder.map((value) => Math.abs(value)));
  if (limit <= 0) return new Float64Array(remainder.length).fill(1);
  return Float64Array.from(remainder, (value) => Math.max(0, 1 - (value / limit) ** 2) ** 2);
}

function runningMean(values: Float64Array, span: number): Float64Array {
  const result = new Float64Array(Math.max(0, values.length - span + 1));
  let sum = 0;
  for (const [index, value] of values.entries()) {
    sum += value - (index >= span ? (values[index - span] ?? 0) : 0);
    if (index >= span - 1) result[index - span + 1] = sum / span;
  }
  return result;
}

/**
 * The mean by weight; the median while no weights say what is an outlier, or where they leave nothing of the phase, so that
 * one spike does not drag its phase along.
 */
function phaseCentre(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const [index, value] of values.entries()) {
    sum += (weights[index] ?? 0) * value;
    total += weights[index] ?? 0;
  }
  const weighted = weights.some((weight) => weight !== 1) && total > 0;
  return weighted ? sum / total : medianOf(values);
}

function minus(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, time) => value - (other[time] ?? 0));
}

function odd(span: number): number {
  return span % 2 === 0 ? span + 1 : span;
}
