import t from 'tap';
import { turnsFree } from './settlement.ts';

const LINE = { units: 5, sold: 2, inOrders: 1, onTurns: 1 };

await t.test('there are as many new turns as units of the sale that nobody holds', (t) => {
  t.equal(turnsFree(LINE, { available: 9, onHand: 10 }), 1);
  t.equal(turnsFree({ ...LINE, onTurns: 3 }, { available: 9, onHand: 10 }), 0, 'never fewer than none');
  t.end();
});

await t.test('but not more than the shelf has beyond those that open turns will take', (t) => {
  const line = { ...LINE, units: 50 };
  t.equal(turnsFree(line, { available: 3, onHand: 4 }), 2);
  t.equal(turnsFree(line, { available: 1, onHand: 2 }), 0);
  t.end();
});

await t.test('a sale whose goods have run out is sold out once no order can bring one back', (t) => {
  const gone = { available: 0, onHand: 0 };
  const line = { units: 50, sold: 2, inOrders: 0, onTurns: 1 };
  t.equal(turnsFree(line, gone), 'sold_out', 'an open turn has nothing to take');
  t.equal(turnsFree({ ...line, inOrders: 1 }, gone), 0, 'an order is not decided yet');
  t.equal(turnsFree(line, { available: 0, onHand: 1 }), 0, 'a unit is held by somebody');
  t.equal(turnsFree({ ...line, sold: 0 }, gone), 0, 'the goods may be yet to come');
  t.end();
});
