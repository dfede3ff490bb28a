import { streamOf } from '../../kernel/seeded-random.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import { BOOTSTRAP_DRAWS, quantileOf } from '../evaluation/bootstrap.ts';
import type { DetailTable, Grade, Report } from '../evaluation/evaluation.ts';
import { RankedClasses, type ClassFigures } from '../evaluation/ranked-classes.ts';
import { timesOf, type Table } from '../evaluation/table.ts';
import { everyRow } from '../trees/features.ts';
import { calibrationBins } from './calibration.ts';
import { probabilitiesOf, trainClassifier, type Training } from './classifier.ts';
import { designOf, type DesignedRows } from './design.ts';
import { inputsOf, type Inputs } from './inputs.ts';
import { labelsOf, type LabelRules, type Labels } from './labels.ts';
import { scoreLogistic } from './logistic.ts';
import { bestSingleFeature, scoreSingle } from './single-feature.ts';
import { forwardFolds, splitByTime, splitStratified, stratifiedFolds, type Split } from './splits.ts';

export interface GradingOptions {
  readonly label?: string | undefined;
  /** The class to be found, as the file writes it. */
  readonly positive?: string | undefined;
  readonly time?: string | undefined;
  readonly seed: number;
  readonly budget: number;
}

const TEST_SHARE = 0.3;
const FOLDS = 4;
/** Rows drawn in all of a bootstrap; large tables get fewer draws, never fewer than the least. */
const DRAWN_ROWS_MAX = 20_000_000;
const DRAWS_MIN = 200;
const TAIL = 0.025;
const SHOWN_FEATURES = 12;
const PERCENT = 100;
/** A score above it is looked at by a person. */
export const REVIEW_ABOVE = 80;

const METRICS: readonly (readonly [string, keyof ClassFigures])[] = [
  ['AUC', 'auc'],
  ['average precision', 'averagePrecision'],
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['precision at budget', 'budgetPrecision'],
  ['recall at budget', 'budgetRecall'],
];

/** Which way each figure is good. */
export const BETTER: Report['better'] = Object.fromEntries(METRICS.map(([name]) => [name, 'higher']));

/** Scores of one model on the test rows. */
export interface Contender {
  readonly model: string;
  readonly baseline: boolean;
  readonly ranked: RankedClasses;
}

/**
 * A probability as a score from 0 to 100 on which the threshold is 80: what is above 80 is reviewed. Straight lines
 * on both sides, so that the order of probabilities stays.
 */
export function reviewScore(probability: number, threshold: number): number {
  if (probability <= threshold) return threshold > 0 ? (REVIEW_ABOVE * probability) / threshold : 0;
  const room = 1 - threshold;
  return room > 0 ? REVIEW_ABOVE + ((PERCENT - REVIEW_ABOVE) * (probability - threshold)) / room : PERCENT;
}

/** Trains the classifier and its baselines on one part of the table and grades them on the other. */
export function gradeClassifier(table: Table, rules: LabelRules, options: GradingOptions): Report {
  const labels = labelsOf(table, options.label, rules, options.positive);
  const time =
    options.time === undefined ? undefined : { name: options.time, times: timesOf(table, options.time) };
  const inputs = inputsOf(table, labels.column, time);
  if (inputs.numbers.length + inputs.categories.length === 0) {
    throw new BadInput('--input: no column besides the label tells rows apart');
  }
  const { positive } = labels;
  const split = time
    ? splitByTime(everyRow(positive.length), time.times.values, TEST_SHARE)
    : splitStratified(positive, everyRow(positive.length), TEST_SHARE, options.seed);
  requireClasses(split, positive, labels);
  const rows = split.training;
  const folds = time
    ? forwardFolds(rows, time.times.values).filter((fold) => bothClasses(fold, positive))
    : stratifiedFolds(positive, rows, FOLDS, options.seed);
  if (folds.length === 0)
    throw new BadInput(`column ${labels.column}: too few ${labels.positiveText} early in time`);
  const design = designOf(inputs, positive, rows, options.seed);
  const training = trainClassifier(design, positive, rows, folds, options.seed);
  const designed = design.of(rows);
  const observed = Uint8Array.from(split.test, (row) => positive[row] ?? 0);
  const probabilities = probabilitiesOf(training.classifier, designed.features, split.test);
  const scores = probabilities.map((one) => reviewScore(one, training.classifier.threshold));
  const contenders = contendersOf(designed, training, scores, split, positive, options.budget);
  const { grades, draws } = gradesOf(contenders, split.test.length, options.seed);
  return {
    grades,
    better: BETTER,
    interval: `95 % bootstrap over test rows, ${draws} draws`,
    facts: factsOf(labels, inputs, split, training, options),
    notes: notesOf(labels, inputs, training, contenders, options),
    details: [weightiest(training), calibrationTable(probabilities, observed)],
  };
}

