import { BadInput } from '../evaluation/bad-input.ts';
import { hasColumn, numbersOf, type Table, textsOf, timesOf } from '../evaluation/table.ts';
import { type Gaps, type Panel, panelOf } from './panel.ts';

/** Columns that are taken as known ahead when they are there. */
export const KNOWN_COLUMNS: readonly string[] = ['price', 'promotion', 'holiday'];
const ONLY_SERIES = 'all';

/**
 * Reads series from a table with the columns `series`, `time` and `value`. Without a column `series` all rows are one.
 *
 * @param further columns besides price, promotion and holiday that are known ahead
 */
export function readPanel(table: Table, gaps: Gaps | 'auto', further: readonly string[] = []): Panel {
  for (const name of ['time', 'value', ...further]) {
    if (!hasColumn(table, name)) {
      throw new BadInput(`line 1: there is no column "${name}"; the file has ${table.header.join(', ')}`);
    }
  }
  const names = hasColumn(table, 'series') ? textsOf(table, 'series') : table.lines.map(() => ONLY_SERIES);
  const columns = [...KNOWN_COLUMNS.filter((name) => hasColumn(table, name)), ...further];
  const known = new Map(columns.map((name) => [name, numbersOf(table, name, { emptyAllowed: true })]));
  const values = numbersOf(table, 'value', { emptyAllowed: true });
  if (values.every((value) => Number.isNaN(value))) throw new BadInput('column value: is empty in every row');
  return panelOf({ names, times: timesOf(table, 'time'), values, known }, gaps);
}
