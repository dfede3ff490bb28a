import type { Random } from '../../kernel/clock.ts';
import {
  copyOf,
  type EtsForm,
  type EtsState,
  expectedOf,
  moveOn,
  nameOf,
  pathOf,
  runAlong,
  type Smoothing,
} from './ets-recursion.ts';
import { lineThrough } from './moments.ts';
import { minimise } from './nelder-mead.ts';
import { seasonalIndices } from './seasonal-indices.ts';

/** A fitted form: plain data, its state being that after the last value of `length`. */
export interface EtsFit {
  readonly form: EtsForm;
  readonly smoothing: Smoothing;
  readonly state: EtsState;
  readonly length: number;
  /** Akaike's criterion corrected for small samples; the least one chooses the form. */
  readonly aicc: number;
  /** −2 log likelihood up to a constant that all forms share. */
  readonly likelihood: number;
  readonly variance: number;
}

/** Longer seasons are for decomposition: a state per phase can't be told from noise (as in R's forecast package). */
export const ETS_SEASON_MAX = 24;
/** Values further back than this have no say in smoothed states; leaving them out keeps long series quick. */
export const ETS_LENGTH_MAX = 1_500;
/** How many forms are fitted with all their starting states, of those that look best with the states as estimated. */
const FINALISTS = 2;
const SCREENING_EVALUATIONS = 90;
const FINAL_EVALUATIONS_PER_PARAMETER = 60;
const FINAL_EVALUATIONS_MAX = 500;
/** Series up to this length are fitted in full in every form. */
const SHORT = 80;
const EDGE = 1e-4;
const [PHI_LOW, PHI_HIGH] = [0.8, 0.98];

/** The forms that a series allows: multiplicative ones need positive values, seasons two of them and a bit. */
export function formsFor(values: Float64Array, season: number): readonly EtsForm[] {
  const positive = values.every((value) => value > 0);
  const seasonal = season > 1 && season <= ETS_SEASON_MAX && values.length >= 2 * season + 3;
  const trends = [
    ['N', false],
    ['A', false],
    ['A', true],
  ] as const;
  const forms: EtsForm[] = [];
  for (const [trend, damped] of trends) {
    if (trend === 'A' && values.length < 6) continue;
    for (const kind of seasonal ? (['N', 'A', 'M'] as const) : (['N'] as const)) {
      if (kind === 'M' && !positive) continue;
      if (kind !== 'M') forms.push({ error: 'A', trend, damped, season: kind });
      if (positive) forms.push({ error: 'M', trend, damped, season: kind });
    }
  }
  return forms;
}

/**
 * Automatic exponential smoothing: every admissible form of Hyndman, Koehler, Snyder and Grose (2002) by maximum
 * likelihood, the one with the least AICc kept. Additive errors with a multiplicative season are left out, and
 * multiplicative trends, as is usual for their instability.
 *
 * Smoothing and starting states are optimised together. On series longer than 80 values all forms are first fitted with
 * the starting states of the heuristic, and the best two then in full.
 *
 * @param values at least one, oldest first, without gaps
 */
export function fitEts(values: Float64Array, season: number): EtsFit {
  const kept = values.length > ETS_LENGTH_MAX ? values.slice(startOfKept(values.length, season)) : values;
  const fits = formsFor(kept, season).map((form) => fitForm(kept, season, form, kept.length <= SHORT));
  fits.sort((one, other) => one.aicc - other.aicc);
  const [first] = fits;
  if (first === undefined) throw new Error('simple smoothing fits every series');
  if (kept.length <= SHORT) return first;
  const finalists = fits
    .slice(0, FINALISTS)
    .map((fit) => fitForm(kept, season, fit.form, true, fit.smoothing));
  return finalists.reduce((best, next) => (next.aicc < best.aicc ? next : best), first);
}

