import type { OrderFacts, PastOrder } from './orders.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;
const QUARTER_MS = 90 * DAY_MS;
/** Fewer earlier orders say nothing about the usual hour. */
const USUAL_HOUR_ORDERS_MIN = 3;

/**
 * What is asked of an order, by name, in the order of the model's features. Counts of others leave the shopper out.
 * Amounts, ages and counts without a natural end are logarithms (`ln(1 + x)`).
 */
export const SIGNALS = [
  'order value',
  'value against own orders',
  'dearest item',
  'units',
  'products',
  'largest quantity',
  'paid by paypal',
  'hour of day',
  'distance from usual hour',
  'account age',
  'own orders',
  'time since own order',
  'own orders in an hour',
  'own orders in a day',
  'own declines in an hour',
  'own declines in a day',
  'own spending in a day',
  'own refunds',
  'own refund share',
  'own addresses in a week',
  'new address',
  'time with address',
  'others at address in a month',
  'orders at address in a day',
  'declines at address in a month',
  'value of others at address',
  'refunds at address',
  'new network',
  'time with network',
  'orders from network in an hour',
  'others on network in a day',
  'declines from network in a day',
  'new device',
  'time with device',
  'new at once',
  'orders from device in an hour',
  'others on device in a month',
  'declines from device in a day',
  'refunds on device',
] as const;

export type Signal = (typeof SIGNALS)[number];

/**
 * The values of an order's signals, NaN where nobody knows. `past` holds the earlier orders of its shopper, address,
 * network and device in any order, each once; what is not earlier, or had not happened by then, is not looked at.
 */
export function signalsOf(order: OrderFacts, past: readonly PastOrder[]): Float64Array {
  const now = order.placedAtMs;
  const earlier = past.filter((one) => one.placedAtMs <= now && one.orderId !== order.orderId);
  const own = earlier.filter(({ userId }) => userId === order.userId);
  const at = earlier.filter(({ address }) => address === order.address);
  const { network, device } = order;
  const from = network === null ? undefined : earlier.filter((one) => one.network === network);
  const on = device === null ? undefined : earlier.filter((one) => one.device === device);
  const others = (orders: readonly PastOrder[]) => orders.filter(({ userId }) => userId !== order.userId);
  const since = (orders: readonly PastOrder[], spanMs: number) =>
    orders.filter(({ placedAtMs }) => placedAtMs > now - spanMs);
  const people = (orders: readonly PastOrder[]) => new Set(orders.map(({ userId }) => userId)).size;
  const declines = (orders: readonly PastOrder[]) =>
    count(orders, ({ declinedAtMs: at }) => at !== null && at <= now);
  const refunds = (orders: readonly PastOrder[]) =>
    count(orders, ({ refundAskedAtMs: at }) => at !== null && at <= now);
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const age = order.accountCreatedAtMs === null ? Number.NaN : Math.max(0, now - order.accountCreatedAtMs);
  const recent = since(own, QUARTER_MS);
  const newAddress = unseen(own, (one) => one.address === order.address);
  const newNetwork = network === null ? Number.NaN : unseen(own, (one) => one.network === network);
  const newDevice = device === null ? Number.NaN : unseen(own, (one) => one.device === device);
  const values: Readonly<Record<Signal, number>> = {
    'order value': Math.log1p(order.totalCents),
    'value against own orders': own.length === 0 ? Number.NaN : againstMean(order.totalCents, own),
    'dearest item': Math.log1p(Math.max(0, ...order.lines.map(({ priceCents }) => priceCents))),
    units: Math.log1p(units),
    products: order.lines.length,
    'largest quantity': Math.log1p(Math.max(0, ...order.lines.map(({ quantity }) => quantity))),
    'paid by paypal': order.payment === 'paypal' ? 1 : 0,
    'hour of day': hourOf(now),
    'distance from usual hour': hoursFromUsual(now, own),
    'account age': Math.log1p(age / HOUR_MS),
    'own orders': Math.log1p(own.length),
    'time since own order': Math.log1p((now - latestOf(own)) / HOUR_MS),
    'own orders in an hour': since(own, HOUR_MS).length,
    'own orders in a day': since(own, DAY_MS).length,
    'own declines in an hour': declines(since(own, HOUR_MS)),
    'own declines in a day': declines(since(own, DAY_MS)),
    'own spending in a day': Math.log1p(spentOn(since(own, DAY_MS))),
    'own refunds': refunds(recent),
    'own refund share': recent.length === 0 ? Number.NaN : refunds(recent) / recent.length,
    'own addresses in a week': new Set([order.address, ...since(own, WEEK_MS).map(({ address }) => address)])
      .size,
    'new address': newAddress,
    'time with address': hoursSinceFirst(now, own, (one) => one.address === order.address),
    'others at address in a month': people(others(since(at, MONTH_MS))),
    'orders at address in a day': others(since(at, DAY_MS)).length,
    'declines at address in a month': declines(others(since(at, MONTH_MS))),
    'value of others at address': meanValue(others(since(at, MONTH_MS))),
    'refunds at address': refunds(since(others(at), QUARTER_MS)),
    'new network': newNetwork,
    'time with network':
      network === null ? Number.NaN : hoursSinceFirst(now, own, (one) => one.network === network),
    'orders from network in an hour': from === undefined ? Number.NaN : others(since(from, HOUR_MS)).length,
    'others on network in a day': from === undefined ? Number.NaN : people(others(since(from, DAY_MS))),
    'declines from network in a day': from === undefined ? Number.NaN : declines(others(since(from, DAY_MS))),
    'new device': newDevice,
    'time with device':
      device === null ? Number.NaN : hoursSinceFirst(now, own, (one) => one.device === device),
    'new at once': [newAddress, newNetwork, newDevice].filter((one) => one === 1).length,
    'orders from device in an hour': on === undefined ? Number.NaN : others(since(on, HOUR_MS)).length,
    'others on device in a month': on === undefined ? Number.NaN : people(others(since(on, MONTH_MS))),
    'declines from device in a day': on === undefined ? Number.NaN : declines(others(since(on, DAY_MS))),
    'refunds on device': on === undefined ? Number.NaN : refunds(since(others(on), QUARTER_MS)),
  };
  return Float64Array.from(SIGNALS, (name) => values[name]);
}

