import { test } from 'tap';
import { ColumnPacker } from './packed-column.ts';

function packed(cells: readonly string[]): string[] {
  const packer = new ColumnPacker();
  for (const cell of cells) packer.push(cell);
  return packer.packed().texts();
}

/** More than can be numbered, so that the column has to be widened on the way. */
const MANY = 70_000;

test('cells come back as they were written', async (t) => {
  const cases: Record<string, (row: number) => string> = {
    'few texts': (row) => ['visa', '', 'NA', '1.0', '-0', '007'][row % 6] ?? '',
    'many numbers, some of them missing or written in another way': (row) =>
      row % 7 === 0 ? '' : row % 1_000 === 1 ? `${String(row)}.50` : String(row / 8 - 3),
    'many texts': (row) => `token ${String(row)}`,
    'many numbers, all written in another way': (row) => `${String(row)}.0`,
    'numbers at first, later as many texts': (row) => (row < 66_000 ? String(row) : `t${String(row)}`),
  };
  for (const [name, cellOf] of Object.entries(cases)) {
    const cells = Array.from({ length: MANY }, (_, row) => cellOf(row));
    t.ok(
      packed(cells).every((cell, row) => cell === cells[row]),
      name,
    );
  }
  t.strictSame(packed([]), []);
});

test('a number that can not be told from its text is kept as text', async (t) => {
  const odd = ['1e400', '9007199254740993', '0x10', ' 1', '+1', '.5', '5.', 'Infinity', 'NaN', '-0'];
  const cells = [...Array.from({ length: MANY }, (_, row) => String(row)), ...odd];
  t.strictSame(packed(cells).slice(MANY), odd);
});
