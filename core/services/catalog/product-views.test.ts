import t from 'tap';
import type { Message } from '../../kernel/message.ts';
import { parseMessage } from '../../messages/catalogue.ts';
import { ProductViews } from './product-views.ts';

const MINUTE_MS = 60_000;

function watched() {
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  let ids = 0;
  const told: Message[] = [];
  const views = new ProductViews({
    send: (message) => told.push(message),
    shopperOf: (cartKey) => `#${cartKey}`,
    newId: () => String((ids += 1)),
    clock: { now: () => nowMs },
  });
  return { views, told, pass: (ms: number) => (nowMs += ms) };
}

t.test('a shopper and a product are told once in ten minutes', async (t) => {
  const { views, told, pass } = watched();
  const look = (shopper: string, productId: string): boolean => {
    const before = told.length;
    views.viewed(shopper, productId);
    return told.length > before;
  };
  t.ok(look('user:ann', 'lamp'));
  t.match(told.map(parseMessage), [
    { type: 'product.viewed', subject: 'lamp', data: { productId: 'lamp', shopperId: '#user:ann' } },
  ]);
  t.notOk(look('user:ann', 'lamp'), 'again');
  t.ok(look('user:ann', 'rug'), 'another product');
  t.ok(look('guest:1', 'lamp'), 'another shopper');
  pass(10 * MINUTE_MS - 1);
  t.notOk(look('user:ann', 'lamp'), 'a look that is not told does not begin the time anew');
  pass(1);
  t.ok(look('user:ann', 'lamp'), 'ten minutes later');
  t.equal(new Set(told.map(({ id }) => id)).size, told.length);
});

t.test('what is remembered is bounded: the oldest looks go first', async (t) => {
  const { views, told } = watched();
  for (let look = 0; look <= 20_000; look += 1) views.viewed('user:ann', String(look));
  t.equal(told.length, 20_001);
  views.viewed('user:ann', '1');
  t.equal(told.length, 20_001, 'still remembered');
  views.viewed('user:ann', '0');
  t.equal(told.length, 20_002, 'forgotten');
});
