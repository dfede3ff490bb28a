import { streamOf, whole } from '../../kernel/seeded-random.ts';
import { binFeatures } from '../trees/bins.ts';
import { trainTrees, type TreesModel } from '../trees/boost.ts';
import { scorerOf } from '../trees/predict.ts';
import type { Panel } from './panel.ts';
import { featureNames, type FeatureRules, Told } from './tree-features.ts';

/** Rows that the trees of one origin learn from. */
const ROWS_MAX = 60_000;
/** With fewer values to learn from in all series together trees only learn noise. */
const VALUES_LEAST = 400;
/** A value this many times its series' size teaches no more than that. */
const TARGET_MAX = 20;
/** How far back examples are taken from, in long seasons or, without one, in seasons. */
const LONG_SEASONS_BACK = 2;
const SEASONS_BACK = 110;

/** One model for all series of a panel: what to expect of any of them at any step ahead. */
export interface TreesForecast {
  readonly model: TreesModel;
  readonly rules: FeatureRules;
}

/** Running sums of every series, made once for all origins. */
export function toldOf(panel: Panel, season: number, longSeason: number): readonly Told[] {
  const rules = { calendar: panel.calendar, season, longSeason, known: panel.known };
  return panel.series.map((series) => new Told(series, rules));
}

/**
 * Learns from what all series did in their training parts, each divided by its own size: what followed at one to `horizon`
 * steps after many origins of the past. Boosted trees under the absolute error, as the winners of the M5 competition
 * built them (Makridakis, Spiliotis and Assimakopoulos 2022).
 *
 * @param lengths how many values of each series may be seen; 0 leaves it out
 * @returns undefined when there is too little to learn from
 */
export function trainTreesForecast(
  told: readonly Told[],
  rules: FeatureRules,
  lengths: ArrayLike<number>,
  horizon: number,
  seed: number,
): TreesForecast | undefined {
  const reach = rules.longSeason > 0 ? LONG_SEASONS_BACK * rules.longSeason : SEASONS_BACK * rules.season;
  const spans = told.map((_, index) => spanOf(lengths[index] ?? 0, rules.season, reach));
  const total = spans.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  if (total < VALUES_LEAST) return undefined;
  const names = featureNames(rules);
  const wanted = Math.min(ROWS_MAX, total * Math.min(4, horizon));
  const columns = names.map(() => new Float32Array(wanted));
  const targets = new Float64Array(wanted);
  const row = new Float64Array(names.length);
  const random = streamOf(seed, 'forecast rows');
  let count = 0;
  for (const [index, each] of told.entries()) {
    const { from, to } = spans[index] ?? { from: 0, to: 0 };
    const share = total > 0 ? Math.round((wanted * Math.max(0, to - from)) / total) : 0;
    for (let draw = 0; draw < share && count < wanted; draw += 1) {
      const time = whole(random, from, to - 1);
      const ahead = whole(random, 0, Math.min(horizon - 1, time - from));
      const origin = time - ahead;
      const scale = each.scaleAt(origin);
      if (each.series.observed[time] === 0 || !(scale > 0)) continue;
      each.write(origin, ahead, scale, row);
      for (const [column, values] of columns.entries()) values[count] = row[column] ?? Number.NaN;
      const target = (each.series.values[time] ?? 0) / scale;
      targets[count] = Math.max(-TARGET_MAX, Math.min(TARGET_MAX, target));
      count += 1;
    }
  }
  if (count < VALUES_LEAST) return undefined;
  const rows = columns.map((column) => column.subarray(0, count));
  const features = binFeatures({ names, columns: rows, rows: count });
  const model = trainTrees(
    { features, targets: { values: targets.subarray(0, count) } },
    { ...BOOSTING, rowsInLeafMin: Math.max(20, Math.round(count / 1_000)), seed },
  );
  return { model, rules };
}

const BOOSTING = {
  loss: { kind: 'quantile', level: 0.5 },
  trees: 120,
  learningRate: 0.08,
  leavesMax: 24,
  rowShare: 0.7,
  featureShare: 0.7,
} as const;

/** Forecasts of one series from its first `length` values. */
export function treesPaths(
  forecast: TreesForecast,
  horizon: number,
): (told: Told, length: number) => Float64Array {
  const score = scorerOf(forecast.model);
  const row = new Float64Array(featureNames(forecast.rules).length);
  return (told, length) => {
    const scale = told.scaleAt(length);
    const path = new Float64Array(horizon);
    if (!(scale > 0)) return path;
    for (let ahead = 0; ahead < horizon; ahead += 1) {
      told.write(length, ahead, scale, row);
      path[ahead] = score(row) * scale;
    }
    return path;
  };
}

/** Times whose values are learned: after two seasons, or half of what there is. */
function spanOf(length: number, season: number, reach: number): { from: number; to: number } {
  const from = Math.max(Math.min(2 * season, Math.floor(length / 2)), length - reach, 1);
  return { from, to: length };
}
