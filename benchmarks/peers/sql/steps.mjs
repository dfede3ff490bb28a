// @ts-check
import { idOf, totalCentsOf } from '../harness/shop.mjs';

/**
 * Owns: the steps of an order as statements, one round trip each. A step that is repeated does nothing. Stock is locked in
 * the order of SKUs, so no two orders wait for each other. Common table expressions:
 *
 * - RESERVING takes what `lines (sku, quantity)` ask for, if there is enough of everything, and says so in `verdict (won)`;
 *   a shelf without enough is not even locked, and no lines are no verdict.
 * - COMMITTING takes what the order holds off the shelves.
 *
 * In both, $1 is the order's id.
 *
 * @typedef {import('../harness/shop.mjs').Order} Order
 */

export const RESERVING = `
  locked as materialized (
    select s.sku, l.quantity from stock s join lines l on l.sku = s.sku
    where s.on_hand - s.reserved >= l.quantity order by s.sku for update of s),
  verdict as (
    select count(*) = (select count(*) from locked) as won from lines having count(*) > 0),
  held as (
    insert into reservation (order_id, sku, quantity, status)
    select $1, sku, quantity, 'held' from locked, verdict where won),
  taken as (
    update stock s set reserved = s.reserved + l.quantity from locked l, verdict where won and s.sku = l.sku)`;

export const COMMITTING = `
  leaving as materialized (
    select r.sku, r.quantity from reservation r join stock s on s.sku = r.sku
    where r.order_id = $1 and r.status = 'held' order by r.sku for update),
  settled as (
    update reservation r set status = 'committed' from leaving l where r.order_id = $1 and r.sku = l.sku),
  gone as (
    update stock s set on_hand = s.on_hand - l.quantity, reserved = s.reserved - l.quantity
    from leaving l where s.sku = l.sku)`;

/** The order and its lines, its stock reserved or the order cancelled; one row with its status. */
const PLACE_AND_RESERVE = `
with fresh as (
    select where not exists (select from orders where id = $1)),
  lines as (
    select l.* from fresh, unnest($8::text[], $9::text[], $10::text[], $11::int[], $12::bigint[])
      as l(sku, product_id, name, quantity, price_cents)),
  ${RESERVING},
  placed as (
    insert into orders (id, user_id, email, customer_name, shipping_address, currency, total_cents, status)
    select $1, $2, $3, $4, $5, $6, $7, case when won then 'reserved' else 'cancelled' end from verdict
    returning status),
  items as (
    insert into order_item (order_id, sku, product_id, name, quantity, price_cents)
    select $1, sku, product_id, name, quantity, price_cents from lines)
select status from placed union all select status from orders where id = $1`;

const PAY =
  'insert into payment (order_id, amount_cents, transaction_id) values ($1, $2, $3) on conflict do nothing';

const COMMIT_STOCK = `with ${COMMITTING} select`;

const SHIP = 'insert into shipment (order_id, tracking_number) values ($1, $2) on conflict do nothing';

const CONFIRM = `update orders set status = 'confirmed' where id = $1`;

/** Stock, shipment and order at once, for who has one transaction. */
const FINISH = `
with ${COMMITTING},
  shipped as (${SHIP})
${CONFIRM}`;

/**
 * Statements are prepared once a connection, by their names.
 * @type {Readonly<Record<string, (order: Order, answer?: string) => { name: string, text: string, values: unknown[] }>>}
 */
export const steps = {
  placeAndReserve: (order) => ({ name: 'place', text: PLACE_AND_RESERVE, values: orderValues(order) }),
  pay: (order, transactionId) => ({
    name: 'pay',
    text: PAY,
    values: [idOf(order), totalCentsOf(order), transactionId],
  }),
  commitStock: (order) => ({ name: 'commit', text: COMMIT_STOCK, values: [idOf(order)] }),
  ship: (order, trackingNumber) => ({ name: 'ship', text: SHIP, values: [idOf(order), trackingNumber] }),
  confirm: (order) => ({ name: 'confirm', text: CONFIRM, values: [idOf(order)] }),
  finish: (order, trackingNumber) => ({
    name: 'finish',
    text: FINISH,
    values: [idOf(order), trackingNumber],
  }),
};

/**
 * $1 to $12 of the statement that places an order.
 * @param {Order} order
 */
export function orderValues(order) {
  const { items } = order;
  return [
    idOf(order),
    order.userId,
    order.email,
    order.customerName,
    order.shippingAddress,
    order.currency,
    totalCentsOf(order),
    items.map(({ sku }) => sku),
    items.map(({ productId }) => productId),
    items.map(({ name }) => name),
    items.map(({ quantity }) => quantity),
    items.map(({ priceCents }) => priceCents),
  ];
}
