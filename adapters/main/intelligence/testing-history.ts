import { streamOf, whole } from '../../../core/kernel/seeded-random.ts';
import type { Database } from '../../postgres/database.ts';

const DAY_MS = 86_400_000;
const USERS = 60;
const PRODUCTS = 16;
const ORDERS_A_DAY = 40;
/** By how many percent sales of those who have no favourite fall when a price rises by one. */
const ELASTICITY = 3;
/** Products come in pairs: who buys the one often takes the other. */
const TOGETHER = 0.5;
const FAVOURITE = 0.6;
const FAVOURITE_DAYS = 35;
const PRICE_DAYS = 10;
const PRICE_FACTORS = [0.8, 1, 1.25] as const;

export interface MadeHistory {
  readonly userIds: readonly string[];
  /** In pairs: the first goes with the second, the third with the fourth, … */
  readonly productIds: readonly string[];
  readonly orders: number;
}

/**
 * Delivered orders of the last `days` days (not today): every shopper has favourites that change, weekends sell twice as much, prices change
 * every ten days and sales follow them.
 */
export async function makeHistory(db: Database, { days }: { readonly days: number }): Promise<MadeHistory> {
  const random = streamOf(7, 'history');
  const products = await db.query<{ id: string; sku: string; name: string; price_cents: number }>(
    'select id, sku, name, price_cents from catalog.product order by id limit $1',
    [PRODUCTS],
  );
  const userIds = Array.from({ length: USERS }, (_, user) => `maker-${String(user)}`);
  const today = Math.floor(Date.now() / DAY_MS);
  const orders: [string, string, number, string][] = [];
  const lines: [string, number, number, number, number, string][] = [];
  for (let day = today - days; day < today; day += 1) {
    const weekend = (day + 3) % 7 >= 5 ? 2 : 1;
    const factors = products.map(
      (_, index) =>
        PRICE_FACTORS[
          whole(streamOf(Math.floor((day + index) / PRICE_DAYS), `price ${String(index)}`), 0, 2)
        ] ?? 1,
    );
    const wanted = factors.map((factor, index) => factor ** -ELASTICITY / (1 + (index % 4)));
    const total = wanted.reduce((sum, weight) => sum + weight, 0);
    const count = Math.round(((ORDERS_A_DAY * weekend) / products.length) * total);
    for (let order = 0; order < count; order += 1) {
      const user = whole(random, 0, USERS - 1);
      // Most baskets begin with one of the shopper's two favourites, which are others every few weeks.
      const season = Math.floor((day + user) / FAVOURITE_DAYS);
      const favourite = (user * 2 + season * 6 + whole(random, 0, 1) * 4) % products.length;
      const first = random() < FAVOURITE ? favourite : drawn(wanted, total * random());
      const items = random() < TOGETHER ? [first, first ^ 1] : [first];
      const id = `made-${String(day)}-${String(order).padStart(4, '0')}`;
      const at = new Date(day * DAY_MS + Math.floor(random() * DAY_MS)).toISOString();
      let cents = 0;
      for (const [line, item] of items.entries()) {
        const price = Math.round((products[item]?.price_cents ?? 100) * (factors[item] ?? 1));
        cents += price;
        lines.push([id, line + 1, item, 1, price, at]);
      }
      orders.push([id, userIds[user] ?? '', cents, at]);
    }
  }
  await db.query(
    `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
       shipping_address, payment, created_at, updated_at, version)
     select id, user_id, 'Maker', user_id || '@example.com', 'delivered', 'delivered', cents, 'USD', '{}', '{}', at, at, 1
     from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) as made(id, user_id, cents, at)`,
    [0, 1, 2, 3].map((column) => orders.map((order) => order[column])),
  );
  await db.query(
    `insert into orders.order_item (order_id, line, product_id, sku, name, quantity, price_cents, created_at)
     select order_id, line, product_id, sku, name, quantity, cents, at
     from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[], $8::timestamptz[])
       as made(order_id, line, product_id, sku, name, quantity, cents, at)`,
    [
      lines.map(([id]) => id),
      lines.map(([, line]) => line),
      lines.map(([, , item]) => products[item]?.id),
      lines.map(([, , item]) => products[item]?.sku),
      lines.map(([, , item]) => products[item]?.name),
      lines.map(([, , , quantity]) => quantity),
      lines.map(([, , , , price]) => price),
      lines.map(([, , , , , at]) => at),
    ],
  );
  await db.query(
    `insert into orders.known_product (product_id, sku, name)
     select distinct product_id, sku, name from orders.order_item on conflict do nothing`,
  );
  return { userIds, productIds: products.map(({ id }) => id), orders: orders.length };
}

function drawn(weights: readonly number[], upTo: number): number {
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) > upTo);
  return found < 0 ? weights.length - 1 : found;
}
