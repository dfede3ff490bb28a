import { BadInput } from '../../../models/evaluation/bad-input.ts';
import { bootstrap } from '../../../models/evaluation/bootstrap.ts';
import {
  type ForecastGrade,
  type ForecastPoint,
  storyOf,
  trainForecast,
} from '../../../models/forecast/model.ts';
import { panelOf, type Series } from '../../../models/forecast/panel.ts';
import { besideGrade } from '../lately.ts';
import type { ModelGrade } from '../ports.ts';
import type { DaySales } from '../rows.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';
import { dayInputs } from './day-inputs.ts';
import { type DayError, dayErrors, lastDays } from './day-errors.ts';

/** What serves demand forecasts; plain data. Days are UTC. */
export interface DemandContent {
  /** The last day that was learnt from. */
  readonly lastDay: string;
  readonly season: number;
  readonly horizon: number;
  readonly errorCorrelation: number;
  readonly products: Readonly<Record<string, ProductDemand>>;
}

export interface ProductDemand {
  readonly points: readonly ForecastPoint[];
  /** Methods and their shares. */
  readonly model: string;
  readonly grade: ForecastGrade | null;
  readonly shape: DemandShape;
  /** Units of each of the last days, oldest first. */
  readonly recent: readonly number[];
}

/** What moves the demand of a product, in words a shop understands. */
export interface DemandShape {
  /** Change of the trend over the last four weeks, as a share of its level. */
  readonly trend: number;
  /** Share of the variance that trend and week explain, 0 to 1. */
  readonly trendStrength: number;
  readonly seasonStrength: number;
  /** Of each weekday, Monday first: units above or below the trend. */
  readonly weekdays: readonly number[];
}

const WEEK = 7;
const HORIZON = { least: 7, most: 90 } as const;
/** Of a history this share at most is forecast ahead. */
const HORIZON_SHARE = 4;
const DAYS_MIN = 21;
const TREND_DAYS = 28;
const RECENT_DAYS = 90;
const WAPE = { metric: 'WAPE', higherIsBetter: false } as const;
/** The first of January 1970 was a Thursday. */
const FIRST_WEEKDAY = 3;
const DAY_MS = 86_400_000;

/** How much of each product sells on which day. */
export const demandTrainer: Trainer<DaySales> = {
  name: 'demand',
  does: 'Forecasts how many units of each product sell on each of the next days, with bounds, and when to reorder.',
  data: 'Units ordered by day of the 3,000 products that sold most in the last 28 days, the last 400 days up to yesterday.',
  train(rows, { seed }) {
    // Of a single day there is no step from one to the next.
    const days = new Set(rows.map(({ day }) => day)).size;
    if (days < 2) throw tooFewDays(days);
    const panel = panelOf(
      {
        names: rows.map(({ productId }) => productId),
        times: { kind: 'dates', values: Float64Array.from(rows, ({ day }) => Date.parse(day)) },
        values: Float64Array.from(rows, ({ units }) => units),
        known: new Map(),
      },
      'zero',
    );
    const longest = panel.series.reduce((most, { values }) => Math.max(most, values.length), 0);
    if (longest < DAYS_MIN) throw tooFewDays(longest);
    const horizon = Math.max(HORIZON.least, Math.min(HORIZON.most, Math.floor(longest / HORIZON_SHARE)));
    const forecast = trainForecast(panel, { horizon, season: WEEK, seed });
    const products = Object.fromEntries(
      panel.series.flatMap((series): [string, ProductDemand][] => {
        const own = forecast.series[series.name];
        if (own === undefined) return [];
        return [
          [
            series.name,
            {
              points: own.points.map(rounded),
              model: own.model,
              grade: own.grade ?? null,
              shape: shapeOf(series, panel.calendar.origin),
              recent: Array.from(series.values.subarray(-RECENT_DAYS)),
            },
          ],
        ];
      }),
    );
    const content: DemandContent = {
      lastDay: dayAt(panel.calendar.origin + panel.end * DAY_MS),
      season: WEEK,
      horizon,
      errorCorrelation: forecast.errorCorrelation,
      products,
    };
    return {
      content,
      rows: rows.length,
      grades: gradesOf(panel.series, content, seed),
      // A forecast begins where its days end: the one that serves has seen all but the newest of them.
      liveOnSameRows: null,
      inputs: profilesOf(dayInputs(rows, 0)),
    };
  },
  inputs: dayInputs,
  // A version mostly serves for a day, so each of the last days counts with what was foretold by the one of that day.
  lately(rows, { live, carried, nowMs, seed }) {
    const content = live.content as Partial<DemandContent>;
    if (content.products === undefined || content.lastDay === undefined) return undefined;
    const { lastDay, products } = content;
    const days = lastDays(carried, dayErrors(rows, { lastDay, products }, dayAt(nowMs)));
    const ratio = (of: Iterable<DayError | undefined>): number => {
      let [error, sold] = [0, 0];
      for (const day of of) [error, sold] = [error + (day?.error ?? 0), sold + (day?.sold ?? 0)];
      return sold > 0 ? error / sold : Number.NaN;
    };
    const lately = besideGrade(
      WAPE,
      live.grades,
      { counted: days.length, needed: WEEK, unit: 'days' },
      () => ({
        value: ratio(days),
        ...bootstrap(days.length, (drawn) => ratio(Array.from(drawn, (at) => days[at])), { seed }),
      }),
    );
    return { lately, carried: days };
  },
};

