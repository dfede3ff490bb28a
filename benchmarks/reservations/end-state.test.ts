import t from 'tap';
import { faultIn } from './end-state.ts';

const RIGHT = { counted: 7, reservations: 7, held: 7, moved: 7, wrong: 0 };

t.test('reservations that add up have no fault', async (t) => {
  t.equal(faultIn(RIGHT, 7), undefined);
});

t.test('an answer without a reservation, and a reservation without an answer, are told', async (t) => {
  t.match(faultIn(RIGHT, 8), '8 answers were heard, 7 reservations are held');
  t.match(faultIn(RIGHT, 6), '6 answers were heard, 7 reservations are held');
});

t.test('a counter, a row or a movement too many is told', async (t) => {
  for (const sum of ['counted', 'held', 'moved'] as const) {
    t.match(faultIn({ ...RIGHT, [sum]: 8 }, 7), `${sum} 8`);
  }
});

t.test('sums that are right together do not hide a SKU that is wrong', async (t) => {
  t.match(faultIn({ ...RIGHT, wrong: 2 }, 7), '2 SKUs');
});
