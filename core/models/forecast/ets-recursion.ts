/** Additive or multiplicative, or none. */
export type Component = 'N' | 'A' | 'M';

/** A form of exponential smoothing by its error, trend, damping and season, e.g. ETS(A,Ad,M). */
export interface EtsForm {
  readonly error: 'A' | 'M';
  readonly trend: 'N' | 'A';
  readonly damped: boolean;
  readonly season: Component;
}

/** Shares by which level, trend and season follow the errors, and how much of the trend lasts a step. */
export interface Smoothing {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** Level, trend and a season's indices by phase; changed in place as time goes by. */
export interface EtsState {
  level: number;
  trend: number;
  readonly season: Float64Array;
}

/** A multiplicative form's expected value may not come nearer to nothing than this. */
const LEAST_EXPECTED = 1e-10;

export function nameOf(form: EtsForm): string {
  return `ETS(${form.error},${form.trend}${form.damped ? 'd' : ''},${form.season})`;
}

export function copyOf(state: EtsState): EtsState {
  return { level: state.level, trend: state.trend, season: Float64Array.from(state.season) };
}

/** What the state expects `phase` to bring, a step ahead. */
export function expectedOf(form: EtsForm, state: EtsState, phi: number, phase: number): number {
  const base = form.trend === 'N' ? state.level : state.level + phi * state.trend;
  if (form.season === 'N') return base;
  const index = state.season[phase] ?? 0;
  return form.season === 'A' ? base + index : base * index;
}

/**
 * Moves the state past an observed value: the updates of Hyndman, Koehler, Ord and Snyder (2008), table 2.2 and 2.3, in
 * error-correction form. `error` is the absolute error of additive forms, the relative one of multiplicative forms.
 */
export function moveOn(
  form: EtsForm,
  smoothing: Smoothing,
  state: EtsState,
  phase: number,
  error: number,
): void {
  const { alpha, beta, gamma, phi } = smoothing;
  const drift = form.trend === 'N' ? 0 : phi * state.trend;
  const base = state.level + drift;
  const index = state.season[phase] ?? 0;
  if (form.error === 'A') {
    const share = form.season === 'M' ? (index === 0 ? 0 : error / index) : error;
    state.level = base + alpha * share;
    if (form.trend === 'A') state.trend = drift + beta * share;
    if (form.season === 'A') state.season[phase] = index + gamma * error;
    if (form.season === 'M') state.season[phase] = index + (base === 0 ? 0 : (gamma * error) / base);
    return;
  }
  const size = form.season === 'A' ? base + index : base;
  state.level = base + alpha * size * error;
  if (form.trend === 'A') state.trend = drift + beta * size * error;
  if (form.season === 'A') state.season[phase] = index + gamma * size * error;
  if (form.season === 'M') state.season[phase] = index * (1 + gamma * error);
}

/** What running a form along a series gave. */
export interface Run {
  /** n·log(Σe²), plus 2·Σlog|expected| of multiplicative errors: −2 log likelihood up to a constant. */
  readonly likelihood: number;
  /** Variance of the one-step errors (absolute or relative, as the form's). */
  readonly variance: number;
}

/** Runs a form along a series from its start; the state ends as it is after the last value. */
export function runAlong(form: EtsForm, smoothing: Smoothing, state: EtsState, values: Float64Array): Run {
  const { alpha, beta, gamma, phi } = smoothing;
  const { season } = state;
  const seasons = Math.max(1, season.length);
  const trended = form.trend === 'A';
  const relative = form.error === 'M';
  const seasonal = form.season;
  let { level, trend } = state;
  let squares = 0;
  let logarithms = 0;
  let phase = 0;
  for (const value of values) {
    const drift = trended ? phi * trend : 0;
    const base = level + drift;
    const index = seasonal === 'N' ? 0 : (season[phase] ?? 0);
    const expected = seasonal === 'M' ? base * index : base + index;
    let error = value - expected;
    if (relative) {
      if (expected < LEAST_EXPECTED) return { likelihood: Number.POSITIVE_INFINITY, variance: 0 };
      logarithms += Math.log(expected);
      squares += (error / expected) ** 2;
    } else {
      squares += error * error;
    }
    // Both kinds of error move the state by the same absolute amounts.
    if (seasonal === 'M') {
      season[phase] = index + (base === 0 ? 0 : (gamma * error) / base);
      error = index === 0 ? 0 : error / index;
    } else if (seasonal === 'A') {
      season[phase] = index + gamma * error;
    }
    level = base + alpha * error;
    trend = drift + beta * error;
    phase = phase + 1 === seasons ? 0 : phase + 1;
  }
  state.level = level;
  state.trend = trended ? trend : 0;
  const count = values.length;
  const likelihood = count * Math.log(Math.max(squares, Number.MIN_VALUE)) + 2 * logarithms;
  return { likelihood, variance: squares / Math.max(1, count) };
}

/** Expected values of the next steps, `time` being the number of values the state has seen. */
export function pathOf(
  form: EtsForm,
  phi: number,
  state: EtsState,
  time: number,
  horizon: number,
): Float64Array {
  const result = new Float64Array(horizon);
  const seasons = Math.max(1, state.season.length);
  let damping = 0;
  let power = 1;
  for (let ahead = 0; ahead < horizon; ahead += 1) {
    power *= phi;
    damping += power;
    const base = form.trend === 'N' ? state.level : state.level + damping * state.trend;
    const index = form.season === 'N' ? 0 : (state.season[(time + ahead) % seasons] ?? 0);
    result[ahead] = form.season === 'M' ? base * index : base + index;
  }
  return result;
}
