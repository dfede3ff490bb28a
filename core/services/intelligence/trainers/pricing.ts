import { chosenMethod, groupingsOf, picked } from '../../../models/elasticity/choices.ts';
import { type Estimate, estimate } from '../../../models/elasticity/estimate.ts';
import { before, foretell } from '../../../models/elasticity/holdout.ts';
import { devianceOf } from '../../../models/elasticity/poisson.ts';
import { readPanel, type ReadPanel } from '../../../models/elasticity/read-panel.ts';
import { BadInput } from '../../../models/evaluation/bad-input.ts';
import { bootstrap } from '../../../models/evaluation/bootstrap.ts';
import type { Table } from '../../../models/evaluation/table.ts';
import type { ModelGrade } from '../ports.ts';
import type { DaySales } from '../rows.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';
import { dayInputs } from './day-inputs.ts';

/** What serves price suggestions; plain data. */
export interface PricingContent {
  readonly method: Estimate['method'];
  readonly pooled: { readonly value: number; readonly error: number };
  /** By product id, where its own prices or those of all tell something. */
  readonly products: Readonly<Record<string, ProductElasticity>>;
  /** The last day that was learnt from. */
  readonly lastDay: string;
}

export interface ProductElasticity {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
  /** Whether the product's own price moved, so that it is not merely that of all. */
  readonly own: boolean;
}

/** The last fifth of the days is held out, four weeks at most. */
const HELD_OUT_SHARE = 0.2;
const HELD_OUT_DAYS_MAX = 28;
const DAYS_MIN = 21;

/** How sales of each product follow its price. Its content has not seen the hold-out, so that versions can be compared. */
export const pricingTrainer: Trainer<DaySales> = {
  name: 'pricing',
  does: 'Estimates how sales of each product follow its price, and suggests the price with the highest expected profit.',
  data: 'Units and average price by day of the 3,000 products that sold most in the last 28 days, the last 400 days up to yesterday; days without a sale count as none at the last price.',
  train(rows, { live, seed }) {
    const filled = withDaysOfNothing(rows);
    const read = readPanel(tableOf(filled), []);
    const { panel } = read;
    if (panel.periods < DAYS_MIN) {
      throw new BadInput(`${String(panel.periods)} days of sales: at least ${String(DAYS_MIN)} are needed`);
    }
    const days = Math.min(HELD_OUT_DAYS_MAX, Math.ceil(panel.periods * HELD_OUT_SHARE));
    const from = panel.periods - days;
    const cutoffDay = [...new Set(filled.map(({ day }) => day))].sort()[from] ?? '';
    const past = before(panel, from);
    const found = estimate(
      past.panel,
      chosenMethod(past.panel),
      groupingsOf(past.panel, picked(read.calendar, past.rows)),
    );
    if (!Number.isFinite(found.pooled.value) || !Number.isFinite(found.pooled.error)) {
      throw new BadInput('prices moved too little before the held-out days to tell how sales follow them');
    }
    const known = live?.content as PricingContent | undefined;
    const content = contentOf(read, found, filled, cutoffDay);
    const heldOut = foretell(panel, read.calendar, from, found);
    const graded = figuresOf(read, heldOut.rows);
    const comparable = known !== undefined && known.lastDay < cutoffDay;
    return {
      content,
      rows: past.rows.length,
      grades: gradesOf(graded, heldOut.bySeries, heldOut.withoutPrice, seed),
      liveOnSameRows: comparable
        ? graded.ratio(
            foretell(panel, read.calendar, from, estimateOf(known, read, found)).bySeries,
            graded.series.keys(),
          )
        : null,
      inputs: profilesOf(dayInputs(rows, 0)),
    };
  },
  inputs: dayInputs,
};

/** Days between a product's first sale and the last day of all on which it sold nothing, at the price it had last. */
function withDaysOfNothing(rows: readonly DaySales[]): DaySales[] {
  const days = [...new Set(rows.map(({ day }) => day))].sort();
  const byProduct = new Map<string, Map<string, DaySales>>();
  for (const row of rows) {
    const own = byProduct.get(row.productId) ?? new Map<string, DaySales>();
    own.set(row.day, row);
    byProduct.set(row.productId, own);
  }
  return [...byProduct].flatMap(([productId, own]) => {
    let price: number | undefined;
    return days.flatMap((day): DaySales[] => {
      const row = own.get(day);
      if (row !== undefined && row.units > 0) price = row.revenueCents / row.units;
      if (row !== undefined) return [row];
      return price === undefined ? [] : [{ productId, day, units: 0, revenueCents: price }];
    });
  });
}

