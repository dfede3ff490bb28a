/**
 * Writes weekly sales of simulated regular sellers (coefficient of variation below one half) as `npm run evaluate -- forecast`
 * reads them. The same arguments write the same file.
 *
 *   node dist/benchmarks/data/weekly-sellers.js --out FILE.csv [--products 100] [--weeks 156] [--seed 1]
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { simulatedSellers } from '../../core/models/forecast/simulated-sellers.ts';

const FIRST_MONDAY = Date.UTC(2023, 0, 2);
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
const rows = sellers.flatMap(({ name, values: sold }) =>
  Array.from(
    sold,
    (value, week) => `${name},${new Date(FIRST_MONDAY + week * WEEK_MS).toISOString().slice(0, 10)},${value}`,
  ),
);
await writeFile(values.out, `series,time,value\n${rows.join('\n')}\n`);
process.stdout.write(`${values.out}: ${rows.length} rows of ${sellers.length} products\n`);
