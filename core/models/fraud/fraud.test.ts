import t from 'tap';
import { HISTORY_MS, HISTORY_ORDERS_MAX, type OrderFacts, type PastOrder } from './orders.ts';
import { fraudScorerOf, fraudScores, isFraudModel, trainFraud } from './model.ts';
import { fitOddity, odditiesOf, oddityOf } from './oddity.ts';
import { type Signal, SIGNALS, signalsOf } from './signals.ts';
import { PATTERNS } from './simulation/patterns.ts';
import { History, PREVALENCE, simulateOrders, without } from './simulation/shop.ts';
import { reasonsOf } from './words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 0, 5, 12);

const order: OrderFacts = {
  orderId: 'now',
  userId: 'ann',
  placedAtMs: NOW,
  totalCents: 5_000,
  lines: [
    { quantity: 2, priceCents: 1_000 },
    { quantity: 1, priceCents: 3_000 },
  ],
  payment: 'credit_card',
  address: 'home',
  network: 'line',
  device: 'laptop',
  accountCreatedAtMs: NOW - 2 * HOUR_MS,
};

let orders = 0;
function past(beforeMs: number, changes: Partial<PastOrder> = {}): PastOrder {
  orders += 1;
  return {
    orderId: String(orders),
    userId: 'ann',
    placedAtMs: NOW - beforeMs,
    totalCents: 2_500,
    address: 'home',
    network: 'line',
    device: 'laptop',
    declinedAtMs: null,
    refundAskedAtMs: null,
    ...changes,
  };
}

function signals(of: OrderFacts, earlier: readonly PastOrder[]): Record<Signal, number> {
  const values = signalsOf(of, earlier);
  return Object.fromEntries(SIGNALS.map((name, at) => [name, values[at] ?? 0])) as Record<Signal, number>;
}

t.test('a first order has no past to differ from', async (t) => {
  const found = signals(order, []);
  t.match(found, {
    products: 2,
    'own orders': 0,
    'hour of day': 12,
    'new at once': 0,
    'own addresses in a week': 1,
    'own spending in a day': 0,
    'time with address': 0,
  });
  t.equal(found['account age'], Math.log1p(2));
  t.equal(found.units, Math.log1p(3));
  for (const name of ['new address', 'new network', 'new device', 'value against own orders'] as const) {
    t.ok(Number.isNaN(found[name]), name);
  }
});

t.test('orders of the shopper, and what became of them, count within their windows', async (t) => {
  const found = signals(order, [
    past(10 * MINUTE_MS, { declinedAtMs: NOW - 9 * MINUTE_MS }),
    past(2 * HOUR_MS, { declinedAtMs: NOW + 1 }),
    past(3 * DAY_MS, { address: 'elsewhere', refundAskedAtMs: NOW - DAY_MS }),
    past(100 * DAY_MS, { refundAskedAtMs: NOW - 99 * DAY_MS }),
  ]);
  t.match(found, {
    'own orders in an hour': 1,
    'own orders in a day': 2,
    'own declines in an hour': 1,
    'own declines in a day': 1,
    'own spending in a day': Math.log1p(5_000),
    'own refunds': 1,
    'own addresses in a week': 2,
    'new address': 0,
    'time with address': Math.log1p(100 * 24),
    'time with network': Math.log1p(100 * 24),
    'new at once': 0,
  });
  t.equal(found['own refund share'], 1 / 3, 'of the orders of 90 days');
  t.equal(found['value against own orders'], Math.log1p(5_000) - Math.log1p(2_500));
  t.equal(found['time since own order'], Math.log1p(1 / 6));
});

t.test('what comes later, or is the order itself, is not looked at', async (t) => {
  const without = signals(order, []);
  const later = past(-MINUTE_MS, { userId: 'bob' });
  t.strictSame(signals(order, [later, past(0, { orderId: 'now' })]), without);
});

