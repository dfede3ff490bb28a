import { minimise, type Minimum } from '../forecast/nelder-mead.ts';
import { hypergeometric } from '../numerics/gamma.ts';
import type { History } from './histories.ts';

/**
 * Customers who buy at a rate of their own until they leave, and may leave after each purchase: rates are
 * gamma-distributed (shape r, rate α), chances to leave beta-distributed (a, b).
 *
 * - `BG/NBD` (Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, 2005): one may leave after each repeat
 *   purchase, so that who never came back counts as alive for sure.
 * - `MBG/NBD` (Batislam, Denizel and Filiztekin 2007): one may leave after the first purchase as well.
 */
export interface BetaGeometric {
  readonly kind: 'BG/NBD' | 'MBG/NBD';
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
  readonly logLikelihood: number;
}

/** What the likelihood looks at; equal ones are counted together. */
interface Pattern {
  readonly repeats: number;
  readonly lastAt: number;
  readonly age: number;
  count: number;
}

type Behaviour = Pick<History, 'repeats' | 'lastAt' | 'age'>;

/** Parameters are kept within these bounds (as logarithms): beyond them a heterogeneity no longer differs from none. */
const LOG_PARAMETER_MAX = 12;
const STARTS: readonly (readonly number[])[] = [
  [0.3, 5, 0.8, 2.5],
  [1, 10, 0.3, 1],
];
const EVALUATIONS_MAX = 800;
/** Where the mean of the beta distribution's inverse has its pole, one goes round it. */
const POLE_WIDTH = 1e-5;

/** Maximum likelihood over customers' histories; times in any one unit, which α then has as well. */
export function fitBetaGeometric(
  kind: BetaGeometric['kind'],
  histories: readonly Behaviour[],
): BetaGeometric {
  const patterns = patternsOf(histories);
  const scale = meanAge(histories);
  const largest = patterns.reduce((most, { repeats }) => Math.max(most, repeats), 0);
  const tables = { gammas: new Float64Array(largest + 1), stays: new Float64Array(largest + 2) };
  const cost = (point: ArrayLike<number>): number => {
    for (let axis = 0; axis < 4; axis += 1) {
      if (Math.abs(point[axis] ?? 0) > LOG_PARAMETER_MAX) return Number.POSITIVE_INFINITY;
    }
    return -logLikelihoodOf(kind, parametersAt(point), patterns, tables, scale) / histories.length;
  };
  let best: Pick<Minimum, 'point' | 'value'> = {
    point: new Float64Array(4),
    value: Number.POSITIVE_INFINITY,
  };
  const searchFrom = (start: ArrayLike<number>): void => {
    const found = minimise(cost, start, { step: 0.7, evaluationsMax: EVALUATIONS_MAX, tolerance: 1e-9 });
    if (found.value < best.value) best = found;
  };
  for (const start of STARTS) searchFrom(start.map((value) => Math.log(value)));
  searchFrom(best.point);
  const { r, alpha, a, b } = parametersAt(best.point);
  const parameters = { r, alpha: alpha * scale, a, b };
  return {
    kind,
    ...parameters,
    logLikelihood: logLikelihoodOf(kind, parameters, patterns, tables, 1),
  };
}

interface Parameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

function parametersAt(point: ArrayLike<number>): Parameters {
  const at = (axis: number): number => Math.exp(point[axis] ?? 0);
  return { r: at(0), alpha: at(1), a: at(2), b: at(3) };
}

/** The search is the easier the nearer times are to one; ages of some tens suit the starts. */
function meanAge(histories: readonly Behaviour[]): number {
  const sum = histories.reduce((total, { age }) => total + age, 0);
  return sum > 0 ? sum / histories.length / 30 : 1;
}

