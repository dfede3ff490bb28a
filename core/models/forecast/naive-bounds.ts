import type { Bounds } from './intervals.ts';

/** Quantiles of the normal distribution for 80 and 95 % between both sides. */
const [Z80, Z95] = [1.281551565545, 1.95996398454];

/**
 * Normal intervals of the (seasonal) naive forecast: the spread of its one-season errors, growing with the root of how many
 * seasons it looks ahead (Hyndman and Athanasopoulos 2018, 3.5).
 */
export function naiveBounds(values: Float64Array, path: Float64Array, season: number): Bounds {
  const lag = values.length > season ? season : 1;
  let squares = 0;
  for (let time = lag; time < values.length; time += 1)
    squares += ((values[time] ?? 0) - (values[time - lag] ?? 0)) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, values.length - lag));
  const bound = (quantile: number): Float64Array =>
    path.map((value, ahead) => value + quantile * deviation * Math.sqrt(Math.floor(ahead / lag) + 1));
  return { lo80: bound(-Z80), hi80: bound(Z80), lo95: bound(-Z95), hi95: bound(Z95) };
}