/** As `readPanel` takes it. Of a day without a sale the revenue stands for the price. */
function tableOf(rows: readonly DaySales[]): Table {
  const column = (cell: (row: DaySales) => string): string[] => rows.map(cell);
  return {
    header: ['series', 'time', 'units', 'price'],
    columns: new Map([
      ['series', column(({ productId }) => productId)],
      ['time', column(({ day }) => day)],
      ['units', column(({ units }) => String(units))],
      ['price', column(({ units, revenueCents }) => String(revenueCents / Math.max(1, units)))],
    ]),
    lines: rows.map((_, index) => index + 2),
  };
}

function contentOf(
  { still }: ReadPanel,
  found: Estimate,
  rows: readonly DaySales[],
  cutoffDay: string,
): PricingContent {
  const unmoved = new Set(still);
  return {
    method: found.method,
    pooled: { value: found.pooled.value, error: found.pooled.error },
    products: Object.fromEntries(
      found.series
        .filter(({ value, error }) => Number.isFinite(value) && Number.isFinite(error))
        .map(({ series, value, error, own }) => [
          series,
          { value, error, own: !unmoved.has(series) && Number.isFinite(own) },
        ]),
    ),
    lastDay: rows.reduce((last, { day }) => (day < cutoffDay && day > last ? day : last), ''),
  };
}

/** What served, as an estimate of today's products. */
function estimateOf(known: PricingContent, { panel }: ReadPanel, found: Estimate): Estimate {
  return {
    ...found,
    pooled: known.pooled,
    series: panel.seriesNames.map((series) => {
      const { value, error } = known.products[series] ?? known.pooled;
      return { series, value, error, own: value, ownError: error };
    }),
  };
}

/** Deviance per held-out row, by product. */
function figuresOf({ panel }: ReadPanel, rows: readonly number[]) {
  const bySeries = new Map<number, number[]>();
  for (const [place, row] of rows.entries()) {
    const own = bySeries.get(panel.series[row] ?? 0);
    if (own === undefined) bySeries.set(panel.series[row] ?? 0, [place]);
    else own.push(place);
  }
  const series = [...bySeries.values()];
  const actual = Float64Array.from(rows, (row) => panel.units[row] ?? 0);
  const pick = (values: Float64Array, places: readonly number[]): Float64Array =>
    Float64Array.from(places, (place) => values[place] ?? 0);
  const devianceBySeries = (expected: Float64Array): number[] =>
    series.map((places) => devianceOf(pick(actual, places), pick(expected, places)));
  return {
    series,
    devianceBySeries,
    ratio: (expected: Float64Array, drawn: Iterable<number>): number => {
      const deviances = devianceBySeries(expected);
      return ratioOf(deviances, series, drawn);
    },
  };
}

function ratioOf(
  deviances: readonly number[],
  series: readonly (readonly number[])[],
  drawn: Iterable<number>,
): number {
  let [above, below] = [0, 0];
  for (const index of drawn) {
    above += deviances[index] ?? 0;
    below += series[index]?.length ?? 0;
  }
  return below > 0 ? above / below : Number.NaN;
}

function gradesOf(
  { series, devianceBySeries }: ReturnType<typeof figuresOf>,
  withPrice: Float64Array,
  withoutPrice: Float64Array,
  seed: number,
): ModelGrade[] {
  if (series.length === 0) return [];
  const ours = devianceBySeries(withPrice);
  const { low, high } = bootstrap(series.length, (drawn) => ratioOf(ours, series, drawn), { seed });
  return [
    {
      metric: 'deviance per row',
      higherIsBetter: false,
      ours: ratioOf(ours, series, series.keys()),
      low,
      high,
      baseline: 'without the price',
      baselineValue: ratioOf(devianceBySeries(withoutPrice), series, series.keys()),
    },
  ];
}
