import t from 'tap';
import { suggestPrice, type PricingQuestion } from './suggest.ts';

const QUESTION: PricingQuestion = {
  price: 1_000,
  cost: 600,
  elasticity: { value: -3, error: 0 },
  expectedUnits: 100,
  stock: 1_000,
  bounds: { lowest: 500, highest: 2_000 },
};

await t.test('with a known elasticity the price is the textbook one: cost × e / (1 + e)', (t) => {
  const { price, reason, gain, gainLow, gainHigh } = suggestPrice(QUESTION);
  t.equal(price, 900);
  t.equal(reason, 'lower for volume');
  const expected = 300 * 100 * 0.9 ** -3 - 400 * 100;
  t.ok(Math.abs(gain - expected) < 1e-6);
  t.equal(gainLow, gainHigh);
  t.end();
});

await t.test('at the best price already, nothing changes', (t) => {
  t.match(suggestPrice({ ...QUESTION, cost: 2_000 / 3 }), { price: 1_000, reason: 'keep', gain: 0 });
  t.end();
});

await t.test('a stock that would not last raises the price to where it just does', (t) => {
  const { price, expectedUnits, reason } = suggestPrice({ ...QUESTION, stock: 80 });
  t.equal(reason, 'raise as stock is short');
  t.ok(Math.abs(price - 1_000 * 0.8 ** (-1 / 3)) <= 1, `${price}`);
  t.ok(expectedUnits <= 80);
  t.end();
});

await t.test('bounds, cost and the competitor hold', (t) => {
  const wantsMore = { ...QUESTION, elasticity: { value: -1.2, error: 0 } };
  t.match(suggestPrice({ ...wantsMore, bounds: { lowest: 500, highest: 1_100 } }), {
    price: 1_100,
    reason: 'held by a bound',
  });
  t.match(suggestPrice({ ...wantsMore, competitorPrice: 960 }), {
    price: 1_056,
    reason: 'held by the competitor',
  });
  const wantsLess = {
    ...QUESTION,
    cost: 950,
    elasticity: { value: -40, error: 0 },
    bounds: { lowest: 100, highest: 2_000 },
  };
  t.ok(suggestPrice(wantsLess).price >= 950);
  t.ok(suggestPrice(wantsMore).price <= 1_250, 'never more than a quarter from the present price');
  t.end();
});

await t.test(
  'an uncertain elasticity gives an uncertain gain, and no change when it is as likely a loss',
  (t) => {
    const sure = suggestPrice({ ...QUESTION, elasticity: { value: -4, error: 0.1 } });
    const unsure = suggestPrice({ ...QUESTION, elasticity: { value: -4, error: 0.6 } });
    t.ok(unsure.gainHigh - unsure.gainLow > sure.gainHigh - sure.gainLow);
    t.ok(sure.gainLow < sure.gain && sure.gain < sure.gainHigh);
    t.equal(suggestPrice({ ...QUESTION, elasticity: { value: -2.5, error: 0.02 } }).reason, 'keep');
    t.end();
  },
);
