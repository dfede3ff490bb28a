import type { Estimate } from './estimate.ts';
import type { Grouping, Panel } from './panel.ts';
import { fitPoisson } from './poisson.ts';

/** Expected units of the held-out rows, from rows before them. */
export interface HeldOut {
  /** Indices into the panel. */
  readonly rows: readonly number[];
  readonly withoutPrice: Float64Array;
  readonly pooled: Float64Array;
  readonly bySeries: Float64Array;
}

/** The rows up to a period (before it), as a panel of their own. */
export function before(panel: Panel, period: number): { panel: Panel; rows: readonly number[] } {
  const rows = Array.from(panel.period.keys()).filter((row) => (panel.period[row] ?? 0) < period);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? 0);
  return {
    rows,
    panel: {
      ...panel,
      series: Int32Array.from(rows, (row) => panel.series[row] ?? 0),
      period: Int32Array.from(rows, (row) => panel.period[row] ?? 0),
      periods: period,
      units: pick(panel.units),
      logPrice: pick(panel.logPrice),
      controls: panel.controls.map(pick),
    },
  };
}

/**
 * Foretells the rows from a period on, three times: without the price, with one elasticity for all, with one for each
 * series. All three have the same controls, days of the week and months, and a level per series; they differ by the
 * price alone. Levels are such that a series' training sales add up.
 */
export function foretell(
  panel: Panel,
  calendar: readonly Grouping[],
  from: number,
  training: Estimate,
): HeldOut {
  const { panel: past, rows: pastRows } = before(panel, from);
  const seasons = dummiesOf(calendar, pastRows);
  const columns = [...panel.controls, ...seasons];
  const pick = (column: Float64Array): Float64Array => Float64Array.from(pastRows, (row) => column[row] ?? 0);
  const elasticities = Float64Array.from(training.series, ({ value }) => value);
  const known = new Set(past.series);
  const rows = Array.from(panel.period.keys()).filter(
    (row) => (panel.period[row] ?? 0) >= from && known.has(panel.series[row] ?? -1),
  );
  const foretold = (elasticityOf: (series: number) => number): Float64Array => {
    const share = (row: number): number => elasticityOf(panel.series[row] ?? 0) * (panel.logPrice[row] ?? 0);
    // Divided by what the price makes of them, the rest of the units is for seasons and controls to explain.
    const rest = Float64Array.from(pastRows, (row) => (panel.units[row] ?? 0) * Math.exp(-share(row)));
    const coefficients =
      columns.length === 0
        ? new Float64Array(0)
        : fitPoisson(rest, columns.map(pick), [past.series], past.series).coefficients;
    const logOf = (row: number): number =>
      share(row) +
      columns.reduce((sum, column, index) => sum + (coefficients[index] ?? 0) * (column[row] ?? 0), 0);
    const levels = levelsOf(panel, pastRows, logOf);
    return Float64Array.from(rows, (row) => (levels[panel.series[row] ?? 0] ?? 0) * Math.exp(logOf(row)));
  };
  return {
    rows,
    withoutPrice: foretold(() => 0),
    pooled: foretold(() => training.pooled.value),
    bySeries: foretold((series) => elasticities[series] ?? training.pooled.value),
  };
}

function levelsOf(panel: Panel, rows: readonly number[], logOf: (row: number) => number): Float64Array {
  const sold = new Float64Array(panel.seriesNames.length);
  const shaped = new Float64Array(panel.seriesNames.length);
  for (const row of rows) {
    const series = panel.series[row] ?? 0;
    sold[series] = (sold[series] ?? 0) + (panel.units[row] ?? 0);
    shaped[series] = (shaped[series] ?? 0) + Math.exp(logOf(row));
  }
  return sold.map((value, series) => value / ((shaped[series] ?? 0) || 1));
}

/** A column per group but the first that the training rows know; groups that only come later have no column. */
function dummiesOf(calendar: readonly Grouping[], trainingRows: readonly number[]): Float64Array[] {
  return calendar.flatMap((groups) => {
    const known = [...new Set(trainingRows.map((row) => groups[row] ?? 0))].sort((one, other) => one - other);
    return known.slice(1).map((group) => Float64Array.from(groups, (each) => (each === group ? 1 : 0)));
  });
}
