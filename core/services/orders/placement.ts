import type { Reaction } from '../../engine/behaviour.ts';
import { assert } from '../../kernel/assert.ts';
import { OrreryError } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import { LINE_QUANTITY_MAX, ORDER_LINES_MAX } from '../../kernel/limits.ts';
import { centsSchema } from '../../kernel/money.ts';
import type { DataOf } from '../../messages/catalogue.ts';
import type { MergedLine, OrderInput, OrderPolicy } from '../../messages/order-input.ts';
import type { OrderItem } from '../../messages/shapes.ts';
import type { CheckoutRequest } from './ports.ts';
import { ORDER_ITEM_TABLE, ORDER_PROGRESS_TABLE, ORDER_TABLE } from './tables.ts';

export type { MergedLine, OrderInput };

/** The saga's first reaction; `begin` of the order behaviour. */
export type BeginOrder<State> = (orderId: string, input: OrderInput, now: number) => Reaction<State>;

export interface Placement {
  readonly orderId: string;
  readonly request: CheckoutRequest;
  readonly policy: OrderPolicy;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The birth of an order: the saga's first reaction, `order.placed` in front of its messages, and the rows that
 * show the order. Throws OrreryError `empty_order`, `too_many_lines`, `bad_quantity` or `bad_amount`.
 */
export function placeOrder<State>(placement: Placement, begin: BeginOrder<State>): Reaction<State> {
  const input = orderInput(placement);
  const { request, now } = placement;
  const first = begin(input.orderId, input, now);
  const progress = first.rows.find((write) => write.table === ORDER_PROGRESS_TABLE.name);
  assert(progress !== undefined && first.rows.length === 1, 'a new order shows its progress in one row');
  return {
    ...first,
    messages: [
      { type: 'order.placed', subject: input.orderId, data: placedFacts(input, request) },
      ...first.messages,
    ],
    rows: [
      { table: ORDER_TABLE.name, row: Object.assign(placedRow(input), progress.row) },
      ...request.items.map((item, line) => ({
        table: ORDER_ITEM_TABLE.name,
        row: itemRow(input, item, line),
      })),
    ],
  };
}

/** What the saga is told; throws as `placeOrder` does. */
export function orderInput({ orderId, request, policy, now }: Placement): OrderInput {
  return {
    orderId,
    userId: request.userId,
    email: request.email,
    customerName: request.customerName,
    lines: mergeLines(request.items),
    totalCents: sumCents(request.items),
    currency: request.currency,
    shippingAddress: request.shippingAddress,
    paymentMethod: request.paymentMethod,
    placedAt: isoTime(now),
    policy,
  };
}

/** Adds up the lines of each SKU. */
export function mergeLines(items: readonly OrderItem[]): readonly MergedLine[] {
  if (items.length === 0) throw new OrreryError('empty_order', 'items: an order has at least one line');
  if (items.length > ORDER_LINES_MAX) {
    throw new OrreryError('too_many_lines', `items: an order has at most ${String(ORDER_LINES_MAX)} lines`);
  }
  const quantities = new Map<string, number>();
  for (const [index, { sku, quantity }] of items.entries()) {
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > LINE_QUANTITY_MAX) {
      throw new OrreryError(
        'bad_quantity',
        `items[${String(index)}].quantity: an integer from 1 to ${String(LINE_QUANTITY_MAX)}`,
      );
    }
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}

/** The sum of all lines, in cents. */
export function sumCents(items: readonly OrderItem[]): number {
  const total = items.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
  // Past the largest amount a sum of floats may already have lost a cent, so nothing above it is believed.
  if (!centsSchema.safeParse(total).success) {
    throw new OrreryError('bad_amount', `items: a total of ${String(total)} cents is no valid amount`);
  }
  return total;
}

function placedFacts(input: OrderInput, { items, origin }: CheckoutRequest): DataOf<'order.placed'> {
  const { orderId, userId, email, customerName, totalCents, currency, shippingAddress, placedAt } = input;
  return {
    orderId,
    userId,
    email,
    customerName,
    totalCents,
    currency,
    items: [...items],
    shippingAddress,
    paymentMethod: input.paymentMethod.type,
    placedAt,
    ...(origin === undefined ? {} : { origin }),
  };
}

function placedRow(input: OrderInput): Record<string, unknown> {
  return {
    id: input.orderId,
    user_id: input.userId,
    customer_name: input.customerName,
    email: input.email,
    total_cents: input.totalCents,
    currency: input.currency,
    shipping_address: input.shippingAddress,
    created_at: input.placedAt,
  };
}

function itemRow(input: OrderInput, item: OrderItem, line: number): Readonly<Record<string, unknown>> {
  return {
    order_id: input.orderId,
    line,
    product_id: item.productId,
    sku: item.sku,
    name: item.name,
    quantity: item.quantity,
    price_cents: item.priceCents,
    created_at: input.placedAt,
  };
}
