import t from 'tap';
import type { StockItem } from './board.ts';
import { csvRow, csvRows } from './csv.ts';
import { checkedLines, IMPORT_LINES_MAX, writtenLines } from './import-lines.ts';

const cells = (text: string) => csvRows(text).map((row) => row.cells);

await t.test('what is written is read again, and never run as a formula', async (t) => {
  const values = [
    'plain',
    'a,b',
    'say "hi"',
    'two\nlines',
    '=1+1',
    '+49 40',
    '-3',
    '@SUM(A1)',
    '\t=1',
    'äöü',
  ];
  const text = csvRow(values);
  t.notMatch(text, /(^|,)"?[=+@\t-]/, 'no cell begins like a formula');
  t.strictSame(cells(text), [values.map((value) => (value.startsWith('\t') ? value : value.trim()))]);
  t.equal(csvRow(['a', -3]), 'a,-3\r\n', 'numbers are numbers');
});

await t.test('files of all kinds of spreadsheets are read', async (t) => {
  t.strictSame(cells('\uFEFFa;b\r\n1;2,5\r\n'), [
    ['a', 'b'],
    ['1', '2,5'],
  ]);
  t.strictSame(cells('a,b\r1, 2 \r\r'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  t.strictSame(
    csvRows('a\n\n"x\ny"\nz').map(({ line }) => line),
    [1, 3, 5],
    'lines are those of the file',
  );
  t.strictSame(cells(''), []);
  t.throws(() => csvRows('a\n"b'), { code: 'bad_csv', message: /line 2/ });
});

const stock = new Map<string, StockItem>([
  [
    'MUG-1',
    {
      sku: 'MUG-1',
      warehouses: [{ id: 'ams', onHand: 10, reserved: 4, available: 6 }],
      onHand: 10,
      reserved: 4,
      available: 6,
      threshold: 10,
      thresholdSet: false,
      level: 'low',
    },
  ],
]);
const check = (line: string) => {
  const [checked] = checkedLines(writtenLines(`sku,warehouse,on_hand,change\n${line}`), stock, () => true);
  return checked?.errors[0] ?? checked?.delta;
};

await t.test('a line says what changes, or which of its fields is wrong', async (t) => {
  t.equal(check('MUG-1,ams,12,'), 2);
  t.equal(check('MUG-1,ams,10,'), 0);
  t.equal(check('MUG-1,ams,,-6'), -6);
  t.equal(check("MUG-1,ams,,'+3"), 3);
  t.equal(check('MUG-1,osaka,5,'), 5, 'a warehouse that has none of it yet');
  const wrong: Readonly<Record<string, string>> = {
    ',ams,1,': 'sku',
    'MUG-1,,1,': 'warehouse',
    'MUG-1,mars,1,': 'warehouse',
    'MUG-1,ams,1.5,': 'on_hand',
    'MUG-1,ams,-1,': 'on_hand',
    'MUG-1,ams,,': 'on_hand',
    'MUG-1,ams,99999999999,': 'on_hand',
    'MUG-1,ams,5000000,': 'on_hand',
    'MUG-1,ams,3,': 'on_hand',
    'MUG-1,ams,,-7': 'change',
    'MUG-1,ams,,9999999': 'change',
    'MUG-1,ams,,some': 'change',
    'MUG-1,ams,5,1': 'change',
  };
  for (const [line, field] of Object.entries(wrong)) t.match(check(line), { field }, line);
  t.match(check('MUG-1,ams,3,'), { message: 'orders hold 4 of the units' });
});

await t.test('a file that can not be a list of stock is refused as a whole', async (t) => {
  const lines = `sku,warehouse,change\n${'A,ams,1\n'.repeat(IMPORT_LINES_MAX)}`;
  t.equal(writtenLines(lines).length, IMPORT_LINES_MAX);
  for (const text of [
    '',
    'sku,warehouse,on_hand',
    'sku,on_hand\nA,1',
    'sku,warehouse\nA,ams',
    `${lines}A,ams,1`,
  ]) {
    t.throws(() => writtenLines(text), { code: 'bad_csv', message: /^file: / });
  }
});
