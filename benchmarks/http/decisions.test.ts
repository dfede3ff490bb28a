import t from 'tap';
import { type Checkout, Checkouts } from './checkouts.ts';
import { decidedOf, type Decision, requireProperAnswers, untilAnswered, untilDecided } from './decisions.ts';

function checkoutsAt(...beganMs: readonly number[]): readonly Checkout[] {
  const checkouts = new Checkouts('part', () => ({ token: 'token', body: '{}' }));
  return beganMs.map((at) => checkouts.begin(at));
}

function answered(checkout: Checkout | undefined, status: number, atMs = 0): void {
  if (checkout !== undefined) checkout.answer = { status, atMs };
}

const decidedAt = (atMs: number): Decision => ({ orderId: 'order', verdict: 'processing', atMs });

t.test('times run from the request to its answer and to the decision of its order', async (t) => {
  const checkouts = checkoutsAt(100, 200, 300);
  answered(checkouts[0], 202, 105);
  answered(checkouts[1], 409, 203);
  const decided = decidedOf(checkouts, new Map([['part-0', decidedAt(140)]]));
  t.same(untilDecided(decided), { count: 1, min: 40, median: 40, p99: 40, max: 40 });
  t.same(untilAnswered(checkouts), { count: 2, min: 3, median: 3, p99: 5, max: 5 });
});

t.test('a run in which answers and orders differ does not count', async (t) => {
  const [checkout] = checkoutsAt(0);
  const one = checkout === undefined ? [] : [checkout];
  const order = new Map([['part-0', decidedAt(1)]]);
  t.throws(() => requireProperAnswers(one, new Map(), 0), /1 checkouts were not answered/);
  t.doesNotThrow(() => requireProperAnswers(one, order, 1), 'one may have been cut off');
  answered(checkout, 202);
  t.doesNotThrow(() => requireProperAnswers(one, order, 0));
  t.throws(() => requireProperAnswers(one, new Map(), 0), /202, and has no order/);
  answered(checkout, 409);
  t.doesNotThrow(() => requireProperAnswers(one, new Map(), 0));
  t.throws(() => requireProperAnswers(one, order, 0), /409, and has an order/);
  answered(checkout, 500);
  t.throws(() => requireProperAnswers(one, new Map(), 0), /answered with 500/);
});
