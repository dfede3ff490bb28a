import { test } from 'tap';
import { BadInput } from '../evaluation/bad-input.ts';
import { tableOf } from '../evaluation/table.ts';
import { inputsOf } from './inputs.ts';
import { labelsOf } from './labels.ts';

const RULES = {
  usualNames: ['fraud', 'Class'],
  positiveTexts: ['fraud'],
  negativeTexts: ['legit'],
  oppositeColumn: /legit/,
};

/** Forty rows of a label, the first cells given. */
function labelled(cells: readonly string[], first = '0', second = '1') {
  const rest = Array.from({ length: 60 }, (_, row) => (row % 2 === 0 ? first : second));
  return tableOf(
    ['fraud'],
    [...cells, ...rest].map((cell) => [cell]),
  );
}

test('classes are known by their names however they are written', async (t) => {
  t.equal(labelsOf(labelled(['1.0', '1']), undefined, RULES).positives, 32);
  t.equal(labelsOf(labelled(['YES'], 'no', 'Yes'), undefined, RULES).positives, 31);
  const guessed = labelsOf(labelled(['b', 'b'], 'a', 'b'), 'fraud', RULES);
  t.match(guessed, { positiveText: 'a', positives: 30, guessed: true }, 'else the rarer one is looked for');
});

test('the class that is looked for is told by names, by the column, or by whoever asks', async (t) => {
  const cases: [string, readonly [string, string], string | undefined, string][] = [
    ['payment', ['fraud', '1'], undefined, 'fraud'],
    ['payment', ['legit', '1'], undefined, '1'],
    ['legit', ['0', '1'], undefined, '0'],
    ['is_legit', ['False', 'True'], undefined, 'false'],
    ['legit', ['fraud', 'yes'], undefined, 'fraud'],
    ['late', ['0', '1'], undefined, '1'],
    ['late', ['0', '1'], '0.0', '0'],
    ['legit', ['No', 'Yes'], 'YES', 'yes'],
  ];
  for (const [column, [first, second], positive, wanted] of cases) {
    const rows = Array.from({ length: 60 }, (_, row) => [row % 3 === 0 ? first : second]);
    const { positiveText, guessed, because } = labelsOf(tableOf([column], rows), column, RULES, positive);
    t.equal(positiveText, wanted, `${column} of ${first} and ${second}: ${because}`);
    t.notOk(guessed);
  }
  t.throws(() => labelsOf(labelled([]), undefined, RULES, '2'), {
    code: 'bad_input',
    message: '--positive: "2" is no class of column fraud, which has "0" and "1"',
  });
});

test('labels that are no two classes are refused with line and column', async (t) => {
  const refused = (cells: readonly string[], wanted: RegExp, first = '0', second = '1') => {
    t.throws(() => labelsOf(labelled(cells, first, second), undefined, RULES), {
      code: 'bad_input',
      message: wanted,
    });
  };
  refused(['0', '1', '2'], /^line 4, column fraud: "2" is a third class/);
  refused(['0', ''], /^line 3, column fraud: is empty/);
  refused([], /every row is "0"/, '0', '0');
  refused(['1'], /only 1 rows are "1"/, '0', '0');
  t.throws(() => labelsOf(labelled([]), 'Fraud', RULES), BadInput, 'a column that is not there');
  t.throws(() => labelsOf(tableOf(['a'], [['1']]), undefined, RULES), /--label/);
});

test('columns are read as what they hold', async (t) => {
  const rows = Array.from({ length: 40 }, (_, row) => [
    String(row + 1),
    row === 3 ? 'NA' : String(row * 1.5),
    row % 3 === 0 ? 'visa' : 'amex',
    `2026-01-${String(1 + (row % 28)).padStart(2, '0')} 06:30`,
    String(4_000 + (row % 5)),
    `u-${row}`,
    'same',
    String(row % 2),
  ]);
  const table = tableOf(['row', 'amount', 'network', 'born', 'card1', 'token', 'shop', 'y'], rows);
  const { numbers, categories, leftOut } = inputsOf(table, 'y', undefined);
  t.same(
    numbers.map(({ name }) => name),
    ['amount', 'day of born', 'hour of born', 'weekday of born', 'card1'],
  );
  t.same(
    categories.map(({ name, size }) => [name, size]),
    [
      ['network', 2],
      ['card1', 5],
    ],
    'a number that is a name is both',
  );
  t.ok(Number.isNaN(numbers[0]?.values[3]), 'NA is missing');
  t.equal(numbers[2]?.values[0], 6.5);
  t.equal(leftOut.length, 3);
});

test('a text among numbers is refused with line and column', async (t) => {
  const rows = Array.from({ length: 30 }, (_, row) => [row === 17 ? '12,5' : String(row), String(row % 2)]);
  t.throws(() => inputsOf(tableOf(['amount', 'y'], rows), 'y', undefined), {
    code: 'bad_input',
    message: 'line 19, column amount: "12,5" is a text in a column of numbers',
  });
});

test('the time only tells the hour of the day and the day of the week', async (t) => {
  const rows = Array.from({ length: 20 }, (_, row) => [String(row), String(row * row)]);
  // 2026-11-21T18:00Z, a Saturday: day 2 of a week that began on Thursday, 1970-01-01.
  const values = new Float64Array(20).fill(Date.UTC(2026, 10, 21, 18));
  const { numbers } = inputsOf(tableOf(['at', 'x'], rows), '', {
    name: 'at',
    times: { kind: 'dates', values },
  });
  t.same(
    numbers.map(({ name, values: of }) => [name, of[4]]),
    [
      ['hour of at', 18],
      ['weekday of at', 2],
      ['x', 16],
    ],
  );
});
