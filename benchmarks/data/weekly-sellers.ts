/**
 * Writes weekly sales of simulated regular sellers (coefficient of variation below one half) as `npm run evaluate -- forecast`
 * reads them, and tells how wrong even a forecast must be that knows how they were made. The same arguments write the same file.
 *
 *   node dist/benchmarks/data/weekly-sellers.js --out FILE.csv [--products 100] [--weeks 156] [--seed 1]
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { noiseFloorOf, simulatedSellers, variationOf } from '../../core/models/forecast/simulated-sellers.ts';

const FIRST_MONDAY = Date.UTC(2023, 0, 2);
/** What the evaluation takes by itself for weekly data of this length. */
const GRADED = { horizon: 8, folds: 4 } as const;
const WEEK_MS = 7 * 24 * 3_600_000;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    products: { type: 'string', default: '100' },
    weeks: { type: 'string', default: '156' },
    seed: { type: 'string', default: '1' },
  },
});
const [products, weeks, seed] = [values.products, values.weeks, values.seed].map(Number);
if (
  values.out === undefined ||
  ![products, weeks, seed].every((value) => Number.isSafeInteger(value) && Number(value) > 0)
) {
  process.stderr.write('--out FILE.csv [--products 100] [--weeks 156] [--seed 1]: whole numbers above 0\n');
  process.exit(2);
}
const sellers = simulatedSellers({ products: products ?? 0, weeks: weeks ?? 0, seed: seed ?? 0 });
const rows = sellers.flatMap(({ name, values: sold, promotion }) =>
  Array.from(
    sold,
    (value, week) =>
      `${name},${new Date(FIRST_MONDAY + week * WEEK_MS).toISOString().slice(0, 10)},${value},${promotion[week] ?? 0}`,
  ),
);
await writeFile(values.out, `series,time,value,promotion\n${rows.join('\n')}\n`);
const variations = sellers.map((seller) => variationOf(seller.values)).sort((one, other) => one - other);
const { scatter, atCutoff } = noiseFloorOf(sellers, GRADED);
process.stdout.write(
  `${values.out}: ${rows.length} rows of ${sellers.length} products\n` +
    `coefficient of variation: ${variations[0]?.toFixed(3)} to ${variations.at(-1)?.toFixed(3)}\n` +
    `MAPE of the true mean over the last ${GRADED.folds} folds of ${GRADED.horizon} weeks: ${scatter.toFixed(4)}; ` +
    `of all that is known at each cutoff: ${atCutoff.toFixed(4)}\n`,
);
