import { streamOf, whole } from '../../core/kernel/seeded-random.ts';
import type { SearchedProduct } from '../../core/models/search/product-search.ts';
import type { Database } from '../../adapters/postgres/database.ts';

const DAY_MS = 86_400_000;
const DAYS = 120;
const STORED_AT_ONCE = 2_000;
/** Each of its products is ordered together with its neighbour as often. */
const TOGETHER = 0.5;

export interface Sales {
  /** Who buys; each as often as the others. */
  readonly userIds: readonly string[];
  /** What is bought, the first the most often: the tenth a tenth as often. */
  readonly products: readonly SearchedProduct[];
  readonly orders: number;
}

/** Delivered orders of the last 120 days, at weekends twice as many. The same for the same sales. */
export async function storeSales(database: Database, { userIds, products, orders }: Sales): Promise<void> {
  const random = streamOf(1, 'bench/answers/sales');
  const today = Math.floor(Date.now() / DAY_MS);
  const weights: number[] = [];
  for (const at of products.keys()) weights.push((weights.at(-1) ?? 0) + 1 / (at + 1));
  const total = weights.at(-1) ?? 0;
  for (let from = 0; from < orders; from += STORED_AT_ONCE) {
    const lines = Array.from({ length: Math.min(STORED_AT_ONCE, orders - from) }, (_, at) => {
      const back = whole(random, 1, DAYS);
      const weekend = (today - back + 3) % 7 >= 5;
      const day = weekend || random() < 0.5 ? today - back : today - back - 1;
      const first = firstAbove(weights, random() * total);
      const items = random() < TOGETHER ? [first, first ^ 1] : [first];
      const order = `sale-${String(from + at).padStart(7, '0')}`;
      const user = userIds[whole(random, 0, userIds.length - 1)] ?? '';
      const created = new Date(day * DAY_MS + Math.floor(random() * DAY_MS)).toISOString();
      return items.flatMap((item, line) => {
        const product = products[item];
        return product === undefined ? [] : [{ order, user, created, line: line + 1, product }];
      });
    }).flat();
    const heads = lines.filter(({ line }) => line === 1);
    await database.query(
      `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
         shipping_address, payment, created_at, updated_at, version)
       select id, user_id, 'Ada Bench', user_id || '@example.com', 'delivered', 'delivered', cents, 'USD', '{}', '{}', at, at, 1
       from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) as sold(id, user_id, cents, at)`,
      [
        heads.map(({ order }) => order),
        heads.map(({ user }) => user),
        heads.map(({ product }) => product.priceCents),
        heads.map(({ created }) => created),
      ],
    );
    await database.query(
      `insert into orders.order_item (order_id, line, product_id, sku, name, quantity, price_cents, created_at)
       select order_id, line, product_id, sku, name, 1, cents, at
       from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[])
         as sold(order_id, line, product_id, sku, name, cents, at)`,
      [
        lines.map(({ order }) => order),
        lines.map(({ line }) => line),
        lines.map(({ product }) => product.id),
        lines.map(({ product }) => product.sku),
        lines.map(({ product }) => product.name),
        lines.map(({ product }) => product.priceCents),
        lines.map(({ created }) => created),
      ],
    );
  }
  await database.query(
    `insert into orders.known_product (product_id, sku, name)
     select distinct product_id, sku, name from orders.order_item on conflict do nothing`,
  );
  await database.exec('analyze orders.orders');
  await database.exec('analyze orders.order_item');
}

function firstAbove(sums: readonly number[], value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
