import { streamOf } from '../../kernel/seeded-random.ts';

/**
 * A learnt ranking: a linear score plus a small hidden layer, trained on lists of candidates by the cross entropy
 * between the softmax of the scores and the wanted ones' shares (ListNet's top-one loss, Cao et al. 2007), with Adam
 * (Kingma and Ba 2015).
 *
 * The linear part starts from weights that already make a sound ranking, and those stay when training finds nothing
 * better on the lists it is not trained on; so little data does no harm.
 */
export interface RankingWeights {
  /** Features are brought to mean 0 and deviation 1 first. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly linear: readonly number[];
  /** Per hidden unit: a weight per feature, then the bias. */
  readonly hidden: readonly (readonly number[])[];
  readonly out: readonly number[];
}

/** Candidates of one query or shopper: rows of features, and how much each is wanted (0: not at all). */
export interface RankedList {
  readonly values: Float32Array;
  readonly wanted: Float32Array;
}

export interface RankingOptions {
  readonly seed: number;
  /** Weights to start from, for features as they are. */
  readonly start: readonly number[];
  readonly hiddenUnits: number;
  readonly epochs: number;
  /** Judges a ranking of one list: higher is better. Decides when to stop. */
  readonly judge: (order: Int32Array, wanted: Float32Array) => number;
}

const BATCH = 16;
const RATE = 0.01;
const DECAY = 1e-4;
const HELD_OUT_SHARE = 0.2;
/** Fewer lists than this teach nothing that the start does not know better. */
const LISTS_MIN = 24;

export function learnRanking(
  lists: readonly RankedList[],
  { seed, start, hiddenUnits, epochs, judge }: RankingOptions,
): RankingWeights {
  const features = start.length;
  const random = streamOf(seed, 'ranking');
  const usable = lists.filter(
    ({ wanted }) =>
      wanted.some((value) => value > 0) && wanted.some((value) => value === 0 || value !== wanted[0]),
  );
  const { mean: centre, deviation } = momentsOf(usable, features);
  const begin = start.map((weight, feature) => weight * (deviation[feature] ?? 1));
  const net = createNet(features, hiddenUnits, begin, random);
  const asWeights = (): RankingWeights => ({ mean: centre, deviation, ...net.copy() });
  if (usable.length < LISTS_MIN) return asWeights();
  const order = shuffled(usable.length, random);
  const held = order
    .slice(0, Math.ceil(usable.length * HELD_OUT_SHARE))
    .map((at) => standardised(usable[at], centre, deviation));
  const taught = order.slice(held.length).map((at) => standardised(usable[at], centre, deviation));
  const untaught = asWeights();
  const untaughtGrades = gradesOf(net, held, judge);
  let best = untaught;
  let bestGrades = untaughtGrades;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const rate = RATE * (1 - epoch / epochs) + RATE / 20;
    const turn = shuffled(taught.length, random);
    for (let at = 0; at < turn.length; at += BATCH) {
      net.step(
        turn.slice(at, at + BATCH).flatMap((index) => taught[index] ?? []),
        rate,
      );
    }
    const grades = gradesOf(net, held, judge);
    if (mean(grades) > mean(bestGrades)) {
      bestGrades = grades;
      best = asWeights();
    }
  }
  return surelyBetter(bestGrades, untaughtGrades) ? best : untaught;
}

/** Scores of rows of features, one each. */
export function scoresOf(weights: RankingWeights, values: Float32Array): Float64Array {
  const { mean, deviation, linear, hidden, out } = weights;
  const features = linear.length;
  const scores = new Float64Array(values.length / features);
  const row = new Float64Array(features);
  for (let at = 0; at < scores.length; at += 1) {
    let score = 0;
    for (let feature = 0; feature < features; feature += 1) {
      const value =
        ((values[at * features + feature] ?? 0) - (mean[feature] ?? 0)) / (deviation[feature] ?? 1);
      row[feature] = value;
      score += value * (linear[feature] ?? 0);
    }
    for (const [unit, weightsIn] of hidden.entries()) {
      let sum = weightsIn[features] ?? 0;
      for (let feature = 0; feature < features; feature += 1)
        sum += (row[feature] ?? 0) * (weightsIn[feature] ?? 0);
      score += Math.tanh(sum) * (out[unit] ?? 0);
    }
    scores[at] = score;
  }
  return scores;
}

