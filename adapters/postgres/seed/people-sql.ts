import { CATEGORIES, PRICE_CENTS, SEED_PREFIX } from './shape.ts';

/** Statements that make whom and what orders are made of, then tell the services whose tables they belong in. */

/** $1 first names, $2 last names, $3 streets, $4 to $7 cities with their state, beginning of the postal code, country. */
export const PERSONS = `
insert into seed.person (number, id, name, email, address, joined_at)
select n, '${SEED_PREFIX}user-' || lpad(n::text, 6, '0'), first || ' ' || last,
  lower(first || '.' || last) || '.' || n || '@seed.example',
  jsonb_build_object('street', 1 + floor(180 * seed.uniform(n, 33, seed)) || ' ' || street,
    'city', ($4::text[])[place], 'state', ($5::text[])[place],
    'zip', ($6::text[])[place] || lpad(floor(100 * seed.uniform(n, 34, seed))::text, 2, '0'),
    'country', ($7::text[])[place]),
  until - interval '365 days' - interval '730 days' * seed.uniform(n, 35, seed)
from seed.plan, generate_series(0, users - 1) as n
cross join lateral (select
  ($1::text[])[1 + floor(cardinality($1::text[]) * seed.uniform(n, 30, seed))::integer] as first,
  ($2::text[])[1 + floor(cardinality($2::text[]) * seed.uniform(n, 31, seed))::integer] as last,
  ($3::text[])[1 + floor(cardinality($3::text[]) * seed.uniform(n, 32, seed))::integer] as street,
  1 + floor(cardinality($4::text[]) * seed.uniform(n, 36, seed))::integer as place) as drawn`;

/** $1: a hash that no known password has. */
export const USERS = `
insert into accounts.users (id, name, email, role, password_hash, created_at)
select id, name, email, 'customer', $1, joined_at from seed.person`;

export const ADDRESSES = `
insert into accounts.addresses (id, user_id, label, street, city, state, zip, country, is_default, created_at)
select id || '-home', id, 'Home', address ->> 'street', address ->> 'city', address ->> 'state', address ->> 'zip',
  address ->> 'country', true, joined_at
from seed.person`;

export const KNOWN_CUSTOMERS = `
insert into orders.known_customer (user_id, customer_name, email) select id, name, email from seed.person`;

/** $1 what categories sell, $2 looks, $3 styles. Prices rise with the number; each row of 50 has one of each category. */
export const PRODUCTS = `
insert into seed.product (number, id, sku, name, category, price_cents)
select n, '${SEED_PREFIX}product-' || lpad(n::text, 5, '0'), 'SEED-' || lpad(n::text, 5, '0'),
  ($2::text[])[1 + shelf % cardinality($2::text[])] || ' '
    || ($3::text[])[1 + shelf / cardinality($2::text[]) % cardinality($3::text[])] || ' ' || ($1::text[])[1 + category],
  category,
  round(${String(PRICE_CENTS.lowest)} * power(${String(PRICE_CENTS.highest / PRICE_CENTS.lowest)}::float8,
    (shelf + seed.uniform(n, 40, seed)) * ${String(CATEGORIES)} / products))::bigint
from seed.plan, generate_series(0, products - 1) as n
cross join lateral (select n / ${String(CATEGORIES)} as shelf, n % ${String(CATEGORIES)} as category) as place`;

/** $1 names of the categories. */
export const SHOP_CATEGORIES = `
insert into catalog.category (id, name, position)
select '${SEED_PREFIX}category-' || lpad(n::text, 2, '0'), name, 1000 + n
from unnest($1::text[]) with ordinality as category(name, n)`;

/** $1 names of the categories. */
export const SHOP_PRODUCTS = `
insert into catalog.product (id, sku, name, description, category_id, price_cents, cost_cents, currency, image_url,
  created_at)
select id, sku, name, name || ' from our shelf of ' || lower(($1::text[])[1 + category]) || '.',
  '${SEED_PREFIX}category-' || lpad((category + 1)::text, 2, '0'), price_cents,
  round(price_cents * (0.42 + 0.22 * seed.uniform(number, 41, seed)))::bigint, 'USD',
  '/api/products/' || id || '/image.svg', until - interval '365 days' - interval '365 days' * seed.uniform(number, 42, seed)
from seed.product, seed.plan`;

export const KNOWN_PRODUCTS = `
insert into orders.known_product (product_id, sku, name) select id, sku, name from seed.product`;

/** $1 first order, $2 orders, $3 start and $4 whether there is a sale, of each hour. */
export const HOURS = `
insert into seed.hour (first_order, orders, starts_at, sale_product)
select first_order, hour.orders, starts_at,
  case when sale then floor(products * (0.2 + 0.5 * seed.uniform(extract(epoch from starts_at)::bigint, 50, seed)))::integer
  end
from seed.plan, unnest($1::bigint[], $2::integer[], $3::timestamptz[], $4::boolean[])
  as hour(first_order, orders, starts_at, sale)
where hour.orders > 0`;

/** Units on the shelf: of ten neighbours seven have 50 to 500, two 10 to 49, one none. */
export const STOCK = `
select sku, case (number * 7 + 3) % 10 when 0 then 0 when 1 then 10 + floor(40 * drawn)
  when 2 then 10 + floor(40 * drawn) else 50 + floor(451 * drawn) end::integer as units
from seed.product, seed.plan, lateral (select seed.uniform(number, 43, seed) as drawn) as d
order by number`;
