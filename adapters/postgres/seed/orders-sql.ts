import {
  CATEGORIES,
  CHEAP_SHELVES,
  FLASH_SALE,
  LINES_OF_TWENTY,
  LOYALTY_POWER,
  POPULARITY_POWER,
  PRICE_CENTS,
  SEED_PREFIX,
  SHARES,
  VALUE,
} from './shape.ts';

/**
 * One statement that makes the orders numbered $1 to $2 (both belong to it; the first of all is 0) with their lines, in
 * the database itself: rows never travel, and every value follows from the order's number by `seed.uniform`.
 */

const WAITING = SHARES.waiting.ofRank;
const TRAVELLING = WAITING + SHARES.travelling.ofRank;
const STOPPED = SHARES.cancelled + SHARES.paymentFailed;

/** Draws that are independent of each other have numbers of their own; those of lines count on from `line * 16`. */
const draw = (what: number): string => `seed.uniform(n, ${String(what)}, plan.seed)`;
const lineDraw = (what: number): string => `seed.uniform(n * 16 + line, ${String(what)}, seed)`;

const NUMBERED = `
  select n, plan.seed, plan.products, plan.until, hour.sale_product,
    date_trunc('milliseconds', hour.starts_at
      + interval '1 hour' * ((n - hour.first_order + ${draw(1)}) / hour.orders)) as created_at,
    floor(plan.users * power(${draw(2)}, ${String(LOYALTY_POWER)}))::integer as person,
    (array[${LINES_OF_TWENTY.join(', ')}])[1 + ((n * 7 + floor(20 * seed.uniform(n / 20, 3, plan.seed))::bigint) % 20)::integer]
      as lines,
    100 * exp(${String(VALUE.logMean)} + ${String(VALUE.logDeviation)}
      * sqrt(-2 * ln(1 - ${draw(4)})) * cos(2 * pi() * ${draw(5)})) as target_cents,
    1 - (n + 0.5) / plan.orders as age,
    ${draw(6)} as fate, ${draw(7)} as turn, ${draw(8)} as pace
  from seed.plan, seed.hour,
    generate_series(greatest($1::bigint, hour.first_order),
                    least($2::bigint, hour.first_order + hour.orders - 1)) as n
  where hour.first_order <= $2::bigint and hour.first_order + hour.orders > $1::bigint`;

/** What became of the order; names as in FATES. */
const FATED = `
  select numbered.*, case
    when fate < 0.0005 then 'failed'
    when fate < ${String(SHARES.cancelled)} then
      case when turn < 0.5 then 'withdrawn' when turn < 0.9 then 'out_of_stock' else 'rejected' end
    when fate < ${String(STOPPED)} then
      case when turn < 0.5 then 'declined' when turn < 0.85 then 'insufficient_funds' else 'expired_card' end
    when age < ${String(WAITING)} and fate < ${String(STOPPED + SHARES.waiting.share)} then
      case when turn < 0.15 then 'pending' when turn < 0.25 then 'awaiting_payment' when turn < 0.5 then 'confirmed'
        when turn < 0.95 then 'processing' else 'in_review' end
    when age < ${String(WAITING)}
      or age < ${String(TRAVELLING)} and fate < ${String(STOPPED + SHARES.travelling.share)} then 'shipped'
    else 'delivered' end as became
  from numbered`;

/** Each line aims at its part of the order's total and takes a product of about that price. */
const LINED = `
  select n, created_at, line, quantity, product.id as product_id, product.sku, product.name, product.price_cents
  from fated
  cross join generate_series(0, lines - 1) as line
  cross join lateral (select case when ${lineDraw(20)} < 0.88 then 1 when ${lineDraw(20)} < 0.98 then 2 else 3 end
    as quantity) as bought
  cross join lateral (select products / ${String(CATEGORIES)} as shelves,
    target_cents * (0.6 + 0.8 * ${lineDraw(21)}) / lines / quantity as aim_cents) as aimed
  cross join lateral (select floor(case
      when aim_cents < ${String(PRICE_CENTS.lowest)} then shelves * ${String(CHEAP_SHELVES)} * ${lineDraw(23)}
      else least(shelves - 1, shelves * ln(aim_cents / ${String(PRICE_CENTS.lowest)})
        / ln(${String(PRICE_CENTS.highest / PRICE_CENTS.lowest)}.0)) end)::integer as shelf) as priced
  join seed.product on product.number = case
    when line = 0 and sale_product is not null and turn < ${String(FLASH_SALE.share)} then sale_product
    else shelf * ${String(CATEGORIES)} + (shelf * 17
      + floor(${String(CATEGORIES)} * power(${lineDraw(22)}, ${String(POPULARITY_POWER)}))::integer) % ${String(CATEGORIES)}
    end`;

