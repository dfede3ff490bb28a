import { z } from 'zod';
import { probabilitiesOf, TREES_MAX, type TrainingLimits } from '../../classification/classifier.ts';
import { fixedDesign } from '../../classification/design.ts';
import {
  BETTER,
  calibrationTable,
  contendersOf,
  gradesOf,
  REVIEW_ABOVE,
  weightiest,
} from '../../classification/grading.ts';
import type { Split } from '../../classification/splits.ts';
import type { DetailTable, Report, SimulatedEvaluation } from '../../evaluation/evaluation.ts';
import { everyRow, featuresOf } from '../../trees/features.ts';
import { type FraudModel, fraudScores, trainFraud } from '../model.ts';
import { SIGNALS } from '../signals.ts';
import { PATTERNS } from './patterns.ts';
import { type LabelledOrders, PREVALENCE, simulateOrders, without } from './shop.ts';

const ORDERS = 120_000;
const ORDERS_MIN = 5_000;
const ORDERS_MAX = 500_000;
const SEED_MAX = 0xffff_fff0;
const TREES_MIN = 10;
/** Orders graded on for each order learned from. */
const HELD_OUT_SHARE = 0.5;

type Limits = Pick<TrainingLimits, 'treesMax'>;

const options = z.strictObject({
  orders: z.coerce
    .number()
    .int()
    .min(ORDERS_MIN)
    .max(ORDERS_MAX)
    .default(ORDERS)
    .describe('orders to learn from; half as many of another shop are graded on; 120000'),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(SEED_MAX)
    .default(1)
    .describe('of both shops, the draws and the trees; 1'),
  trees: z.coerce
    .number()
    .int()
    .min(TREES_MIN)
    .max(TREES_MAX)
    .default(TREES_MAX)
    .describe('the most trees of a model; fewer train sooner, and find less; 400'),
});

/** The fraud model on orders of simulated shops: how it is trained before a platform has reviews of its own. */
export const simulatedFraud: SimulatedEvaluation<typeof options> = {
  holds:
    'orders of a made-up shop: honest shoppers, some of whom look suspicious, and four patterns of fraud at 2 %',
  options,
  run: ({ orders, seed, trees }) => gradeSimulated(orders, seed, { treesMax: trees }),
};

function gradeSimulated(orders: number, seed: number, limits: Limits): Report {
  const learned = simulateOrders({ orders, seed });
  // Another seed is another shop: no person, address or ring of the one is in the other.
  const graded = simulateOrders({ orders: Math.round(orders * HELD_OUT_SHARE), seed: seed + 1 });
  const { model, training } = trainFraud(learned, seed, limits);
  const features = featuresOf(SIGNALS, [...learned.values, ...graded.values]);
  const fraud = Uint8Array.from([...learned.fraud, ...graded.fraud]);
  const rows = everyRow(fraud.length);
  const split: Split = {
    training: rows.subarray(0, learned.fraud.length),
    test: rows.subarray(learned.fraud.length),
  };
  const designed = fixedDesign(features, split.training).of(split.training);
  const probabilities = probabilitiesOf(model.classifier, features, split.test);
  const contenders = contendersOf(
    designed,
    training,
    fraudScores(model, graded.values),
    split,
    fraud,
    PREVALENCE,
  );
  const { grades, draws } = gradesOf(contenders, split.test.length, seed);
  const frauds = (of: LabelledOrders) => of.fraud.reduce((sum, one) => sum + one, 0);
  return {
    grades,
    better: BETTER,
    interval: `95 % bootstrap over orders, ${String(draws)} draws`,
    facts: {
      'orders learned from': `${String(learned.fraud.length)} (${String(frauds(learned))} fraud)`,
      'orders graded on': `${String(graded.fraud.length)} (${String(frauds(graded))} fraud), of another shop`,
      signals: SIGNALS.length,
      'trees chosen': `${training.shape.name}, ${model.classifier.trees.map((one) => one.trees.length).join(' + ')} trees`,
      "trees' share of the blend": model.classifier.treesShare,
      'probability at score 80': model.classifier.threshold,
      seed,
    },
    notes: [
      'Precision and recall are of the orders with a score above 80. Both shops are made up: the figures say that the patterns are learned, not how often they happen.',
      'A pattern left out is none of the training orders; the model then meets it for the first time.',
      'Of refund abuse the orders before the second claim count as honest: nobody could tell.',
    ],
    details: [
      patternTable(learned, graded, model, seed, limits),
      honestTable(graded, model),
      weightiest(training),
      calibrationTable(probabilities, graded.fraud),
    ],
  };
}

function flaggedBy(model: FraudModel, orders: LabelledOrders): readonly boolean[] {
  return Array.from(fraudScores(model, orders.values), (score) => score > REVIEW_ABOVE);
}

/** A row per pattern: how much of it is found when it is known, and when it is met for the first time. */
function patternTable(
  learned: LabelledOrders,
  graded: LabelledOrders,
  model: FraudModel,
  seed: number,
  limits: Limits,
): DetailTable {
  const known = flaggedBy(model, graded);
  const rows = PATTERNS.map((pattern) => {
    const unknowing = flaggedBy(trainFraud(without(learned, pattern), seed, limits).model, graded);
    const own = graded.kinds.flatMap((kind, row) =>
      kind === pattern && graded.fraud[row] === 1 ? [row] : [],
    );
    const found = (flagged: readonly boolean[]) => own.filter((row) => flagged[row]).length / own.length;
    return [pattern, own.length, found(known), found(unknowing)];
  });
  return {
    title: 'Recall by pattern: known, and left out of the training',
    header: ['pattern', 'frauds', 'recall', 'recall left out'],
    rows,
  };
}

/** Who is held for nothing. */
function honestTable(graded: LabelledOrders, model: FraudModel): DetailTable {
  const flagged = flaggedBy(model, graded);
  const kinds = [...new Set(graded.kinds)].sort();
  const rows = kinds.flatMap((kind) => {
    const own = graded.kinds.flatMap((each, row) => (each === kind && graded.fraud[row] === 0 ? [row] : []));
    if (own.length === 0) return [];
    return [[kind, own.length, own.filter((row) => flagged[row]).length / own.length]];
  });
  return {
    title: 'Honest orders held for review, by who placed them',
    header: ['who', 'orders', 'held'],
    rows,
  };
}
