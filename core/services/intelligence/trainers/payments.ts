import { calibrationBins } from '../../../models/classification/calibration.ts';
import { scoreLogistic } from '../../../models/classification/logistic.ts';
import { BadInput } from '../../../models/evaluation/bad-input.ts';
import { bootstrap, bootstrapMean } from '../../../models/evaluation/bootstrap.ts';
import { RankedClasses } from '../../../models/evaluation/ranked-classes.ts';
import type { PaymentAttempt } from '../../../models/payments/attempts.ts';
import {
  failureProbabilities,
  isPaymentModel,
  type PaymentModel,
  type PaymentRows,
  paymentRowsOf,
  trainPayments,
} from '../../../models/payments/model.ts';
import { PAYMENT_SIGNALS } from '../../../models/payments/signals.ts';
import { everyRow, featuresOf } from '../../../models/trees/features.ts';
import { besideGrade } from '../lately.ts';
import type { ModelGrade } from '../ports.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';

/** The newest attempts are graded on. */
const HELD_OUT_SHARE = 0.3;
/** Fewer attempts, or fewer failures among them, grade nothing. */
const HELD_OUT_MIN = 100;
const HELD_OUT_FAILURES_MIN = 10;
/** Fewer values than this say nothing of how an input is spread. */
const SPREAD_VALUES_MIN = 100;
const DRAWS = 200;
const TENTHS = 10;
const LOG_LOSS = 'log loss';
/** Certainty would make one wrong word count without end. */
const PROBABILITY_MIN = 1e-6;

/** How probable it is that a payment goes through. */
export const paymentsTrainer: Trainer<PaymentAttempt> = {
  name: 'payments',
  does: 'Tells how probable it is that a payment goes through, from what is known before it is tried.',
  data: 'The own attempts to take money with what the gateway said; nothing is made up.',
  train(attempts, { live, seed }) {
    const rows = paymentRowsOf(attempts);
    const cut = heldOutFrom(rows, live?.trainedAtMs);
    const learned = part(rows, 0, cut);
    const graded = part(rows, cut, rows.failed.length);
    const { model } = trainPayments(learned, seed);
    if (graded.failed.length < HELD_OUT_MIN || sumOf(graded.failed) < HELD_OUT_FAILURES_MIN) {
      throw new BadInput(
        `payments: the newest attempts must be ${String(HELD_OUT_MIN)} at least, ${String(HELD_OUT_FAILURES_MIN)} of them failed, to grade it on`,
      );
    }
    const known = live !== undefined && isPaymentModel(live.content) ? live.content : undefined;
    const seen = live !== undefined && (graded.timesMs[0] ?? 0) <= live.trainedAtMs;
    return {
      content: model,
      rows: learned.failed.length,
      grades: gradesOf(model, learned, graded, seed),
      liveOnSameRows:
        known === undefined || seen
          ? null
          : mean(logLosses(failureProbabilities(known, graded.values), graded.failed)),
      inputs: profilesOf(inputsOf(learned.values)),
    };
  },
  inputs: (attempts, sinceMs) => {
    const { values, timesMs } = paymentRowsOf(attempts);
    return inputsOf(values.filter((_, row) => (timesMs[row] ?? 0) >= sinceMs));
  },
  lately(attempts, { live, seed }) {
    if (!isPaymentModel(live.content)) return undefined;
    const model = live.content;
    const rows = paymentRowsOf(attempts);
    const first = rows.timesMs.findIndex((time) => time >= live.trainedAtMs);
    const { values, failed } = part(rows, first < 0 ? rows.failed.length : first, rows.failed.length);
    const counted = { counted: failed.length, needed: HELD_OUT_MIN, unit: 'payments' } as const;
    const lately = besideGrade({ metric: LOG_LOSS, higherIsBetter: false }, live.grades, counted, () => {
      const losses = logLosses(failureProbabilities(model, values), failed);
      return { value: mean(losses), ...bootstrapMean(losses, { seed, draws: DRAWS }) };
    });
    return { lately, carried: null };
  },
};

/** The newest part; less of it where that alone is what the version that serves has not seen, and is enough. */
function heldOutFrom({ timesMs, failed }: PaymentRows, liveTrainedAtMs: number | undefined): number {
  const newest = Math.round(timesMs.length * (1 - HELD_OUT_SHARE));
  if (liveTrainedAtMs === undefined) return newest;
  const unseen = timesMs.findIndex((time) => time > liveTrainedAtMs);
  const enough =
    unseen >= 0 &&
    timesMs.length - unseen >= HELD_OUT_MIN &&
    sumOf(failed.subarray(unseen)) >= HELD_OUT_FAILURES_MIN;
  return enough ? Math.max(newest, unseen) : newest;
}