t.test('others at the address, on the network and the device are counted without the shopper', async (t) => {
  const bob = { userId: 'bob' };
  const found = signals(order, [
    past(5 * MINUTE_MS),
    past(20 * MINUTE_MS, { ...bob, declinedAtMs: NOW - MINUTE_MS }),
    past(30 * MINUTE_MS, { userId: 'cy', network: null, device: null }),
    past(2 * DAY_MS, { ...bob, address: 'else', network: 'else', refundAskedAtMs: NOW - HOUR_MS }),
  ]);
  t.match(found, {
    'others at address in a month': 2,
    'orders at address in a day': 2,
    'refunds at address': 0,
    'declines at address in a month': 1,
    'value of others at address': Math.log1p(2_500),
    'orders from network in an hour': 1,
    'others on network in a day': 1,
    'declines from network in a day': 1,
    'orders from device in an hour': 1,
    'others on device in a month': 1,
    'refunds on device': 1,
  });
  const hidden = signals({ ...order, network: null, device: null }, [past(MINUTE_MS, bob)]);
  for (const name of [
    'new device',
    'others on device in a month',
    'declines from network in a day',
  ] as const) {
    t.ok(Number.isNaN(hidden[name]), `${name} of an unknown one`);
  }
});

t.test('hours lie on a round clock', async (t) => {
  const nights = [23, 24, 25].map((hour) => past(hour * HOUR_MS + 12 * HOUR_MS));
  const midnight = { ...order, placedAtMs: Date.UTC(2026, 0, 6, 1) };
  t.ok(
    Math.abs(signals(midnight, nights)['distance from usual hour'] - 1) < 1e-9,
    'one at night is an hour off',
  );
  t.ok(Math.abs(signals(order, nights)['distance from usual hour'] - 12) < 1e-9, 'noon is as far as can be');
  t.ok(Number.isNaN(signals(order, nights.slice(1))['distance from usual hour']), 'two orders are no habit');
});

t.test('history gives the latest orders of each key, each once', async (t) => {
  const history = new History();
  history.add(past(HISTORY_MS + DAY_MS, { orderId: 'old' }));
  for (let index = 0; index < HISTORY_ORDERS_MAX + 5; index += 1) {
    history.add(
      past((100 - index) * HOUR_MS, { orderId: `h${String(index)}`, userId: 'bob', network: null }),
    );
  }
  history.add(past(HOUR_MS, { orderId: 'own', address: 'else', network: null, device: null }));
  const ids = history.of(order).map(({ orderId }) => orderId);
  t.equal(ids.length, HISTORY_ORDERS_MAX + 1);
  t.ok(ids.includes('own') && !ids.includes('old') && !ids.includes('h4') && ids.includes('h5'));
});

t.test('reasons are words for what raised the score most, without commas', async (t) => {
  const values = signals(order, [past(5 * MINUTE_MS, { declinedAtMs: NOW })]);
  const row = SIGNALS.map((name) => values[name]);
  const by: Partial<Record<Signal, number>> = {
    'own declines in a day': 2,
    'account age': 3,
    'order value': 0.1,
    'new device': -1,
    'distance from usual hour': 4,
  };
  t.strictSame(
    reasonsOf(
      row,
      SIGNALS.map((name) => by[name] ?? 0),
    ),
    ['account 2 h old', '1 declined payment in a day'],
    'not what is small, lowers it, or is unknown',
  );
  for (const [at] of SIGNALS.entries()) {
    for (const value of [0, 1, 7.25]) {
      const [words] = reasonsOf(
        SIGNALS.map((_, other) => (other === at ? value : Number.NaN)),
        SIGNALS.map(() => 1),
      );
      t.match(words, /^[^,]{3,80}$/, `${SIGNALS[at] ?? ''} ${String(value)}`);
    }
  }
});

t.test(
  'oddity counts how rare among honest orders the oddest signals are, and only what is suspicious',
  async (t) => {
    const place = (name: Signal) => SIGNALS.indexOf(name);
    const row = (changes: Partial<Record<Signal, number>> = {}) =>
      SIGNALS.map((name) => changes[name] ?? (name === 'own refunds' ? Number.NaN : 0));
    const honest = Array.from({ length: 1_000 }, (_, at) =>
      row({ 'own orders in an hour': at % 100 === 0 ? 1 : 0, 'account age': at, 'order value': at }),
    );
    const model = fitOddity(honest);
    t.ok(
      Math.abs(oddityOf(model, row({ 'own orders in an hour': 1 })) - -Math.log(0.01)) < 0.01,
      'one in a hundred',
    );
    t.equal(oddityOf(model, row()).toFixed(2), '0.00');
    t.equal(
      oddityOf(model, row({ 'account age': 1e9 })).toFixed(2),
      '0.00',
      'an old account is not suspicious',
    );
    t.ok(
      oddityOf(model, row({ 'own orders in an hour': 9 })) > Math.log(1_000),
      'more than any honest order had',
    );
    t.ok(oddityOf(model, row({ 'own orders in an hour': 9, 'order value': 2_000 })) > model.limit);
    const parts = odditiesOf(model, row({ 'own orders in an hour': 1 }));
    t.equal(parts.indexOf(Math.max(...parts)), place('own orders in an hour'));
    t.ok(
      honest.filter((one) => oddityOf(model, one) > model.limit).length <= 1,
      'hardly an honest order is above',
    );
  },
);

