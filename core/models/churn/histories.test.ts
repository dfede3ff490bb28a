import t from 'tap';
import { DATES, splitAt, STEPS, type Purchases } from './histories.ts';

const DAY_MS = 86_400_000;

function purchases(rows: readonly (readonly [string, number, number])[]): Purchases {
  return {
    customers: rows.map(([customer]) => customer),
    times: rows.map(([, time]) => time),
    amounts: rows.map(([, , amount]) => amount),
  };
}

await t.test('purchases of one day are one, in weeks since the first', (t) => {
  const rows = purchases([
    ['ann', 14 * DAY_MS, 10],
    ['ann', 0, 20],
    ['ann', 14 * DAY_MS + 3_600_000, 5],
    ['ann', 21 * DAY_MS, 30],
  ]);
  const split = splitAt(rows, DATES, 28 * DAY_MS, 63 * DAY_MS);
  t.match(split.histories, [{ customer: 'ann', repeats: 2, lastAt: 3, age: 4, meanValue: 22.5, valued: 2 }]);
  t.equal(split.horizon, 5);
  t.end();
});

await t.test('a return is no purchase; a gift is one without a value', (t) => {
  const rows = purchases([
    ['bob', 1, 40],
    ['bob', 3, -10],
    ['bob', 4, 0],
    ['bob', 8, 7],
    ['bob', 9, -7],
  ]);
  const split = splitAt(rows, STEPS, 5, 10);
  t.match(split.histories, [{ repeats: 1, lastAt: 3, age: 4, valued: 0, meanOfAll: 40 }]);
  t.same(split.aftermaths, [{ purchases: 1, value: 7 }]);
  t.equal(split.returns, 2);
  t.equal(split.returnedShare, 0.25);
  t.end();
});

await t.test(
  'who came after the cutoff is counted and left out; what came after the end is not seen',
  (t) => {
    const rows = purchases([
      ['early', 1, 1],
      ['late', 7, 1],
      ['early', 9, 1],
      ['early', 12, 1],
    ]);
    const split = splitAt(rows, STEPS, 5, 10);
    t.same(
      split.histories.map(({ customer }) => customer),
      ['early'],
    );
    t.equal(split.bornLater, 1);
    t.equal(split.aftermaths[0]?.purchases, 1);
    t.end();
  },
);
