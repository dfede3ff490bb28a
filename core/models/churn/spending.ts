import { minimise } from '../forecast/nelder-mead.ts';
import { logGamma } from '../numerics/gamma.ts';
import type { History } from './histories.ts';

/**
 * What a purchase is worth (Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013): values of one customer are
 * gamma(p, ν), and ν differs between customers as gamma(q, γ).
 */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

type Spending = Pick<History, 'meanValue' | 'valued'>;

/** Fewer customers than this tell too little of how values differ. */
export const SPENDERS_MIN = 10;
const LOG_PARAMETER_MAX = 12;
/** The mean over customers is finite only above one. */
const Q_MIN = 1;
const START = [6, 3, 1];

/** Maximum likelihood over customers with valued repeat purchases; undefined when they are too few, or all alike. */
export function fitGammaGamma(histories: readonly Spending[]): GammaGamma | undefined {
  const spenders = histories.filter(({ valued, meanValue }) => valued > 0 && meanValue > 0);
  if (spenders.length < SPENDERS_MIN) return undefined;
  const scale = spenders.reduce((sum, { meanValue }) => sum + meanValue, 0) / spenders.length;
  if (spenders.every(({ meanValue }) => Math.abs(meanValue - scale) < 1e-9 * scale)) return undefined;
  const cost = (point: ArrayLike<number>): number => {
    const [logP = 0, logQ = 0, logGammaRate = 0] = Array.from(point);
    if ([logP, logQ, logGammaRate].some((value) => Math.abs(value) > LOG_PARAMETER_MAX)) return Infinity;
    const parameters = { p: Math.exp(logP), q: Q_MIN + Math.exp(logQ), gamma: Math.exp(logGammaRate) };
    return -logLikelihoodOf(parameters, spenders, scale) / spenders.length;
  };
  const start = START.map((value, axis) => Math.log(axis === 1 ? value - Q_MIN : value));
  const first = minimise(cost, start, { evaluationsMax: 1_500, tolerance: 1e-11 });
  const { point } = minimise(cost, first.point, { evaluationsMax: 1_500, tolerance: 1e-11 });
  return {
    p: Math.exp(point[0] ?? 0),
    q: Q_MIN + Math.exp(point[1] ?? 0),
    gamma: Math.exp(point[2] ?? 0) * scale,
  };
}

/** Formula 1a of the note, in values divided by `scale`, without the terms that don't depend on the parameters. */
function logLikelihoodOf({ p, q, gamma }: GammaGamma, spenders: readonly Spending[], scale: number): number {
  const byCount = new Map<number, number>();
  const constant = q * Math.log(gamma) - logGamma(q);
  let sum = 0;
  for (const { meanValue, valued } of spenders) {
    const shape = p * valued;
    let gammas = byCount.get(valued);
    if (gammas === undefined) {
      gammas = logGamma(shape + q) - logGamma(shape);
      byCount.set(valued, gammas);
    }
    const total = (valued * meanValue) / scale;
    sum += gammas + constant + shape * Math.log(total) - (shape + q) * Math.log(gamma + total);
  }
  return sum;
}

/**
 * The value to expect of a customer's purchases: between the customer's own mean and everybody's, the nearer to the own
 * one the more purchases it rests on.
 */
export function expectedValue({ p, q, gamma }: GammaGamma, { meanValue, valued }: Spending): number {
  return (p * (gamma + meanValue * valued)) / (p * valued + q - 1);
}
