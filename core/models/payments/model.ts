import {
  type Classifier,
  probabilitiesOf,
  type Training,
  trainClassifier,
} from '../classification/classifier.ts';
import { fixedDesign } from '../classification/design.ts';
import { forwardFolds } from '../classification/splits.ts';
import { SHAPES } from '../classification/tree-shapes.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import { everyRow, featuresOf } from '../trees/features.ts';
import type { PaymentAttempt } from './attempts.ts';
import { PaymentHistory } from './history.ts';
import { PAYMENT_SIGNALS, paymentSignalsOf } from './signals.ts';

/** The model of payments that fail as plain data: JSON holds it whole. */
export interface PaymentModel {
  readonly kind: 'payments';
  /** What the values of a row are, in their order: a model of other signals must not read them. */
  readonly signals: readonly string[];
  readonly classifier: Classifier;
}

/** Attempts whose outcome is known, in the order of time, each seen with what was known before it. */
export interface PaymentRows {
  readonly values: readonly ArrayLike<number>[];
  /** 1: it failed. */
  readonly failed: Uint8Array;
  readonly timesMs: Float64Array;
}

const LIMITS = { shapes: SHAPES.slice(0, 1), bagsMax: 2 };
/** Fewer of a class teach nothing. */
const CLASS_ROWS_MIN = 20;

/** Plays attempts in the order of time; in any order given. */
export function paymentRowsOf(attempts: readonly PaymentAttempt[]): PaymentRows {
  const history = new PaymentHistory();
  const ordered = [...attempts].sort((one, other) => one.atMs - other.atMs);
  const seen = ordered.map((attempt) => {
    const values = paymentSignalsOf(attempt, history.before(attempt));
    history.add(attempt);
    return { attempt, values };
  });
  const known = seen.filter(({ attempt }) => attempt.succeeded !== null);
  return {
    values: known.map(({ values }) => values),
    failed: Uint8Array.from(known, ({ attempt }) => (attempt.succeeded === false ? 1 : 0)),
    timesMs: Float64Array.from(known, ({ attempt }) => attempt.atMs),
  };
}

/** Throws BadInput when there are too few of a class, or all of one late in time. */
export function trainPayments(
  { values, failed, timesMs }: PaymentRows,
  seed: number,
): { readonly model: PaymentModel; readonly training: Training } {
  const failures = failed.reduce((sum, one) => sum + one, 0);
  if (Math.min(failures, failed.length - failures) < CLASS_ROWS_MIN) {
    throw new BadInput(
      `payments: at least ${String(CLASS_ROWS_MIN)} that failed and as many that did not are needed`,
    );
  }
  const all = everyRow(failed.length);
  const folds = forwardFolds(all, timesMs).filter(({ training, test }) =>
    [training, test].every((rows) => new Set(rows.map((row) => failed[row] ?? 0)).size === 2),
  );
  if (folds.length === 0) throw new BadInput('payments: no failure is known early enough to learn from');
  const design = fixedDesign(featuresOf(PAYMENT_SIGNALS, values), all);
  const training = trainClassifier(design, failed, all, folds, seed, LIMITS);
  return { model: { kind: 'payments', signals: PAYMENT_SIGNALS, classifier: training.classifier }, training };
}

/** Whether content that was stored is a model that this build can use. */
export function isPaymentModel(content: unknown): content is PaymentModel {
  if (typeof content !== 'object' || content === null || !('kind' in content)) return false;
  const { kind, signals } = content as Partial<PaymentModel>;
  return (
    kind === 'payments' &&
    signals?.length === PAYMENT_SIGNALS.length &&
    PAYMENT_SIGNALS.every((name, at) => signals[at] === name)
  );
}

/** Calibrated probabilities that payments fail. */
export function failureProbabilities(
  { classifier }: PaymentModel,
  values: readonly ArrayLike<number>[],
): Float64Array {
  return probabilitiesOf(classifier, featuresOf(PAYMENT_SIGNALS, values), everyRow(values.length));
}