/** Fits one form; `full` optimises the starting states too, beginning with `from` where given. */
export function fitForm(
  values: Float64Array,
  season: number,
  form: EtsForm,
  full: boolean,
  from: Smoothing = { alpha: 0.2, beta: 0.02, gamma: 0.05, phi: 0.95 },
): EtsFit {
  const begun = startOf(values, season, form);
  const coordinates = new Coordinates(form, begun, spreadOf(values));
  const scratch = copyOf(begun);
  const objective = (point: Float64Array): number => {
    coordinates.writeState(point, full, scratch);
    return runAlong(form, coordinates.smoothingOf(point), scratch, values).likelihood;
  };
  const start = coordinates.startAt(from, full);
  const evaluationsMax = full
    ? Math.min(FINAL_EVALUATIONS_MAX, FINAL_EVALUATIONS_PER_PARAMETER * start.length)
    : SCREENING_EVALUATIONS;
  const least = minimise(objective, start, { evaluationsMax, tolerance: full ? 1e-9 : 1e-6 });
  const state = copyOf(begun);
  coordinates.writeState(least.point, full, state);
  const smoothing = coordinates.smoothingOf(least.point);
  const { likelihood, variance } = runAlong(form, smoothing, state, values);
  const parameters = coordinates.count + 1;
  const { length } = values;
  const spare = length - parameters - 1;
  const correction = spare > 0 ? (2 * parameters * (parameters + 1)) / spare : Number.POSITIVE_INFINITY;
  return {
    form,
    smoothing,
    state,
    length,
    likelihood,
    aicc: likelihood + 2 * parameters + correction,
    variance,
  };
}

/** Expected values of the next steps. */
export function forecastEts(fit: EtsFit, horizon: number): Float64Array {
  return pathOf(fit.form, fit.smoothing.phi, fit.state, fit.length, horizon);
}

/** Futures drawn from the fitted form with normal errors, one after the other: `paths × horizon` values. */
export function simulateEts(fit: EtsFit, horizon: number, paths: number, random: Random): Float64Array {
  const { form, smoothing } = fit;
  const deviation = Math.sqrt(fit.variance);
  const seasons = Math.max(1, fit.state.season.length);
  const result = new Float64Array(paths * horizon);
  for (let path = 0; path < paths; path += 1) {
    const state = copyOf(fit.state);
    for (let ahead = 0; ahead < horizon; ahead += 1) {
      const phase = (fit.length + ahead) % seasons;
      const expected = expectedOf(form, state, smoothing.phi, phase);
      const error = deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      moveOn(form, smoothing, state, phase, error);
      result[path * horizon + ahead] = form.error === 'A' ? expected + error : expected * (1 + error);
    }
  }
  return result;
}

/** E.g. `ETS(A,Ad,M)`. */
export function formName(fit: EtsFit): string {
  return nameOf(fit.form);
}

/** The first kept value has the phase of the series' first, so that phases stay what they are. */
function startOfKept(length: number, season: number): number {
  const dropped = length - ETS_LENGTH_MAX;
  return Math.ceil(dropped / season) * season;
}

/** Starting states as Hyndman et al. (2008, 2.6) estimate them: indices of a decomposition, a line through the first values. */
function startOf(values: Float64Array, season: number, form: EtsForm): EtsState {
  const kind = form.season === 'M' ? 'multiplicative' : 'additive';
  const indices = form.season === 'N' ? new Float64Array(0) : seasonalIndices(values, season, kind);
  const begin = Math.min(values.length, Math.max(10, 2 * indices.length));
  const adjusted = values.slice(0, begin).map((value, time) => {
    if (form.season === 'N') return value;
    const index = indices[time % season] ?? 0;
    return form.season === 'A' ? value - index : value / Math.max(index, EDGE);
  });
  const positive = form.error === 'M' || form.season === 'M';
  // A phase that never sells can have no index of nothing in a form that multiplies.
  const floored = form.season === 'M' ? indices.map((index) => Math.max(index, EDGE)) : indices;
  const line = lineThrough(adjusted);
  const mean = line.start + (line.slope * (begin - 1)) / 2;
  const level = form.trend === 'N' ? mean : line.start - line.slope;
  const least = Math.abs(mean) * 0.01 + LEVEL_LEAST;
  return {
    level: positive && level <= 0 ? Math.max(mean, least) : level,
    trend: form.trend === 'N' || (positive && level <= 0) ? 0 : line.slope,
    season: floored,
  };
}

