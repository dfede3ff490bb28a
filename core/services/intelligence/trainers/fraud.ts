import { REVIEW_ABOVE } from '../../../models/classification/grading.ts';
import { scoreLogistic } from '../../../models/classification/logistic.ts';
import { bootstrap } from '../../../models/evaluation/bootstrap.ts';
import { RankedClasses, type ClassFigures } from '../../../models/evaluation/ranked-classes.ts';
import { shareInterval } from '../../../models/evaluation/share-interval.ts';
import { type FraudModel, fraudScores, isFraudModel, trainFraud } from '../../../models/fraud/model.ts';
import { SIGNALS } from '../../../models/fraud/signals.ts';
import { simulateOrders } from '../../../models/fraud/simulation/shop.ts';
import { everyRow, type Features, featuresOf } from '../../../models/trees/features.ts';
import type { FraudRow } from '../fraud/rows.ts';
import { besideGrade } from '../lately.ts';
import type { ModelGrade } from '../ports.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';

/** Orders with their labels, in order of time. */
interface Labelled {
  readonly values: readonly ArrayLike<number>[];
  readonly fraud: Uint8Array;
  readonly timesMs: Float64Array;
}

/** Made-up orders to learn from; half as many are graded on. */
const SIMULATED_ORDERS = 80_000;
const LEARNED_SEED = 1;
const GRADED_SEED = 2;
/** Banks ask for money back within so long; an order nobody doubted until then was honest. */
const DOUBT_MS = 60 * 86_400_000;
/** Of the own orders with a label the newest are graded on. */
const HELD_OUT_SHARE = 0.3;
/** Fewer values than this say nothing of how an input is spread. */
const SPREAD_VALUES_MIN = 100;
const DRAWS = 200;
/** Fewer reviewed orders say nothing of late. */
const REVIEWED_MIN = 10;
const PRECISION = `precision above ${String(REVIEW_ABOVE)}`;

/** How suspicious an order is: made-up shops teach what fraud looks like until the shop's own reviews do. */
export const fraudTrainer = fraudTrainerOf({ simulatedOrders: SIMULATED_ORDERS });

/** With another number of made-up orders, or fewer trees: trains sooner, and finds less. */
export function fraudTrainerOf({
  simulatedOrders,
  treesMax,
}: {
  readonly simulatedOrders: number;
  readonly treesMax?: number;
}): Trainer<FraudRow> {
  let shops: readonly [Labelled, Labelled] | undefined;
  const madeUp = () =>
    (shops ??= [
      simulateOrders({ orders: simulatedOrders, seed: LEARNED_SEED }),
      simulateOrders({ orders: Math.round(simulatedOrders / 2), seed: GRADED_SEED }),
    ]);
  return {
    name: 'fraud',
    does: 'Scores every order from 0 to 100 by how much it looks like fraud, with reasons; above the limit a person looks.',
    data: 'Orders of a made-up shop with four patterns of fraud, and the own orders with what reviews and banks said of them.',
    train(rows, { live, seed }) {
      const own = labelledOf(rows);
      const cut = heldOutFrom(own, live?.trainedAtMs);
      const [lesson, test] = madeUp();
      const learned = joined(lesson, part(own, 0, cut));
      const graded = joined(test, part(own, cut, own.fraud.length));
      const { model } = trainFraud(learned, seed, treesMax === undefined ? {} : { treesMax });
      const known = live !== undefined && isFraudModel(live.content) ? live.content : undefined;
      const inputs = inputsOf(learned.values);
      return {
        content: model,
        rows: learned.fraud.length,
        grades: [...gradesOf(model, graded, seed), ...reviewGrade(rows)],
        liveOnSameRows: known === undefined ? null : ranked(known, graded).figures().averagePrecision,
        inputs: profilesOf(inputs),
      };
    },
    inputs: (rows, sinceMs) =>
      inputsOf(rows.filter(({ placedAtMs }) => placedAtMs >= sinceMs).map(({ values }) => values)),
    // Only orders that were held are looked at, so of those it let pass nothing is known.
    lately(rows, { live }) {
      const reviewed = reviewedOf(rows).filter(({ placedAtMs }) => placedAtMs >= live.trainedAtMs);
      const counted = { counted: reviewed.length, needed: REVIEWED_MIN, unit: 'orders' } as const;
      const lately = besideGrade({ metric: PRECISION, higherIsBetter: true }, live.grades, counted, () => {
        const fraud = reviewed.filter(({ review, disputed }) => disputed || review === 'rejected').length;
        const share = fraud / reviewed.length;
        return { value: share, ...shareInterval(share, reviewed.length) };
      });
      return { lately, carried: null };
    },
  };
}