function requireClasses(split: Split, positive: Uint8Array, labels: Labels): void {
  if (bothClasses(split, positive)) return;
  throw new BadInput(
    `column ${labels.column}: training and test need rows of both classes; in time order one has only one class`,
  );
}

function bothClasses({ training, test }: Split, positive: Uint8Array): boolean {
  return [training, test].every((rows) => {
    const found = rows.reduce((sum, row) => sum + (positive[row] ?? 0), 0);
    return found > 0 && found < rows.length;
  });
}

/**
 * The classifier and its baselines on the test rows of a split.
 *
 * @param scores of the test rows, 0 to 100 with the threshold at 80
 */
export function contendersOf(
  designed: DesignedRows,
  training: Training,
  scores: Float64Array,
  { training: rows, test }: Split,
  positive: Uint8Array,
  budget: number,
): Contender[] {
  const { classifier } = training;
  const observed = Uint8Array.from(test, (row) => positive[row] ?? 0);
  const single = bestSingleFeature(designed, positive, rows);
  const logistic = scoreLogistic(classifier.logistic, designed.features, test).map(
    (score) => 1 / (1 + Math.exp(-score)),
  );
  const contender = (model: string, baseline: boolean, of: Float64Array, threshold: number): Contender => ({
    model,
    baseline,
    ranked: new RankedClasses(of, observed, threshold, budget),
  });
  return [
    contender('ours', false, scores, REVIEW_ABOVE),
    contender('logistic regression', true, logistic, training.logisticThreshold),
    contender(`best feature: ${single.name}`, true, scoreSingle(single, designed, test), single.threshold),
  ];
}

/** The figures of all contenders, each with its bootstrap interval over the test rows. */
export function gradesOf(
  contenders: readonly Contender[],
  rows: number,
  seed: number,
): { readonly grades: readonly Grade[]; readonly draws: number } {
  const draws = Math.round(Math.min(BOOTSTRAP_DRAWS, Math.max(DRAWS_MIN, DRAWN_ROWS_MAX / rows)));
  const random = streamOf(seed, 'bootstrap');
  const counts = new Int32Array(rows);
  const drawn = contenders.map(() => METRICS.map((): number[] => []));
  for (let draw = 0; draw < draws; draw += 1) {
    counts.fill(0);
    for (let index = 0; index < rows; index += 1) {
      const row = Math.floor(random() * rows);
      counts[row] = (counts[row] ?? 0) + 1;
    }
    for (const [index, { ranked }] of contenders.entries()) {
      const figures = ranked.figures(counts);
      for (const [metric, [, key]] of METRICS.entries()) {
        if (!Number.isNaN(figures[key])) drawn[index]?.[metric]?.push(figures[key]);
      }
    }
  }
  const grades = contenders.flatMap(({ model, baseline, ranked }, index) => {
    const figures = ranked.figures();
    return METRICS.map(([metric, key], place) => {
      const sorted = Float64Array.from(drawn[index]?.[place] ?? []).sort();
      return {
        model,
        baseline,
        metric,
        value: figures[key],
        low: quantileOf(sorted, TAIL),
        high: quantileOf(sorted, 1 - TAIL),
      };
    });
  });
  return { grades, draws };
}