/** Per fate: what the order's row says. */
const FATES = `(values
  ('pending', 'pending', 'pending', 'pending', null, null, 'stock to be reserved'),
  ('awaiting_payment', 'awaiting_payment', 'awaitingPayment', 'pending', null, null, 'the payment gateway'),
  ('in_review', 'in_review', 'review.deciding', 'paid', null, 'fraud score above the limit', 'an admin''s review'),
  ('confirmed', 'confirmed', 'confirmed.requestingParcel', 'paid', 'requested', null, 'shipping to schedule the shipment'),
  ('processing', 'processing', 'processing', 'paid', 'scheduled', null, 'shipping to dispatch the shipment'),
  ('shipped', 'shipped', 'shipped.underWay', 'paid', 'in_transit', null, 'delivery'),
  ('delivered', 'delivered', 'delivered', 'paid', 'delivered', null, null),
  ('withdrawn', 'cancelled', 'cancelled', 'refunded', null, 'cancelled by the shopper', null),
  ('rejected', 'cancelled', 'cancelled', 'refunded', null, 'rejected in review', null),
  ('out_of_stock', 'cancelled', 'cancelled', 'pending', null, 'out_of_stock', null),
  ('declined', 'cancelled', 'cancelled', 'failed', null, 'declined', null),
  ('insufficient_funds', 'cancelled', 'cancelled', 'failed', null, 'insufficient_funds', null),
  ('expired_card', 'cancelled', 'cancelled', 'failed', null, 'expired_card', null),
  ('failed', 'failed', 'failed', 'unsettled', null, 'refund_failed', 'an operator: the refund failed for good')
) as ending(became, status, saga_state, payment, shipment, reason, waiting_for)`;

/** Days from the order to its dispatch and to the door. */
const DISPATCHED = `fated.created_at + interval '1 day' * (0.4 + 0.8 * pace)`;
const ARRIVED = `fated.created_at + interval '1 day' * (3 + 3 * pace)`;
const asText = (time: string): string =>
  `to_char((${time}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PAYMENT = `jsonb_strip_nulls(jsonb_build_object(
    'status', ending.payment,
    'method', case when turn * 7 - floor(turn * 7) < 0.75 then 'credit_card' else 'paypal' end,
    'amountCents', total_cents,
    'refundedCents', case ending.payment when 'refunded' then total_cents else 0 end,
    'transactionId', case when ending.payment in ('paid', 'refunded', 'unsettled') then 'tx_' || named.id end,
    'reason', case ending.payment when 'failed' then ending.reason end))`;

const SHIPMENT = `case when ending.shipment is not null then jsonb_strip_nulls(jsonb_build_object(
    'status', ending.shipment,
    'carrier', case when ending.shipment <> 'requested' then carrier end,
    'trackingNumber', case when ending.shipment <> 'requested' then 'SEED' || lpad(n::text, 10, '0') end,
    'estimatedDeliveryAt', case when ending.shipment <> 'requested' then ${asText(ARRIVED)} end,
    'dispatchedAt', case when ending.shipment in ('in_transit', 'delivered') then ${asText(`least(until, ${DISPATCHED})`)} end,
    'deliveredAt', case ending.shipment when 'delivered' then ${asText(`least(until, ${ARRIVED})`)} end,
    'progress', case ending.shipment when 'in_transit' then round(pace::numeric, 2) when 'delivered' then 1 end)) end`;

/** How many messages its saga has handled: as many as its log tells (story-log.ts). A saga knows its SKUs, not its lines. */
const VERSION = `case fated.became
    when 'pending' then 1
    when 'awaiting_payment' then 1 + skus
    when 'in_review' then 3 + 2 * skus
    when 'confirmed' then 2 + 2 * skus
    when 'processing' then 3 + 2 * skus
    when 'shipped' then 4 + 2 * skus
    when 'delivered' then 5 + 2 * skus
    when 'out_of_stock' then 2 * skus
    when 'withdrawn' then 4 + 3 * skus
    when 'rejected' then 5 + 3 * skus
    when 'failed' then 12 + 3 * skus
    else 2 + 2 * skus end`;

/** A refund that fails is tried again each minute, four times. */

const UPDATED = `date_trunc('milliseconds', least(until, case ending.status
    when 'delivered' then ${ARRIVED}
    when 'shipped' then ${DISPATCHED}
    when 'failed' then fated.created_at + interval '5 minutes' + interval '90 seconds' * pace
    else fated.created_at + interval '90 seconds' * (0.2 + pace) end))`;

export const SEED_ORDERS = `
with numbered as materialized (${NUMBERED}
), fated as materialized (${FATED}
), lined as materialized (${LINED}
), listed as (
  insert into orders.order_item (order_id, line, product_id, sku, name, quantity, price_cents, created_at)
  select '${SEED_PREFIX}' || lpad(n::text, 10, '0'), line, product_id, sku, name, quantity, price_cents, created_at
  from lined
  order by n, line
), totals as (
  select n, sum(quantity * price_cents)::bigint as total_cents, count(distinct sku)::integer as skus
  from lined group by n
)
insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
  shipping_address, payment, shipment, reason, waiting_for, created_at, updated_at, version)
select named.id, person.id, person.name, person.email, ending.status, ending.saga_state, total_cents, 'USD',
  person.address, ${PAYMENT}, ${SHIPMENT}, ending.reason, ending.waiting_for, fated.created_at, ${UPDATED}, ${VERSION}
from fated
join totals using (n)
join ${FATES} on ending.became = fated.became
join seed.person on person.number = fated.person
cross join lateral (select '${SEED_PREFIX}' || lpad(n::text, 10, '0') as id,
  (array['Swift', 'Continental', 'BlueLine'])[1 + n % 3] as carrier) as named
order by n`;
