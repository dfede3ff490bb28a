// @ts-check
import pg from 'pg';
import { STOCK } from '../harness/shop.mjs';

/**
 * Owns: the tables of a shop in Postgres, its first stock, and the audit at the end.
 *
 * @typedef {import('../harness/program.mjs').Place} Place
 * @typedef {import('../harness/program.mjs').Sold} Sold
 */

const TABLES = `
create table orders (
  id uuid primary key,
  user_id text not null,
  email text not null,
  customer_name text not null,
  shipping_address jsonb not null,
  currency text not null,
  total_cents bigint not null,
  status text not null,
  created_at timestamptz not null default now()
) with (fillfactor = 70);
create table order_item (
  order_id uuid not null,
  sku text not null,
  product_id text not null,
  name text not null,
  quantity integer not null,
  price_cents bigint not null,
  primary key (order_id, sku)
);
create table stock (
  sku text primary key,
  first integer not null,
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null default 0 check (reserved between 0 and on_hand)
) with (fillfactor = 20);
create table reservation (
  order_id uuid not null,
  sku text not null,
  quantity integer not null,
  status text not null,
  primary key (order_id, sku)
) with (fillfactor = 70);
create table payment (
  order_id uuid primary key,
  amount_cents bigint not null,
  transaction_id text not null,
  created_at timestamptz not null default now()
);
create table shipment (
  order_id uuid primary key,
  tracking_number text not null,
  scheduled_at timestamptz not null default now()
);`;

/**
 * A pool of connections to the shop, its tables made and its shelves full.
 * @param {Place} place
 * @param {number} max connections
 */
export async function openShop(place, max) {
  const pool = new pg.Pool({ connectionString: place.settings.DATABASE_URL, max });
  place.defer(() => pool.end());
  // Connections may still be closing when their database is dropped.
  pool.on('error', (error) => {
    if (!pool.ending) throw error;
  });
  await pool.query(TABLES);
  await pool.query(
    'insert into stock (sku, first, on_hand) select sku, units, units from unnest($1::text[], $2::int[]) as s(sku, units)',
    [STOCK.map(({ sku }) => sku), STOCK.map(({ units }) => units)],
  );
  await pool.query('vacuum analyze stock');
  return pool;
}

const SUMS = {
  'orders that are neither confirmed nor cancelled': `select count(*) from orders where status not in ('confirmed', 'cancelled')`,
  'shelves where stock is not what it was less what was sold': `
    select count(*) from stock s left join (
      select i.sku, sum(i.quantity) as sold from orders o join order_item i on i.order_id = o.id
      where o.status = 'confirmed' group by i.sku) as t on t.sku = s.sku
    where s.on_hand <> s.first - coalesce(t.sold, 0) or s.reserved <> 0`,
  'confirmed orders without a payment of their total': `
    select count(*) from orders o left join payment p on p.order_id = o.id
    where o.status = 'confirmed' and p.amount_cents is distinct from o.total_cents`,
  'payments of orders that are not confirmed': `
    select count(*) from payment p left join orders o on o.id = p.order_id where o.status is distinct from 'confirmed'`,
  'confirmed orders without a shipment': `
    select count(*) from orders o where o.status = 'confirmed'
      and not exists (select from shipment s where s.order_id = o.id)`,
  'shipments of orders that are not confirmed': `
    select count(*) from shipment s left join orders o on o.id = s.order_id where o.status is distinct from 'confirmed'`,
  'lines of confirmed orders whose reservation is not committed': `
    select count(*) from orders o join order_item i on i.order_id = o.id
      left join reservation r on r.order_id = i.order_id and r.sku = i.sku
    where o.status = 'confirmed' and (r.status, r.quantity) is distinct from ('committed', i.quantity)`,
  'reservations of orders that are not confirmed': `
    select count(*) from reservation r left join orders o on o.id = r.order_id where o.status is distinct from 'confirmed'`,
};

/**
 * The sums that are wrong, in words.
 * @param {pg.Pool} pool
 * @param {Sold} sold
 * @param {Readonly<Record<string, string>>} more sums that must be zero
 */
export async function auditShop(pool, sold, more = {}) {
  const wrong = [];
  for (const [what, query] of Object.entries({ ...SUMS, ...more })) {
    const count = await numberOf(pool, query);
    if (count !== 0) wrong.push(`${count} ${what}`);
  }
  const counted = {
    'confirmed orders': [sold.confirmed, `select count(*) from orders where status = 'confirmed'`],
    'cancelled orders': [sold.cancelled, `select count(*) from orders where status = 'cancelled'`],
    'units gone from the shelves': [sold.units, 'select sum(first - on_hand) from stock'],
  };
  for (const [what, [told, query]] of Object.entries(counted)) {
    const count = await numberOf(pool, /** @type {string} */ (query));
    if (count !== told) wrong.push(`${count} ${what}, but the callers were told of ${told}`);
  }
  return wrong;
}

/**
 * @param {pg.Pool} pool
 * @param {string} query one row of one number
 */
async function numberOf(pool, query) {
  const { rows } = await pool.query({ text: query, rowMode: 'array' });
  return Number(rows[0]?.[0]);
}
