import { ORDER_STATUSES } from '../../core/messages/status.ts';
import type { AdminOrdersFilter } from '../../core/services/orders/ports.ts';
import type { Database } from '../../adapters/postgres/database.ts';

/** What people ask the order console for: every filter alone, every usual pair, and the ways to sort and page. */

export type Filter = Omit<AdminOrdersFilter, 'limit' | 'cursor'>;
type Random = () => number;

/** Drawn from the database, so that every filter means something in it. */
export interface Samples {
  readonly customers: readonly { readonly id: string; readonly name: string; readonly email: string }[];
  readonly products: readonly { readonly sku: string; readonly name: string }[];
  readonly orderIds: readonly string[];
  /** Milliseconds. */
  readonly first: number;
  readonly last: number;
}

/** Figures are wanted of each class as a whole. */
export const CLASSES = ['single filters and pairs', 'queues, words, totals, depth'] as const;

export interface Shape {
  readonly name: string;
  readonly of: (typeof CLASSES)[number];
  readonly draw: (random: Random) => Filter;
}

export async function readSamples(db: Database): Promise<Samples> {
  const [customers, products, orders, [span]] = await Promise.all([
    db.query<Samples['customers'][number]>(
      `select user_id as id, customer_name as name, email from orders.known_customer order by md5(user_id) limit 500`,
    ),
    db.query<Samples['products'][number]>(
      `select sku, name from orders.known_product order by md5(product_id) limit 500`,
    ),
    db.query<{ readonly id: string }>(`select id from orders.orders tablesample system (0.01) limit 500`),
    db.query<{ readonly first: Date | null; readonly last: Date | null }>(
      `select min(created_at) as first, max(created_at) as last from orders.orders`,
    ),
  ]);
  return {
    customers,
    products,
    orderIds: orders.map(({ id }) => id),
    first: span?.first?.getTime() ?? 0,
    last: span?.last?.getTime() ?? 0,
  };
}

const DAY_MS = 86_400_000;

export function shapesOf(samples: Samples): readonly Shape[] {
  const { customers, products, orderIds } = samples;
  const pick = <Value>(values: readonly Value[], random: Random): Value => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('the database holds no orders to ask for');
    return value;
  };
  const single: Readonly<Record<string, Shape['draw']>> = {
    status: (random) => ({ status: pick(ORDER_STATUSES, random) }),
    date: (random) => {
      const length = pick([1, 7, 30, 90], random) * DAY_MS;
      const from = samples.first + random() * (samples.last - samples.first - length);
      return { dateFrom: new Date(from).toISOString(), dateTo: new Date(from + length).toISOString() };
    },
    price: (random) => {
      const priceMinCents = Math.floor(500 * 60 ** random());
      const priceMaxCents = priceMinCents + pick([100, 1_000, 10_000], random);
      return { priceMinCents, priceMaxCents };
    },
    customer: (random) => {
      const { id, name, email } = pick(customers, random);
      return { customer: pick([id, email, name, name.split(' ')[0] ?? name], random) };
    },
    product: (random) => {
      const { sku, name } = pick(products, random);
      return { product: pick([sku, name, name.split(' ').at(-1) ?? name], random) };
    },
  };
  const words: Shape['draw'] = (random) => {
    const { name } = pick(customers, random);
    return {
      q: pick(
        [pick(orderIds, random), name, pick(products, random).name, name.split(' ')[0] ?? name],
        random,
      ),
    };
  };
  const queue: Shape['draw'] = (random) => ({
    queue: pick(['pending', 'in_review', 'failed_payment'] as const, random),
  });
  const names = Object.keys(single);
  const both =
    (one: Shape['draw'], other: Shape['draw']): Shape['draw'] =>
    (random) => ({
      ...one(random),
      ...other(random),
    });
  const [filters, others] = CLASSES;
  const alone = Object.entries(single).map(([name, draw]): Shape => ({ name, of: filters, draw }));
  const pairs = names.flatMap((one, index) =>
    names.slice(index + 1).map((other): Shape => ({
      name: `${one} + ${other}`,
      of: filters,
      draw: both(single[one] ?? words, single[other] ?? words),
    })),
  );
  const unlike: Shape[] = Object.entries({ 'all orders': () => ({}), words, queue }).map(([name, draw]) => ({
    name,
    of: others,
    draw,
  }));
  const queues = names
    .filter((name) => name !== 'status')
    .map((name): Shape => ({
      name: `queue + ${name}`,
      of: others,
      draw: both(queue, single[name] ?? words),
    }));
  const sorted = [...alone, ...unlike].map(({ name, draw }): Shape => ({
    name: `${name}, by total`,
    of: others,
    draw: both(draw, (random) => ({ sort: pick(['total', '-total'] as const, random) })),
  }));
  const deep: Shape = {
    name: 'status, page 100',
    of: others,
    draw: both(single['status'] ?? words, () => ({ page: 100 })),
  };
  return [...alone, ...pairs, ...unlike, ...queues, ...sorted, deep];
}
