import { test } from 'tap';
import { tableOf, timesOf } from './table.ts';

const timesIn = (cells: readonly string[]) =>
  timesOf(
    tableOf(
      ['at'],
      cells.map((cell) => [cell]),
    ),
    'at',
  );

test('a column of times is of dates or of steps', async (t) => {
  t.equal(timesIn(['1', '20', '3']).kind, 'steps');
  t.equal(timesIn(['20261121', '20261122']).kind, 'dates');
  t.equal(timesIn(['2026-11', '2026-11-21 08:15']).kind, 'dates');
});

test('the cell that is unlike the others is the one that is named', async (t) => {
  const refused: [string[], RegExp][] = [
    [['0', '1', 'soon', '3'], /^line 4, column at: "soon" is not a time/],
    [['0', '1', '2.5', '3'], /^line 4, column at: "2.5" is not a time/],
    [['2026-11-21', '2026-11-22', '7'], /^line 4, column at: "7" is not a time/],
    [['2026-02-30', '2026-11-22', '2026-11-23'], /^line 2, column at: "2026-02-30" is not a time/],
  ];
  for (const [cells, message] of refused) t.throws(() => timesIn(cells), { code: 'bad_input', message });
});
