import { z } from 'zod';
import { ORDER_STATUSES } from '../../../messages/status.ts';
import type { OrderView, SagaLogEntry } from '../../orders/ports.ts';
import type { Period } from '../periods.ts';
import { orderLink, ordersLink } from './links.ts';
import { limit, period, periodNamed, reading, Unanswerable } from './tool.ts';
import { count, counted, moment, money, reason, status } from './words.ts';

const STORY_STEPS_MAX = 20;
const AMOUNT_MAX = 10_000_000_000;
const SHORT_ID_LENGTH = 8;

const listed = z.object({
  status: z.enum(ORDER_STATUSES).optional(),
  period: period.optional(),
  customer: z.string().min(1).max(100).optional().describe('Part of a name or an e-mail address'),
  product: z.string().min(1).max(100).optional().describe('Part of a name, or a SKU'),
  min_total: z.number().min(0).max(AMOUNT_MAX).optional().describe('In units of the currency, not cents'),
  max_total: z.number().min(0).max(AMOUNT_MAX).optional(),
  sort: z.enum(['newest', 'oldest', 'largest', 'smallest']).default('newest'),
  limit: limit(10),
});

const SORTS = { newest: '-created_at', oldest: 'created_at', largest: '-total', smallest: 'total' } as const;

/** Orders as they are now: all of them by status, some of them, one of them. */
export const ORDER_TOOLS = [
  reading(
    'orders_now',
    'How many orders there are by status, in the queues, today and in the last hour',
    z.object({}),
    async (_given, { orders }) => {
      const counters = await orders.counters();
      const { queues, today, lastHour } = counters;
      return {
        text:
          `${counted(queues.pending, 'order')} under way, ${count(queues.inReview)} in review, ` +
          `${count(queues.failedPayment)} cancelled for want of payment. ${counted(today.orders, 'order')} today ` +
          `(${money(today.revenueCents)}), ${count(lastHour.orders)} in the last hour.`,
        table: {
          columns: ['Status', 'Orders', 'Amount'],
          rows: counters.byStatus.map((each) => [
            status(each.status),
            count(each.orders),
            money(each.totalCents),
          ]),
        },
        links: [{ label: 'Orders', href: '/admin/orders' }],
        data: counters,
      };
    },
  ),
  reading(
    'list_orders',
    'Orders by status, time, customer, product or amount',
    listed,
    async (given, { orders }, nowMs) => {
      const span = given.period === undefined ? undefined : periodNamed(given.period, nowMs);
      const page = await orders.adminOrders(filterOf(given, span));
      const filter = {
        ...(given.status === undefined ? {} : { status: given.status }),
        ...(given.customer === undefined ? {} : { customer: given.customer }),
        ...(given.product === undefined ? {} : { product: given.product }),
        ...(given.min_total === undefined ? {} : { min: String(given.min_total) }),
        ...(given.max_total === undefined ? {} : { max: String(given.max_total) }),
      };
      return {
        text:
          page.items.length === 0
            ? 'There are no such orders.'
            : `${page.count} ${page.count === '1' ? 'order' : 'orders'}; ${page.nextCursor === null ? 'all of them' : `the first ${count(page.items.length)}`} below.`,
        table: {
          columns: ['Order', 'Placed (UTC)', 'Customer', 'Status', 'Total'],
          rows: page.items.map((order) => [
            order.id,
            moment(order.createdAt),
            order.customerName,
            status(order.status),
            money(order.totalCents, order.currency),
          ]),
        },
        links: [
          { label: 'All of them', href: ordersLink(span, filter) },
          ...page.items.slice(0, 3).map(({ id }) => ({ label: `Order ${shortId(id)}`, href: orderLink(id) })),
        ],
        data: { count: page.count, orders: page.items.map(shown) },
      };
    },
  ),
  reading(
    'order',
    'One order: what it is, where it stands and what happened to it',
    z.object({ order_id: z.string().min(1).max(100) }),
    async (given, { orders }) => {
      const order = await orders.find(given.order_id);
      if (order === undefined) throw new Unanswerable(`There is no order ${given.order_id}.`);
      const log = await orders.sagaLog(
        order.id,
        Math.max(0, order.version - STORY_STEPS_MAX),
        STORY_STEPS_MAX,
      );
      return {
        text: storyOf(order),
        table: {
          columns: ['When (UTC)', 'What', 'State'],
          rows: log.map(({ at, type, from, to }) => [moment(at), type, from === to ? to : `${from} → ${to}`]),
        },
        links: [
          { label: 'The order', href: orderLink(order.id) },
          { label: 'Its saga', href: `/admin/sagas/order/${encodeURIComponent(order.id)}` },
        ],
        data: { order: shown(order), items: order.items, log: log.map(step) },
      };
    },
  ),
];

function filterOf(given: z.output<typeof listed>, span: Period | undefined) {
  return {
    ...(given.status === undefined ? {} : { status: given.status }),
    ...(span === undefined
      ? {}
      : { dateFrom: span.from, dateTo: new Date(Date.parse(span.to) - 1).toISOString() }),
    ...(given.customer === undefined ? {} : { customer: given.customer }),
    ...(given.product === undefined ? {} : { product: given.product }),
    ...(given.min_total === undefined ? {} : { priceMinCents: Math.round(given.min_total * 100) }),
    ...(given.max_total === undefined ? {} : { priceMaxCents: Math.round(given.max_total * 100) }),
    sort: SORTS[given.sort],
    limit: given.limit,
  };
}

function storyOf(order: OrderView): string {
  const units = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const parts = [
    `Order ${order.id} of ${order.customerName}: ${counted(units, 'unit')} for ${money(order.totalCents, order.currency)}, placed ${moment(order.createdAt)} UTC.`,
    `It is ${status(order.status)}${order.reason === null ? '' : ` (${reason(order.reason)})`}.`,
    order.waitingFor === null ? '' : `It waits for ${order.waitingFor}.`,
    `Payment: ${status(order.payment.status)}${order.payment.refundedCents > 0 ? `, ${money(order.payment.refundedCents, order.currency)} refunded` : ''}.`,
    order.shipment === null
      ? ''
      : `Parcel: ${status(order.shipment.status)}${order.shipment.carrier === undefined ? '' : ` with ${order.shipment.carrier}`}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function shown(order: OrderView) {
  const {
    id,
    customerName,
    status: now,
    totalCents,
    currency,
    createdAt,
    reason: why,
    waitingFor,
    payment,
  } = order;
  return {
    id,
    customerName,
    status: now,
    totalCents,
    currency,
    createdAt,
    reason: why,
    waitingFor,
    payment,
    shipment: order.shipment,
  };
}

function step({ at, type, from, to }: SagaLogEntry) {
  return { at, type, from, to };
}

function shortId(id: string): string {
  return id.slice(-SHORT_ID_LENGTH);
}