function count(orders: readonly PastOrder[], holds: (order: PastOrder) => boolean): number {
  return orders.reduce((sum, order) => sum + (holds(order) ? 1 : 0), 0);
}

/** NaN of a shopper without earlier orders: then everything is new. */
function unseen(own: readonly PastOrder[], isSame: (order: PastOrder) => boolean): number {
  if (own.length === 0) return Number.NaN;
  return own.some(isSame) ? 0 : 1;
}

/** Since the shopper's first known order with the same; 0 of what is used for the first time. */
function hoursSinceFirst(
  now: number,
  own: readonly PastOrder[],
  isSame: (order: PastOrder) => boolean,
): number {
  const first = own.reduce((least, one) => (isSame(one) ? Math.min(least, one.placedAtMs) : least), now);
  return Math.log1p((now - first) / HOUR_MS);
}

function spentOn(orders: readonly PastOrder[]): number {
  return orders.reduce((sum, { totalCents }) => sum + totalCents, 0);
}

/** NaN of none. */
function meanValue(orders: readonly PastOrder[]): number {
  return orders.length === 0 ? Number.NaN : Math.log1p(spentOn(orders) / orders.length);
}

function againstMean(totalCents: number, own: readonly PastOrder[]): number {
  const mean = spentOn(own) / own.length;
  return Math.log1p(totalCents) - Math.log1p(mean);
}

function latestOf(own: readonly PastOrder[]): number {
  return own.length === 0 ? Number.NaN : Math.max(...own.map(({ placedAtMs }) => placedAtMs));
}

function hourOf(timeMs: number): number {
  return (timeMs % DAY_MS) / HOUR_MS;
}

/** Hours between now and the shopper's mean hour, on the round clock; at most 12. */
function hoursFromUsual(now: number, own: readonly PastOrder[]): number {
  if (own.length < USUAL_HOUR_ORDERS_MIN) return Number.NaN;
  let x = 0;
  let y = 0;
  for (const { placedAtMs } of own) {
    const angle = (hourOf(placedAtMs) / 24) * 2 * Math.PI;
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  const usual = (Math.atan2(y, x) / (2 * Math.PI)) * 24;
  const apart = Math.abs(hourOf(now) - ((usual + 24) % 24));
  return Math.min(apart, 24 - apart);
}