function part({ values, failed, timesMs }: PaymentRows, from: number, to: number): PaymentRows {
  return { values: values.slice(from, to), failed: failed.slice(from, to), timesMs: timesMs.slice(from, to) };
}

/** Log loss decides, against the better of the two simple ways on the same attempts. */
function gradesOf(
  model: PaymentModel,
  learned: PaymentRows,
  { values, failed }: PaymentRows,
  seed: number,
): ModelGrade[] {
  const ours = failureProbabilities(model, values);
  const all = everyRow(failed.length);
  const logistic = scoreLogistic(model.classifier.logistic, featuresOf(PAYMENT_SIGNALS, values), all).map(
    (score) => 1 / (1 + Math.exp(-score)),
  );
  const share = sumOf(learned.failed) / learned.failed.length;
  const always = new Float64Array(failed.length).fill(share);
  const [baseline, simple] =
    mean(logLosses(logistic, failed)) < mean(logLosses(always, failed))
      ? (['logistic regression', logistic] as const)
      : (['the share of all that fail', always] as const);
  const averaged = (metric: string, of: typeof logLosses): ModelGrade => ({
    metric,
    higherIsBetter: false,
    ours: mean(of(ours, failed)),
    ...bootstrapMean(of(ours, failed), { seed, draws: DRAWS, concern: metric }),
    baseline,
    baselineValue: mean(of(simple, failed)),
  });
  return [
    averaged(LOG_LOSS, logLosses),
    averaged('Brier score', squaredErrors),
    {
      metric: 'area under the curve',
      higherIsBetter: true,
      ours: areaOf(ours, failed),
      ...areaInterval(ours, failed, seed),
      baseline: 'logistic regression',
      baselineValue: areaOf(logistic, failed),
    },
    {
      metric: 'calibration error by tenths',
      higherIsBetter: false,
      ours: calibrationError(ours, failed),
      low: null,
      high: null,
      baseline: 'logistic regression',
      baselineValue: calibrationError(logistic, failed),
    },
  ];
}

function logLosses(probabilities: Float64Array, failed: Uint8Array): Float64Array {
  return probabilities.map((probability, row) => {
    const kept = Math.min(Math.max(probability, PROBABILITY_MIN), 1 - PROBABILITY_MIN);
    return -Math.log(failed[row] === 1 ? kept : 1 - kept);
  });
}

function squaredErrors(probabilities: Float64Array, failed: Uint8Array): Float64Array {
  return probabilities.map((probability, row) => (probability - (failed[row] ?? 0)) ** 2);
}

function areaOf(probabilities: Float64Array, failed: Uint8Array): number {
  return new RankedClasses(probabilities, failed, 1, 1).figures().auc;
}

function areaInterval(probabilities: Float64Array, failed: Uint8Array, seed: number) {
  const ranked = new RankedClasses(probabilities, failed, 1, 1);
  const counts = new Int32Array(failed.length);
  return bootstrap(
    failed.length,
    (drawn) => {
      counts.fill(0);
      for (const row of drawn) counts[row] = (counts[row] ?? 0) + 1;
      return ranked.figures(counts).auc;
    },
    { seed, draws: DRAWS },
  );
}

/** How far the predicted share is from the observed one, over tenths of the attempts by their probability (Naeini et al. 2015). */
function calibrationError(probabilities: Float64Array, failed: Uint8Array): number {
  return calibrationBins(probabilities, failed, TENTHS).reduce(
    (sum, { rows, predicted, observed }) => sum + (rows / failed.length) * Math.abs(predicted - observed),
    0,
  );
}

function sumOf(values: Uint8Array): number {
  return values.reduce((sum, one) => sum + one, 0);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** Values that are known, by signal; signals that hardly ever are have none. */
function inputsOf(rows: readonly ArrayLike<number>[]): Record<string, Float64Array> {
  const entries = PAYMENT_SIGNALS.map((name, at) => {
    const values = rows.map((row) => row[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return [name, Float64Array.from(values)] as const;
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length >= SPREAD_VALUES_MIN));
}