function patternsOf(histories: readonly Behaviour[]): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (const { repeats, lastAt, age } of histories) {
    const key = `${String(repeats)} ${String(lastAt)} ${String(age)}`;
    const pattern = patterns.get(key);
    if (pattern === undefined) patterns.set(key, { repeats, lastAt, age, count: 1 });
    else pattern.count += 1;
  }
  return [...patterns.values()];
}

/** By the number of purchases: ln Γ(r + x) − ln Γ(r), and ln B(a, b + x) − ln B(a, b), the chance to have stayed x times. */
interface Tables {
  readonly gammas: Float64Array;
  readonly stays: Float64Array;
}

/** Parameters' α is in units of `scale`; the tables are room to work in. */
function logLikelihoodOf(
  kind: BetaGeometric['kind'],
  { r, alpha, a, b }: Parameters,
  patterns: readonly Pattern[],
  { gammas, stays }: Tables,
  scale: number,
): number {
  const offset = kind === 'MBG/NBD' ? 1 : 0;
  for (let x = 1; x < gammas.length; x += 1) gammas[x] = (gammas[x - 1] ?? 0) + Math.log(r + x - 1);
  for (let x = 1; x < stays.length; x += 1) {
    stays[x] = (stays[x - 1] ?? 0) + Math.log((b + x - 1) / (a + b + x - 1));
  }
  const rateShape = r * Math.log(alpha);
  let sum = 0;
  for (const { repeats, lastAt, age, count } of patterns) {
    const shape = r + repeats;
    const stayed = repeats + offset;
    let inner = (stays[stayed] ?? 0) - shape * Math.log(alpha + age / scale);
    if (stayed > 0) {
      const gone =
        (stays[stayed - 1] ?? 0) +
        Math.log(a / (a + b + stayed - 1)) -
        shape * Math.log(alpha + lastAt / scale);
      inner = Math.max(inner, gone) + Math.log1p(Math.exp(-Math.abs(inner - gone)));
    }
    sum += count * ((gammas[repeats] ?? 0) + rateShape + inner - repeats * Math.log(scale));
  }
  return sum;
}

/** The probability that a customer is still one at the cutoff. */
export function aliveProbability(model: BetaGeometric, { repeats, lastAt, age }: Behaviour): number {
  const stayed = model.kind === 'MBG/NBD' ? repeats + 1 : repeats;
  if (stayed === 0) return 1;
  const silence = (model.r + repeats) * Math.log((model.alpha + age) / (model.alpha + lastAt));
  return 1 / (1 + (model.a / (model.b + stayed - 1)) * Math.exp(silence));
}

/** The number of purchases to expect of a customer in the time after the cutoff. */
export function expectedPurchases(model: BetaGeometric, history: Behaviour, time: number): number {
  const stayed = model.kind === 'MBG/NBD' ? history.repeats + 1 : history.repeats;
  return (
    aliveProbability(model, history) *
    purchasesWhileAlive(model, model.r + history.repeats, model.alpha + history.age, model.b + stayed, time)
  );
}

/** The number of repeat purchases to expect of a new customer in the time after the first purchase. */
export function expectedOfNewcomer(model: BetaGeometric, time: number): number {
  return expectedPurchases(model, { repeats: 0, lastAt: 0, age: 0 }, time);
}

/**
 * Purchases to expect of someone alive whose rate is gamma(shape, rate) and whose chance to leave is beta(a, b).
 * The published form after Euler's transformation of the hypergeometric function, which stays within bounds for
 * customers of thousands of purchases.
 */
function purchasesWhileAlive(
  model: BetaGeometric,
  shape: number,
  rate: number,
  b: number,
  time: number,
): number {
  if (time <= 0) return 0;
  const a = Math.abs(model.a - 1) < POLE_WIDTH ? 1 + POLE_WIDTH : model.a;
  const total = a + b - 1;
  const z = time / (rate + time);
  const left = Math.exp((a - 1) * Math.log1p(-z)) * hypergeometric(a - 1, total - shape, total, z);
  return (total / (a - 1)) * (1 - left);
}