const LEVEL_LEAST = 1e-8;

/** The unit in which starting states are searched: the mean absolute step of the series. */
function spreadOf(values: Float64Array): number {
  let sum = 0;
  for (let time = 1; time < values.length; time += 1)
    sum += Math.abs((values[time] ?? 0) - (values[time - 1] ?? 0));
  return sum / Math.max(1, values.length - 1) || 1;
}

/**
 * The parameters of a form as unbounded coordinates: shares through logistic curves within the usual region (0 < β < α < 1,
 * 0 < γ < 1 − α, 0.8 < φ < 0.98), states in units of the series' spread as distances from where they were estimated.
 */
class Coordinates {
  readonly count: number;
  readonly #form: EtsForm;
  readonly #begun: EtsState;
  readonly #spread: number;
  readonly #shares: number;

  constructor(form: EtsForm, begun: EtsState, spread: number) {
    this.#form = form;
    this.#begun = begun;
    this.#spread = spread;
    this.#shares = 1 + (form.trend === 'A' ? 1 : 0) + (form.season === 'N' ? 0 : 1) + (form.damped ? 1 : 0);
    this.count = this.#shares + this.#states();
  }

  /** Level, trend, and all indices but the last, which follows from the others. */
  #states(): number {
    return 1 + (this.#form.trend === 'A' ? 1 : 0) + Math.max(0, this.#begun.season.length - 1);
  }

  startAt(from: Smoothing, full: boolean): Float64Array {
    const start = new Float64Array(full ? this.count : this.#shares);
    let at = 0;
    start[at++] = logit(from.alpha);
    if (this.#form.trend === 'A') start[at++] = logit(from.beta / from.alpha);
    if (this.#form.season !== 'N') start[at++] = logit(from.gamma / (1 - from.alpha));
    if (this.#form.damped) start[at] = logit((from.phi - PHI_LOW) / (PHI_HIGH - PHI_LOW));
    return start;
  }

  smoothingOf(point: Float64Array): Smoothing {
    let at = 0;
    const alpha = logistic(point[at++]);
    const beta = this.#form.trend === 'A' ? alpha * logistic(point[at++]) : 0;
    const gamma = this.#form.season === 'N' ? 0 : (1 - alpha) * logistic(point[at++]);
    const phi = this.#form.damped ? PHI_LOW + (PHI_HIGH - PHI_LOW) * logistic(point[at]) : 1;
    return { alpha, beta, gamma, phi };
  }

  writeState(point: Float64Array, full: boolean, state: EtsState): void {
    const begun = this.#begun;
    state.level = begun.level;
    state.trend = begun.trend;
    state.season.set(begun.season);
    if (!full) return;
    let at = this.#shares;
    state.level += this.#spread * (point[at++] ?? 0);
    if (this.#form.trend === 'A') state.trend += 0.1 * this.#spread * (point[at++] ?? 0);
    const last = begun.season.length - 1;
    const unit = this.#form.season === 'M' ? 0.1 : this.#spread;
    for (let phase = 0; phase < last; phase += 1) {
      const moved = unit * (point[at++] ?? 0);
      state.season[phase] = (state.season[phase] ?? 0) + moved;
      state.season[last] = (state.season[last] ?? 0) - moved;
    }
  }
}

function logistic(coordinate = 0): number {
  return EDGE + (1 - 2 * EDGE) / (1 + Math.exp(-coordinate));
}

function logit(share: number): number {
  const within = Math.min(1 - 1e-3, Math.max(1e-3, share));
  return Math.log(within / (1 - within));
}
