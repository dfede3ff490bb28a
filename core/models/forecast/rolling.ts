import { type Habits } from './calendar.ts';
import { simulateEts } from './ets.ts';
import { eventEffects } from './events.ts';
import {
  bounded,
  forecastAlone,
  type Method,
  type Paths,
  seasonalEts,
  type SeasonalEts,
  type Task,
} from './methods.ts';
import type { Panel, Series } from './panel.ts';
import type { Told } from './tree-features.ts';
import { toldOf, trainTreesForecast, treesPaths } from './tree-forecast.ts';

/** All forecasts from one origin, made of nothing that came later. */
export interface Origin {
  /** Steps back from the data's end (or the series' own, where each has its own clock). */
  readonly back: number;
  /** Per series, how many of its values were seen; 0 where they were too few. */
  readonly lengths: Int32Array;
  /** Per series; empty where its values were too few. */
  readonly paths: readonly Paths[];
  /** The ETS of each series as it is, the baseline and what its intervals come from. */
  readonly ets: readonly (SeasonalEts | undefined)[];
}

/**
 * Makes the forecasts of all series by all methods from any origin, and keeps them: the same origin serves as a test
 * and, for later tests, as part of their validation. What is made at an origin depends on values before it alone.
 */
export class Rolling {
  readonly panel: Panel;
  readonly habits: Habits;
  readonly #seed: number;
  readonly #told: readonly Told[];
  readonly #origins = new Map<number, Origin>();
  readonly #least: number;

  constructor(panel: Panel, habits: Habits, seed: number) {
    this.panel = panel;
    this.habits = habits;
    this.#seed = seed;
    this.#told = toldOf(panel, habits.season, habits.longSeason);
    this.#least = leastLength(habits.season);
  }

  /** How many values of a series lie before an origin; 0 when they are too few to forecast from. */
  lengthAt(series: Series, back: number): number {
    const last = series.start + series.values.length - 1;
    const later = this.panel.aligned ? this.panel.end - last : 0;
    const length = series.values.length - Math.max(0, back - later);
    return length >= this.#least ? length : 0;
  }

  /** The first of the steps after an origin, as an index of the series; undefined where it has ended before. */
  firstAhead(series: Series, back: number): number | undefined {
    const length = this.lengthAt(series, back);
    return length === 0 || length >= series.values.length ? undefined : length;
  }

  task(series: Series, length: number): Task {
    const { season, longSeason, horizon } = this.habits;
    return {
      values: series.values.subarray(0, length),
      season,
      longSeason,
      horizon,
      nonNegative: this.panel.nonNegative,
    };
  }

  at(back: number): Origin {
    const known = this.#origins.get(back);
    if (known !== undefined) return known;
    const made = this.#make(back);
    this.#origins.set(back, made);
    return made;
  }

  #make(back: number): Origin {
    const { series } = this.panel;
    const { season, longSeason, horizon } = this.habits;
    const lengths = Int32Array.from(series, (each) => this.lengthAt(each, back));
    const rules = { calendar: this.panel.calendar, season, longSeason, known: this.panel.known };
    const events = eventEffects(this.panel, lengths, season);
    const calm =
      events === undefined
        ? series
        : series.map((each, index) => ({ ...each, values: events.calm[index] ?? each.values }));
    const seen =
      events === undefined ? this.#told : toldOf({ ...this.panel, series: calm }, season, longSeason);
    const trees = trainTreesForecast(seen, rules, lengths, horizon, this.#seed);
    const treesPath = trees === undefined ? undefined : treesPaths(trees, horizon);
    const ets: (SeasonalEts | undefined)[] = [];
    const paths: Paths[] = [];
    for (const [index, each] of series.entries()) {
      const length = lengths[index] ?? 0;
      if (length === 0) {
        ets.push(undefined);
        paths.push(new Map());
        continue;
      }
      const asItIs = this.task(each, length);
      const fit = seasonalEts(asItIs.values, season);
      const task = this.task(calm[index] ?? each, length);
      const alone = new Map<Method, Float64Array>(
        forecastAlone(task, events === undefined ? fit : seasonalEts(task.values, season)),
      );
      const told = seen[index];
      if (treesPath !== undefined && told !== undefined)
        alone.set('trees', bounded(treesPath(told, length), task));
      ets.push(fit);
      paths.push(
        events === undefined
          ? alone
          : new Map(
              [...alone].map(([method, path]) => [
                method,
                path.map((value, ahead) => value * events.factorAt(index, length + ahead)),
              ]),
            ),
      );
    }
    return { back, lengths, paths, ets };
  }
}

/** Values that a series needs before its first forecast. */
export function leastLength(season: number): number {
  return Math.max(6, season + 2);
}

/** Paths drawn to tell the spread of an ETS forecast. */
const DRAWN_PATHS = 400;

/** Draws of the ETS of one series: `DRAWN_PATHS × horizon` values. */
export function drawEts(
  ets: SeasonalEts,
  horizon: number,
  random: () => number,
): { draws: Float64Array; count: number } {
  const draws = simulateEts(ets.fit, horizon, DRAWN_PATHS, random);
  const { indices } = ets;
  const season = Math.max(1, indices.length);
  for (let at = 0; at < draws.length && indices.length > 0; at += 1) {
    draws[at] = (draws[at] ?? 0) + (indices[(at % horizon) % season] ?? 0);
  }
  return { draws, count: DRAWN_PATHS };
}