t.test('an order that is odd in a way nobody taught is held, and told why', async (t) => {
  const shop = without(simulateOrders({ orders: 5_000, seed: 5 }), 'card testing');
  const { model } = trainFraud(shop, 1, { treesMax: 20 });
  const other = simulateOrders({ orders: 5_000, seed: 6 });
  const unknown = other.values.filter((_, row) => other.kinds[row] === 'card testing');
  const verdicts = unknown.map(fraudScorerOf(model));
  const held = verdicts.filter(({ score }) => score > 80);
  t.ok(held.length > unknown.length / 3, `${String(held.length)} of ${String(unknown.length)}`);
  t.ok(held.every(({ reasons }) => reasons.length > 0));
  const graded = fraudScores(model, unknown);
  t.ok(
    verdicts.every(({ score }, row) => Math.abs(score - (graded[row] ?? 0)) <= 0.11),
    'what is graded is what serves',
  );
});

t.test('the simulated shop', async (t) => {
  const shop = simulateOrders({ orders: 3_000, seed: 3 });
  t.strictSame(simulateOrders({ orders: 3_000, seed: 3 }).values, shop.values, 'follows from its seed');
  t.notSame(simulateOrders({ orders: 3_000, seed: 4 }).fraud, shop.fraud);
  const frauds = shop.fraud.reduce((sum, one) => sum + one, 0);
  t.ok(
    Math.abs(frauds / shop.fraud.length - PREVALENCE) < 0.01,
    `${String(frauds)} of ${String(shop.fraud.length)}`,
  );
  for (const pattern of PATTERNS) {
    const own = shop.kinds.filter((kind, row) => kind === pattern && shop.fraud[row] === 1).length;
    t.ok(own > frauds / 8, `${pattern}: ${String(own)}`);
  }
  t.ok(
    shop.timesMs.every((time, row) => row === 0 || time >= (shop.timesMs[row - 1] ?? 0)),
    'in order of time',
  );
  const left = without(shop, 'reshipping');
  t.notOk(left.kinds.includes('reshipping'));
  t.equal(left.values.length, left.fraud.length);
});

t.test('a model learns the patterns, and says why', async (t) => {
  const shop = simulateOrders({ orders: 8_000, seed: 5 });
  const { model } = trainFraud(shop, 1, { treesMax: 40 });
  t.ok(isFraudModel(JSON.parse(JSON.stringify(model))), 'it survives being stored');
  t.notOk(isFraudModel({ ...model, signals: ['others'] }), 'a model of other signals is not read');
  const score = fraudScorerOf(JSON.parse(JSON.stringify(model)) as typeof model);
  const other = simulateOrders({ orders: 4_000, seed: 6 });
  const verdicts = other.values.map(score);
  const flagged = verdicts.map((verdict) => verdict.score > 80);
  const right = flagged.filter((held, row) => held && other.fraud[row] === 1).length;
  const frauds = other.fraud.reduce((sum, one) => sum + one, 0);
  t.ok(right / frauds > 0.6, `recall ${String(right / frauds)}`);
  t.ok(right / flagged.filter(Boolean).length > 0.6, 'precision');
  t.ok(verdicts.every((verdict) => verdict.score >= 0 && verdict.score <= 100));
  t.ok(
    verdicts.filter((verdict) => verdict.score > 80).every(({ reasons }) => reasons.length > 0),
    'whoever is held is told why',
  );
  t.throws(() => trainFraud({ ...shop, fraud: new Uint8Array(shop.fraud.length) }, 1), /at least 20 orders/);
});
