import { type Reorder, reorderOf, type Supply } from '../../models/forecast/reorder.ts';
import type { ForecastGrade, ForecastPoint } from '../../models/forecast/model.ts';
import type { DaySales, SalesHistory } from './rows.ts';
import type { Served } from './served-models.ts';
import { type Guard, withinTime } from './time-limit.ts';
import type { DemandContent, DemandShape } from './trainers/demand.ts';

export const FORECAST_DAYS = { least: 7, most: 90, usual: 28 } as const;
export const LEAD_DAYS = { least: 1, most: 60, usual: 7 } as const;
export const SERVICE_LEVEL = { least: 0.5, most: 0.999, usual: 0.95 } as const;

export interface DemandForecast {
  /** From today (UTC) on. */
  readonly points: readonly ForecastPoint[];
  /** How the points were made; `none` where nothing is known of the product. */
  readonly model: string;
  /** Tried on the last days of the product, which the forecast had not seen; null: not yet. */
  readonly grade: ForecastGrade | null;
  /** Points from this day on repeat the last week before, with bounds that widen; null: none do. */
  readonly repeatedFrom: string | null;
  /** Null while too little is known. */
  readonly shape: DemandShape | null;
  readonly reorder: {
    readonly point: number;
    readonly quantity: number;
    readonly safetyStock: number;
    readonly demandUntilArrival: number;
    readonly lastsProbability: number;
  };
  /** True while no model serves: a seasonal naive forecast then. */
  readonly degraded: boolean;
}

/** How the product is bought in: the stock's level now, days until an order arrives, and how surely it must last. */
export interface SupplyNow {
  readonly available: number;
  readonly leadDays: number;
  readonly serviceLevel: number;
}

const DAY_MS = 86_400_000;
const WEEK = 7;
/** Stock is looked at each day. */
const REVIEW_DAYS = 1;
const NAIVE_DAYS = 28;
const HISTORY_MS_MAX = 1_000;
const Z80 = 1.281551565545;
const Z95 = 1.95996398454;
/** How much errors of different days go together where nothing is known of it. */
const CORRELATION_UNKNOWN = 0.2;

/** Forecasts from memory; what no model knows is forecast from the product's own last weeks, read within a time limit. */
export class DemandForecasts {
  readonly #model: () => Served<DemandContent> | undefined;
  readonly #sales: Pick<SalesHistory, 'daySalesOf'>;
  readonly #guard: Guard;
  readonly #now: () => number;

  constructor(deps: {
    readonly model: () => Served<DemandContent> | undefined;
    readonly sales: Pick<SalesHistory, 'daySalesOf'>;
    readonly guard: Guard;
    readonly now: () => number;
  }) {
    this.#model = deps.model;
    this.#sales = deps.sales;
    this.#guard = deps.guard;
    this.#now = deps.now;
  }

  async forecast(productId: string, days: number, supply: SupplyNow): Promise<DemandForecast> {
    const today = dayOf(this.#now());
    const reach = Math.max(days, supply.leadDays + REVIEW_DAYS);
    const served = this.#model();
    const own =
      served !== undefined && Object.hasOwn(served.opened.products, productId)
        ? served.opened.products[productId]
        : undefined;
    const ahead = own?.points.filter(({ date }) => date >= today) ?? [];
    if (served === undefined || own === undefined || ahead.length < WEEK) {
      const known = await this.#lastWeeks(productId, today);
      const points = naivePoints(known, today, reach);
      return {
        points: points.slice(0, days),
        model: known === undefined ? 'none' : 'seasonal naive',
        grade: null,
        repeatedFrom: null,
        shape: null,
        reorder: adviceOf(points, CORRELATION_UNKNOWN, supply),
        degraded: served === undefined || known === undefined,
      };
    }
    const points = [...ahead, ...repeated(ahead, reach - ahead.length)].slice(0, reach);
    return {
      points: points.slice(0, days),
      model: own.model,
      grade: own.grade,
      repeatedFrom: days > ahead.length ? (points[ahead.length]?.date ?? null) : null,
      shape: own.shape,
      reorder: adviceOf(points, served.opened.errorCorrelation, supply),
      degraded: false,
    };
  }

  /** Undefined where the history could not be read in time. */
  async #lastWeeks(productId: string, today: string): Promise<readonly DaySales[] | undefined> {
    const span = { fromDay: dayOf(Date.parse(today) - NAIVE_DAYS * DAY_MS), toDay: today };
    try {
      return await this.#guard(() => withinTime(this.#sales.daySalesOf(productId, span), HISTORY_MS_MAX));
    } catch {
      return undefined;
    }
  }
}

