// @ts-check
import { trackingNumber, transactionId } from '../harness/partners.mjs';
import { COMMITTING, RESERVING } from '../sql/steps.mjs';

/**
 * Owns: the services and what each does with a message, in one statement: inbox row, effect, outbox row.
 *
 * order.placed → stock.reserved → payment.taken → stock.committed → shipment.scheduled; or stock.refused.
 * Every statement: $1 the order's id, $2 the message's id, $3 the event.
 *
 * @typedef {import('./messaging.mjs').Event} Event
 * @typedef {import('./messaging.mjs').Message} Message
 * @typedef {import('./messaging.mjs').Service} Service
 * @typedef {import('../harness/shop.mjs').Verdict} Verdict
 */

/** @param {string} service */
const fresh = (service) =>
  `fresh as (insert into ${service}_inbox (id) values ($2) on conflict do nothing returning id)`;

const RESERVE = `
with ${fresh('inventory')},
  lines as (
    select l.sku, l.quantity from fresh, jsonb_to_recordset($3::jsonb -> 'lines') as l(sku text, quantity int)),
  ${RESERVING}
insert into inventory_outbox (topic, event)
select case when won then 'stock.reserved' else 'stock.refused' end, $3::jsonb from verdict`;

const PAY = `
with ${fresh('payment')},
  paid as (
    insert into payment (order_id, amount_cents, transaction_id)
    select $1, ($3::jsonb ->> 'totalCents')::bigint, $4 from fresh)
insert into payment_outbox (topic, event) select 'payment.taken', $3::jsonb from fresh`;

const COMMIT_STOCK = `
with ${fresh('inventory')},
  ${COMMITTING}
insert into inventory_outbox (topic, event) select 'stock.committed', $3::jsonb from fresh`;

const SHIP = `
with ${fresh('shipping')},
  shipped as (insert into shipment (order_id, tracking_number) select $1, $4 from fresh)
insert into shipping_outbox (topic, event) select 'shipment.scheduled', $3::jsonb from fresh`;

const DECIDE = `
with ${fresh('ordering')}
update orders set status = $3 from fresh where orders.id = $1`;

/** $1 to $12 as orderValues gives them, $13 the event. */
export const PLACE = `
with placed as (
    insert into orders (id, user_id, email, customer_name, shipping_address, currency, total_cents, status)
    values ($1, $2, $3, $4, $5, $6, $7, 'pending')),
  items as (
    insert into order_item (order_id, sku, product_id, name, quantity, price_cents)
    select $1, l.* from unnest($8::text[], $9::text[], $10::text[], $11::int[], $12::bigint[]) as l)
insert into ordering_outbox (topic, event) values ('order.placed', $13)`;

/**
 * @param {import('pg').Pool} pool
 * @param {(orderId: string, verdict: Verdict) => void} onDecided Told after the commit.
 * @returns {readonly Service[]}
 */
export function createServices(pool, onDecided) {
  /**
   * @param {string} name
   * @param {string} text
   * @param {Message} message
   * @param {...string} more $4
   */
  const run = async (name, text, { id, event }, ...more) => {
    await pool.query({ name, text, values: [event.orderId, id, JSON.stringify(event), ...more] });
  };
  return [
    {
      name: 'inventory',
      topics: ['order.placed', 'payment.taken'],
      handle: (message) =>
        message.topic === 'order.placed'
          ? run('reserve', RESERVE, message)
          : run('commit', COMMIT_STOCK, message),
    },
    {
      name: 'payment',
      topics: ['stock.reserved'],
      handle: (message) => run('pay', PAY, message, transactionId()),
    },
    {
      name: 'shipping',
      topics: ['stock.committed'],
      handle: (message) => run('ship', SHIP, message, trackingNumber()),
    },
    {
      name: 'ordering',
      topics: ['shipment.scheduled', 'stock.refused'],
      handle: async ({ id, topic, event: { orderId } }) => {
        const verdict = topic === 'stock.refused' ? 'cancelled' : 'confirmed';
        await pool.query({ name: 'decide', text: DECIDE, values: [orderId, id, verdict] });
        onDecided(orderId, verdict);
      },
    },
  ];
}
