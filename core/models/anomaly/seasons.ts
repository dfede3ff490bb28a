const CLIP_DEVIATIONS = 3;
/** Of a normal distribution's median absolute deviation. */
const DEVIATION_OF_MAD = 1.4826;
const CORRELATION_MIN = 0.3;
const LAG_MIN = 4;
const LAG_MAX = 2_016;
const DAY_MS = 86_400_000;

export function medianOf(values: readonly number[] | Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** A day and a week, where they are whole numbers of steps. */
export function calendarSeasons(stepMs: number): number[] {
  return [DAY_MS / stepMs, (7 * DAY_MS) / stepMs].filter(
    (lag) => lag >= LAG_MIN && lag <= LAG_MAX && Math.abs(lag - Math.round(lag)) < 1e-6,
  );
}

/**
 * The lag at which a series resembles itself most, by the autocorrelation of its values clipped at three robust
 * deviations, so that a few spikes neither make nor hide a season. Undefined when no peak reaches 0.3.
 */
export function strongestSeason(values: Float64Array): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  const median = medianOf(known);
  const deviation = DEVIATION_OF_MAD * medianOf(known.map((value) => Math.abs(value - median)));
  if (!(deviation > 0)) return undefined;
  const limit = CLIP_DEVIATIONS * deviation;
  const clipped = values.map((value) =>
    Number.isNaN(value) ? 0 : Math.max(-limit, Math.min(limit, value - median)),
  );
  const lags = Math.min(LAG_MAX, Math.floor(values.length / 3));
  const correlations = new Float64Array(lags + 2);
  const variance = productMean(clipped, 0);
  for (let lag = 1; lag <= lags + 1; lag += 1) correlations[lag] = productMean(clipped, lag) / variance;
  let best: number | undefined;
  for (let lag = firstTrough(correlations, lags); lag <= lags; lag += 1) {
    const here = correlations[lag] ?? 0;
    const peak = here >= (correlations[lag - 1] ?? 0) && here > (correlations[lag + 1] ?? 0);
    if (peak && here > Math.max(CORRELATION_MIN, best === undefined ? 0 : (correlations[best] ?? 0)))
      best = lag;
  }
  return best;
}

/** Per product: a sum would grow less with each lag, and draw the peaks towards zero. */
function productMean(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let index = lag; index < values.length; index += 1)
    sum += (values[index] ?? 0) * (values[index - lag] ?? 0);
  return sum / Math.max(1, values.length - lag);
}

/** Neighbours always resemble each other: a season lies beyond the first lag at which that has ended. */
function firstTrough(correlations: Float64Array, lags: number): number {
  let lag = LAG_MIN;
  while (lag < lags && (correlations[lag] ?? 0) > CORRELATION_MIN / 2) lag += 1;
  return lag;
}