/** WAPE of all products together on the last horizon, which the graded forecasts had not seen. */
function gradesOf(
  series: readonly Series[],
  { products, horizon }: DemandContent,
  seed: number,
): ModelGrade[] {
  const parts = series.flatMap(({ name, values }) => {
    const grade = products[name]?.grade;
    if (grade === null || grade === undefined) return [];
    const sold = values.subarray(-horizon).reduce((sum, value) => sum + value, 0);
    return [{ sold, ours: grade.wape * sold, naive: grade.seasonalNaiveWape * sold }];
  });
  if (parts.length === 0) return [];
  const ratio = (indices: Iterable<number>, of: 'ours' | 'naive'): number => {
    let [above, below] = [0, 0];
    for (const index of indices) {
      above += parts[index]?.[of] ?? 0;
      below += parts[index]?.sold ?? 0;
    }
    return below > 0 ? above / below : Number.NaN;
  };
  const { low, high } = bootstrap(parts.length, (drawn) => ratio(drawn, 'ours'), { seed });
  return [
    {
      ...WAPE,
      ours: ratio(parts.keys(), 'ours'),
      low,
      high,
      baseline: 'seasonal naive',
      baselineValue: ratio(parts.keys(), 'naive'),
    },
  ];
}

function shapeOf({ values, start }: Series, originMs: number): DemandShape {
  const { trend, seasonal, trendStrength, seasonStrength } = storyOf(values, WEEK);
  const late = trend.subarray(-TREND_DAYS);
  const level = late.reduce((sum, value) => sum + value, 0) / Math.max(1, late.length);
  const weekdays = new Array<number>(WEEK).fill(0);
  for (let back = 1; back <= Math.min(WEEK, seasonal.length); back += 1) {
    const day = originMs / DAY_MS + start + values.length - back;
    weekdays[(Math.floor(day) + FIRST_WEEKDAY) % WEEK] = tenth(seasonal[values.length - back] ?? 0);
  }
  return {
    trend: level > 0 ? thousandth(((late.at(-1) ?? 0) - (late[0] ?? 0)) / level) : 0,
    trendStrength: thousandth(trendStrength),
    seasonStrength: thousandth(seasonStrength),
    weekdays,
  };
}

function rounded({ date, mean, lo80, hi80, lo95, hi95 }: ForecastPoint): ForecastPoint {
  return {
    date: date.slice(0, 10),
    mean: thousandth(mean),
    lo80: thousandth(lo80),
    hi80: thousandth(hi80),
    lo95: thousandth(lo95),
    hi95: thousandth(hi95),
  };
}

function thousandth(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function dayAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function tooFewDays(days: number): BadInput {
  return new BadInput(`${String(days)} days of sales: at least ${String(DAYS_MIN)} are needed`);
}