/** Own orders of which it is known what they were, the oldest first. */
function labelledOf(rows: readonly FraudRow[]): Labelled {
  const newest = rows.reduce((latest, { placedAtMs }) => Math.max(latest, placedAtMs), 0);
  const known = rows
    .filter(({ values }) => values.length === SIGNALS.length)
    .flatMap((row) => {
      const { review, disputed, placedAtMs } = row;
      if (disputed || review === 'rejected') return [{ row, fraud: 1 }];
      return review === 'approved' || placedAtMs < newest - DOUBT_MS ? [{ row, fraud: 0 }] : [];
    })
    .sort((one, other) => one.row.placedAtMs - other.row.placedAtMs);
  return {
    values: known.map(({ row }) => row.values),
    fraud: Uint8Array.from(known, ({ fraud }) => fraud),
    timesMs: Float64Array.from(known, ({ row }) => row.placedAtMs),
  };
}

/** The newest part, or what the version that serves can not have seen, whichever is later. */
function heldOutFrom({ timesMs }: Labelled, liveTrainedAtMs: number | undefined): number {
  const newest = Math.round(timesMs.length * (1 - HELD_OUT_SHARE));
  if (liveTrainedAtMs === undefined) return newest;
  const unseen = timesMs.findIndex((time) => time > liveTrainedAtMs);
  return Math.max(newest, unseen === -1 ? timesMs.length : unseen);
}

function part({ values, fraud, timesMs }: Labelled, from: number, to: number): Labelled {
  return { values: values.slice(from, to), fraud: fraud.slice(from, to), timesMs: timesMs.slice(from, to) };
}

/** Made-up orders count as older than all others, whenever they were placed. */
function joined(simulated: Labelled, own: Labelled): Labelled {
  const first = own.timesMs[0] ?? 0;
  const last = simulated.timesMs.at(-1) ?? 0;
  return {
    values: [...simulated.values, ...own.values],
    fraud: Uint8Array.from([...simulated.fraud, ...own.fraud]),
    timesMs: Float64Array.from([...simulated.timesMs.map((time) => time - last + first - 1), ...own.timesMs]),
  };
}

function ranked(model: FraudModel, { values, fraud }: Labelled): RankedClasses {
  return new RankedClasses(fraudScores(model, values), fraud, REVIEW_ABOVE, HELD_OUT_SHARE);
}

function gradesOf(model: FraudModel, graded: Labelled, seed: number): ModelGrade[] {
  const { classifier } = model;
  const features: Features = featuresOf(SIGNALS, graded.values);
  const logistic = scoreLogistic(classifier.logistic, features, everyRow(graded.fraud.length));
  const ours = ranked(model, graded);
  const baseline = new RankedClasses(logistic, graded.fraud, 0, HELD_OUT_SHARE).figures();
  const drawn = drawsOf(ours, graded.fraud.length, seed);
  const grade = (metric: string, key: keyof ClassFigures, against: number | null): ModelGrade => ({
    metric,
    higherIsBetter: true,
    ours: ours.figures()[key],
    ...drawn(key),
    baseline: against === null ? null : 'logistic regression',
    baselineValue: against,
  });
  return [
    grade('average precision', 'averagePrecision', baseline.averagePrecision),
    grade(PRECISION, 'precision', null),
    grade(`recall above ${String(REVIEW_ABOVE)}`, 'recall', null),
  ];
}

/** Bounds of figures over orders drawn again and again. */
function drawsOf(of: RankedClasses, rows: number, seed: number) {
  const counts = new Int32Array(rows);
  return (key: keyof ClassFigures): { readonly low: number; readonly high: number } =>
    bootstrap(
      rows,
      (drawn) => {
        counts.fill(0);
        for (const row of drawn) counts[row] = (counts[row] ?? 0) + 1;
        return of.figures(counts)[key];
      },
      { seed, draws: DRAWS },
    );
}

/** Orders that were held for their score and looked at. */
function reviewedOf(rows: readonly FraudRow[]): readonly FraudRow[] {
  return rows.filter(({ score, review }) => score !== null && score > REVIEW_ABOVE && review !== null);
}

/** How many of the orders that were held for their score were let go after a look. */
function reviewGrade(rows: readonly FraudRow[]): ModelGrade[] {
  const reviewed = reviewedOf(rows);
  if (reviewed.length === 0) return [];
  const share = reviewed.filter(({ review }) => review === 'approved').length / reviewed.length;
  return [
    {
      metric: 'reviews that let the order go',
      higherIsBetter: false,
      ours: share,
      ...shareInterval(share, reviewed.length),
      baseline: null,
      baselineValue: null,
    },
  ];
}

/** Values that are known, by signal; signals that hardly ever are have none. */
function inputsOf(rows: readonly ArrayLike<number>[]): Record<string, Float64Array> {
  const entries = SIGNALS.map((name, at) => {
    const values = rows.map((row) => row[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return [name, Float64Array.from(values)] as const;
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length >= SPREAD_VALUES_MIN));
}
