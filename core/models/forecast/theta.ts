import { meanOf } from './moments.ts';
import { minimise } from './nelder-mead.ts';
import { isSeasonal, seasonalIndices, type SeasonKind } from './seasonal-indices.ts';

/** A fitted dynamic optimised Theta model. */
export interface ThetaFit {
  readonly alpha: number;
  readonly theta: number;
  /** The level before the first value. */
  readonly start: number;
  /** Seasonal indices by phase, empty when the test found no season. */
  readonly indices: Float64Array;
  readonly kind: SeasonKind;
}

interface Line {
  level: number;
  mean: number;
  /** Height and slope of the least-squares line through the values so far. */
  height: number;
  slope: number;
}

const EVALUATIONS_MAX = 160;
const [ALPHA_LOW, ALPHA_HIGH] = [0.01, 0.99];
const THETA_MAX = 100;
/** The first values teach the line and are not graded (as in Fiorucci et al. 2016). */
const UNGRADED = 2;

/**
 * The dynamic optimised Theta model of Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016): simple smoothing
 * plus the least-squares line so far, θ, α and the starting level chosen by least squares.
 *
 * The series is deseasonalised first if the test of its autocorrelation says so: multiplicatively when all values are
 * positive, else additively.
 */
export function fitTheta(values: Float64Array, season: number): ThetaFit {
  const kind: SeasonKind = values.every((value) => value > 0) ? 'multiplicative' : 'additive';
  const seasonal = isSeasonal(values, season);
  const indices = seasonal ? seasonalIndices(values, season, kind) : new Float64Array(0);
  const adjusted = withoutSeason(values, indices, kind);
  const unit = meanOf(adjusted.map((value) => Math.abs(value))) || 1;
  const first = adjusted[0] ?? 0;
  const parameters = (point: Float64Array) => ({
    alpha: ALPHA_LOW + (ALPHA_HIGH - ALPHA_LOW) / (1 + Math.exp(-(point[0] ?? 0))),
    theta: Math.min(THETA_MAX, 1 + Math.exp(point[1] ?? 0)),
    start: first + unit * (point[2] ?? 0),
  });
  const objective = (point: Float64Array): number => {
    const { alpha, theta, start } = parameters(point);
    return follow(adjusted, alpha, theta, start).squares;
  };
  const least = minimise(objective, [-0.5, 0, 0], { evaluationsMax: EVALUATIONS_MAX, tolerance: 1e-7 });
  return { ...parameters(least.point), indices, kind };
}

/** Expected values of the steps after `values`, which may have grown since the fit. */
export function forecastTheta(fit: ThetaFit, values: Float64Array, horizon: number): Float64Array {
  const { alpha, theta, start, indices, kind } = fit;
  const { line } = follow(withoutSeason(values, indices, kind), alpha, theta, start);
  const result = new Float64Array(horizon);
  for (let ahead = 0; ahead < horizon; ahead += 1) {
    const time = values.length + ahead;
    const expected = expectedAfter(line, alpha, theta, time);
    moveOn(line, alpha, time, expected);
    const index = indices[time % Math.max(1, indices.length)];
    result[ahead] =
      index === undefined ? expected : kind === 'additive' ? expected + index : expected * index;
  }
  return result;
}

function follow(
  values: Float64Array,
  alpha: number,
  theta: number,
  start: number,
): { squares: number; line: Line } {
  const line: Line = { level: start, mean: 0, height: 0, slope: 0 };
  let squares = 0;
  for (let time = 0; time < values.length; time += 1) {
    const value = values[time] ?? 0;
    if (time > UNGRADED) squares += (value - expectedAfter(line, alpha, theta, time)) ** 2;
    moveOn(line, alpha, time, value);
  }
  return { squares, line };
}

/** The expected value after `seen` values. */
function expectedAfter(line: Line, alpha: number, theta: number, seen: number): number {
  const left = (1 - alpha) ** seen;
  const drift = left * line.height + ((1 - left * (1 - alpha)) / alpha) * line.slope;
  return line.level + (1 - 1 / theta) * drift;
}

/** Takes a value in, `seen` values having come before it. */
function moveOn(line: Line, alpha: number, seen: number, value: number): void {
  const count = seen + 1;
  const before = line.mean;
  line.mean = (seen * before + value) / count;
  if (seen === 0) line.slope = 0;
  else line.slope = ((count - 2) * line.slope + (6 * (value - before)) / count) / (count + 1);
  line.height = line.mean - ((count + 1) / 2) * line.slope;
  line.level = alpha * value + (1 - alpha) * line.level;
}

function withoutSeason(values: Float64Array, indices: Float64Array, kind: SeasonKind): Float64Array {
  if (indices.length === 0) return values;
  return values.map((value, time) => {
    const index = indices[time % indices.length] ?? 0;
    return kind === 'additive' ? value - index : value / Math.max(index, Number.EPSILON);
  });
}