/** The mean of the same weekday in the last four weeks, with the spread around it. */
function naivePoints(known: readonly DaySales[] | undefined, today: string, days: number): ForecastPoint[] {
  const from = Date.parse(today) - NAIVE_DAYS * DAY_MS;
  const units = new Float64Array(NAIVE_DAYS);
  for (const row of known ?? []) units[Math.round((Date.parse(row.day) - from) / DAY_MS)] = row.units;
  const first = units.findIndex((value) => value > 0);
  const means = Array.from({ length: WEEK }, (_, weekday) => {
    const same = [...units.keys()].filter((day) => day % WEEK === weekday && day >= first);
    return same.reduce((sum, day) => sum + (units[day] ?? 0), 0) / Math.max(1, same.length);
  });
  const counted = first < 0 ? 0 : NAIVE_DAYS - first;
  const squares = units.reduce(
    (sum, value, day) => (day >= first && first >= 0 ? sum + (value - (means[day % WEEK] ?? 0)) ** 2 : sum),
    0,
  );
  // The means took up to seven of the days' freedom; with a week or less the spread of counts is all there is.
  const mean = means.reduce((sum, value) => sum + value, 0) / WEEK;
  const deviation = Math.sqrt(counted > WEEK ? squares / (counted - WEEK) : mean);
  return Array.from({ length: days }, (_, ahead) => {
    const expected = means[ahead % WEEK] ?? 0;
    return pointOf(dayOf(Date.parse(today) + ahead * DAY_MS), expected, deviation);
  });
}

function pointOf(date: string, mean: number, deviation: number): ForecastPoint {
  const low = (z: number): number => Math.max(0, mean - z * deviation);
  return {
    date,
    mean,
    lo80: low(Z80),
    hi80: mean + Z80 * deviation,
    lo95: low(Z95),
    hi95: mean + Z95 * deviation,
  };
}

/** The last week again and again; bounds widen as those of a random walk would. */
function repeated(ahead: readonly ForecastPoint[], days: number): ForecastPoint[] {
  const last = ahead.slice(-WEEK);
  const end = Date.parse(ahead.at(-1)?.date ?? '');
  return Array.from({ length: Math.max(0, days) }, (_, step) => {
    const { mean, lo80, hi80, lo95, hi95 } = last[step % WEEK] ?? pointOf('', 0, 0);
    const wider = Math.sqrt(1 + (step + 1) / ahead.length);
    return {
      date: dayOf(end + (step + 1) * DAY_MS),
      mean,
      lo80: Math.max(0, mean - wider * (mean - lo80)),
      hi80: mean + wider * (hi80 - mean),
      lo95: Math.max(0, mean - wider * (mean - lo95)),
      hi95: mean + wider * (hi95 - mean),
    };
  });
}

function adviceOf(
  points: readonly ForecastPoint[],
  errorCorrelation: number,
  { available, leadDays, serviceLevel }: SupplyNow,
): DemandForecast['reorder'] {
  const supply: Supply = { leadTime: leadDays, review: REVIEW_DAYS, serviceLevel, available };
  const reorder: Reorder = reorderOf(
    {
      path: points.map(({ mean }) => mean),
      lo80: points.map(({ lo80 }) => lo80),
      hi80: points.map(({ hi80 }) => hi80),
      errorCorrelation,
    },
    supply,
  );
  return {
    point: reorder.reorderPoint,
    quantity: Math.ceil(reorder.quantity),
    safetyStock: Math.ceil(reorder.safetyStock),
    demandUntilArrival: reorder.demandUntilArrival,
    lastsProbability: reorder.lastsProbability,
  };
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
