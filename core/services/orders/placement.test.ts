import t from 'tap';
import type { Reaction } from '../../engine/behaviour.ts';
import { definitionOf } from '../../messages/catalogue.ts';
import type { OrderItem } from '../../messages/shapes.ts';
import { mergeLines, placeOrder, sumCents } from './placement.ts';
import type { OrderInput } from './placement.ts';
import { DEFAULT_ORDER_POLICY } from './policy.ts';
import { ORDER_TABLES } from './tables.ts';

const NOW = Date.UTC(2026, 0, 5, 12);

function item(sku: string, quantity: number, priceCents: number): OrderItem {
  return { productId: `product-${sku}`, sku, name: `Thing ${sku}`, quantity, priceCents };
}

function place(items: readonly OrderItem[]) {
  const request = {
    userId: 'u1',
    email: 'ada@example.com',
    customerName: 'Ada',
    idempotencyKey: 'k1',
    fingerprint: 'f1',
    items,
    currency: 'USD',
    shippingAddress: { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
    paymentMethod: { type: 'paypal' as const },
  };
  return placeOrder({ orderId: 'o1', request, policy: DEFAULT_ORDER_POLICY, now: NOW }, begin);
}

/** A saga that asks for one thing and shows its progress. */
function begin(orderId: string, input: OrderInput, now: number): Reaction<OrderInput> {
  const progress = {
    status: 'pending',
    saga_state: 'pending',
    payment: { status: 'pending' },
    shipment: null,
    reason: null,
    waiting_for: 'stock',
    updated_at: new Date(now).toISOString(),
    version: 1,
  };
  return {
    state: input,
    messages: [{ type: 'asked', subject: orderId, data: {} }],
    timers: [{ id: 'patience', dueAt: now + 1, event: null }],
    rows: [{ table: 'order_progress', row: { id: orderId, ...progress } }],
    from: '',
    to: 'pending',
  };
}

t.test('lines of one SKU are added up, in the order in which the SKUs appear (P21)', (t) => {
  const { state } = place([item('B', 2, 100), item('A', 1, 50), item('B', 3, 100)]);
  t.strictSame(state.lines, [
    { sku: 'B', quantity: 5 },
    { sku: 'A', quantity: 1 },
  ]);
  t.equal(state.totalCents, 550);
  t.end();
});

t.test('order.placed comes first, with the lines as they were ordered', (t) => {
  const { messages } = place([item('B', 2, 100), item('B', 3, 100)]);
  t.strictSame(
    messages.map(({ type }) => type),
    ['order.placed', 'asked'],
  );
  const [placed] = messages;
  t.match(placed?.data, {
    items: [{ quantity: 2 }, { quantity: 3 }],
    totalCents: 500,
    paymentMethod: 'paypal',
    placedAt: '2026-01-05T12:00:00.000Z',
  });
  t.ok(definitionOf('order.placed')?.data.safeParse(placed?.data).success, 'as the catalogue has it');
  t.end();
});

t.test('the rows fill every column of their tables', (t) => {
  const { rows, timers } = place([item('B', 2, 100), item('A', 1, 50)]);
  t.strictSame(
    rows.map(({ table }) => table),
    ['order', 'order_item', 'order_item'],
  );
  for (const { table, row } of rows) {
    const spec = ORDER_TABLES.find(({ name }) => name === table);
    t.strictSame(Object.keys(row).sort(), Object.keys(spec?.columns ?? {}).sort(), table);
  }
  t.match(rows, [
    { row: { id: 'o1', status: 'pending', total_cents: 250, created_at: '2026-01-05T12:00:00.000Z' } },
    { row: { order_id: 'o1', line: 0, sku: 'B', price_cents: 100 } },
    { row: { order_id: 'o1', line: 1, sku: 'A', quantity: 1 } },
  ]);
  t.equal(timers.length, 1, "the saga's timers are kept");
  t.end();
});

t.test('an order that can not be is refused, naming the field', (t) => {
  t.throws(() => mergeLines([]), { code: 'empty_order' });
  t.throws(() => mergeLines(Array.from({ length: 101 }, () => item('A', 1, 1))), { code: 'too_many_lines' });
  for (const quantity of [0, -1, 1.5, 1_000, Number.NaN]) {
    t.throws(() => mergeLines([item('A', 1, 1), item('B', quantity, 1)]), {
      code: 'bad_quantity',
      message: /items\[1\]\.quantity/,
    });
  }
  t.end();
});

t.test('a total beyond the largest amount, or of broken prices, is refused', (t) => {
  t.equal(sumCents([item('A', 1, 1_000_000_000_000)]), 1_000_000_000_000);
  t.throws(() => sumCents([item('A', 2, 600_000_000_000)]), { code: 'bad_amount' });
  t.throws(() => sumCents([item('A', 999, Number.MAX_SAFE_INTEGER)]), { code: 'bad_amount' });
  t.throws(() => sumCents([item('A', 1, 0.1)]), { code: 'bad_amount' });
  t.throws(() => sumCents([item('A', 1, -5)]), { code: 'bad_amount' });
  t.end();
});