function factsOf(
  labels: Labels,
  inputs: Inputs,
  split: Split,
  { classifier, shape, rowsUsed }: Training,
  { time, seed, budget }: GradingOptions,
): Report['facts'] {
  const rows = labels.positive.length;
  const positivesOf = (of: Int32Array) => of.reduce((sum, row) => sum + (labels.positive[row] ?? 0), 0);
  return {
    label: `${labels.column}, looked for: ${labels.positiveText} (${labels.because})`,
    rows,
    'share of positives': labels.positives / rows,
    'training rows': `${split.training.length} (${positivesOf(split.training)} positive)`,
    'test rows': `${split.test.length} (${positivesOf(split.test)} positive)`,
    split: time === undefined ? 'at random, each class alike' : `by ${time}: the latest rows are the test`,
    'number columns': inputs.numbers.length,
    'category columns': inputs.categories.length,
    'trees chosen': `${shape.name}, ${classifier.trees.map((model) => model.trees.length).join(' + ')} trees`,
    'rows the trees were grown on': rowsUsed,
    "trees' share of the blend": classifier.treesShare,
    'probability at score 80': classifier.threshold,
    budget,
    seed,
  };
}

function notesOf(
  labels: Labels,
  inputs: Inputs,
  training: Training,
  contenders: readonly Contender[],
  { budget }: GradingOptions,
): string[] {
  const notes = [
    'Precision and recall are at the threshold where the smaller of the two was highest on held-out rows of the training side; on the score of 0 to 100 it is 80.',
    `At the budget the ${String(PERCENT * budget)} % of the test rows with the highest scores are reviewed.`,
  ];
  if (labels.guessed) {
    notes.push(
      `Neither class has a name that is known: "${labels.positiveText}", the rarer one, is looked for; --positive says another.`,
    );
  }
  if (inputs.leftOut.length > 0) notes.push(`Columns left out: ${inputs.leftOut.join(', ')}.`);
  if (training.rowsUsed < labels.positive.length * (1 - TEST_SHARE) - 1) {
    notes.push('Of so many rows the trees saw a drawn part of the negative ones, weighted to stand for all.');
  }
  const figures = contenders.map(({ model, baseline, ranked }) => ({ model, baseline, ...ranked.figures() }));
  const [ours] = figures;
  for (const [metric, key] of METRICS.slice(0, 2)) {
    const better = figures.filter((one) => one.baseline && one[key] > (ours?.[key] ?? 0));
    if (better.length > 0) notes.push(`${better.map(({ model }) => model).join(' and ')} wins by ${metric}.`);
  }
  return notes;
}

export function weightiest({ classifier }: Training): DetailTable {
  const gains = new Map<string, number>();
  let total = 0;
  for (const { trees, features } of classifier.trees) {
    for (const tree of trees) {
      for (const [node, gain] of tree.gain.entries()) {
        const name = features[tree.feature[node] ?? -1];
        if (name === undefined) continue;
        gains.set(name, (gains.get(name) ?? 0) + gain);
        total += gain;
      }
    }
  }
  const rows = [...gains].sort((one, other) => other[1] - one[1]).slice(0, SHOWN_FEATURES);
  return {
    title: "What the trees asked most (share of the loss' fall)",
    header: ['feature', 'share'],
    rows: rows.map(([name, gain]) => [name, gain / total]),
  };
}

export function calibrationTable(probabilities: Float64Array, observed: Uint8Array): DetailTable {
  return {
    title: 'Calibration on the test rows, by tenths of the probability',
    header: ['rows', 'predicted', 'observed'],
    rows: calibrationBins(probabilities, observed).map((bin) => [bin.rows, bin.predicted, bin.observed]),
  };
}