/** Places of the scores, highest first; equal ones as they stand. */
export function orderOf(scores: Float64Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

interface Net {
  score(values: Float32Array): Float64Array;
  step(lists: readonly RankedList[], rate: number): void;
  copy(): Pick<RankingWeights, 'linear' | 'hidden' | 'out'>;
}

/** All parameters in one array: linear, then per hidden unit its weights and bias, then the units' own weights. */
function createNet(features: number, units: number, linear: readonly number[], random: () => number): Net {
  const width = features + 1;
  const outAt = features + units * width;
  const parameters = new Float64Array(outAt + units);
  parameters.set(linear);
  for (let at = features; at < outAt; at += 1)
    parameters[at] = ((random() * 2 - 1) * 1.5) / Math.sqrt(features);
  const gradient = new Float64Array(parameters.length);
  const first = new Float64Array(parameters.length);
  const second = new Float64Array(parameters.length);
  let steps = 0;

  const forward = (values: Float32Array, activations: Float64Array): Float64Array => {
    const rows = values.length / features;
    const scores = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const base = row * features;
      let score = 0;
      for (let f = 0; f < features; f += 1) score += (values[base + f] ?? 0) * (parameters[f] ?? 0);
      for (let unit = 0; unit < units; unit += 1) {
        const from = features + unit * width;
        let sum = parameters[from + features] ?? 0;
        for (let f = 0; f < features; f += 1) sum += (values[base + f] ?? 0) * (parameters[from + f] ?? 0);
        const active = Math.tanh(sum);
        activations[row * units + unit] = active;
        score += active * (parameters[outAt + unit] ?? 0);
      }
      scores[row] = score;
    }
    return scores;
  };

  const addGradient = ({ values, wanted }: RankedList): void => {
    const rows = wanted.length;
    const activations = new Float64Array(rows * units);
    const errors = softmax(forward(values, activations));
    const total = wanted.reduce((sum, value) => sum + value, 0);
    for (let row = 0; row < rows; row += 1) {
      const error = (errors[row] ?? 0) - (wanted[row] ?? 0) / total;
      const base = row * features;
      for (let f = 0; f < features; f += 1)
        gradient[f] = (gradient[f] ?? 0) + error * (values[base + f] ?? 0);
      for (let unit = 0; unit < units; unit += 1) {
        const active = activations[row * units + unit] ?? 0;
        gradient[outAt + unit] = (gradient[outAt + unit] ?? 0) + error * active;
        const inner = error * (parameters[outAt + unit] ?? 0) * (1 - active * active);
        const from = features + unit * width;
        for (let f = 0; f < features; f += 1) {
          gradient[from + f] = (gradient[from + f] ?? 0) + inner * (values[base + f] ?? 0);
        }
        gradient[from + features] = (gradient[from + features] ?? 0) + inner;
      }
    }
  };

  return {
    score: (values) => forward(values, new Float64Array((values.length / features) * units)),
    step(lists, rate) {
      gradient.fill(0);
      for (const list of lists) addGradient(list);
      steps += 1;
      const firstScale = 1 - 0.9 ** steps;
      const secondScale = 1 - 0.999 ** steps;
      for (let at = 0; at < parameters.length; at += 1) {
        const slope = (gradient[at] ?? 0) / lists.length;
        first[at] = 0.9 * (first[at] ?? 0) + 0.1 * slope;
        second[at] = 0.999 * (second[at] ?? 0) + 0.001 * slope * slope;
        const move = (first[at] ?? 0) / firstScale / (Math.sqrt((second[at] ?? 0) / secondScale) + 1e-8);
        parameters[at] = (parameters[at] ?? 0) - rate * (move + DECAY * (parameters[at] ?? 0));
      }
    },
    copy: () => ({
      linear: [...parameters.subarray(0, features)],
      hidden: Array.from({ length: units }, (_, unit) => [
        ...parameters.subarray(features + unit * width, features + (unit + 1) * width),
      ]),
      out: [...parameters.subarray(outAt)],
    }),
  };
}

function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const shares = scores.map((score) => Math.exp(score - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

function gradesOf(net: Net, lists: readonly RankedList[], judge: RankingOptions['judge']): number[] {
  return lists.map(({ values, wanted }) => judge(orderOf(net.score(values)), wanted));
}

/** Whether the mean gain over the same lists exceeds its standard error: few lists must not choose by luck. */
function surelyBetter(grades: readonly number[], before: readonly number[]): boolean {
  const gains = grades.map((grade, at) => grade - (before[at] ?? 0));
  const gained = mean(gains);
  const variance = mean(gains.map((each) => (each - gained) ** 2));
  return gained > Math.sqrt(variance / gains.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function momentsOf(lists: readonly RankedList[], features: number): { mean: number[]; deviation: number[] } {
  const sum = new Float64Array(features);
  const squares = new Float64Array(features);
  let rows = 0;
  for (const { values } of lists) {
    rows += values.length / features;
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at] ?? 0;
      const feature = at % features;
      sum[feature] = (sum[feature] ?? 0) + value;
      squares[feature] = (squares[feature] ?? 0) + value * value;
    }
  }
  const count = Math.max(1, rows);
  const mean = Array.from(sum, (value) => value / count);
  const deviation = mean.map((value, feature) => {
    const spread = Math.sqrt(Math.max(0, (squares[feature] ?? 0) / count - value * value));
    return spread > 1e-6 ? spread : 1;
  });
  return { mean, deviation };
}

function standardised(
  list: RankedList | undefined,
  mean: readonly number[],
  deviation: readonly number[],
): RankedList {
  const { values, wanted } = list ?? { values: new Float32Array(), wanted: new Float32Array() };
  const features = mean.length;
  return {
    values: values.map((value, at) => (value - (mean[at % features] ?? 0)) / (deviation[at % features] ?? 1)),
    wanted,
  };
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
