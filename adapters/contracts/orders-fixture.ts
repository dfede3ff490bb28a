import type { Message } from '../../core/kernel/message.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import type { Placement, PlacementBatch } from '../../core/services/orders/intake-port.ts';

/** Orders as intake places them, for tests of the store: no saga decided them. */
export interface TestOrder {
  readonly id: string;
  readonly userId?: string;
  readonly key?: string;
  readonly name?: string;
  readonly status?: OrderStatus;
  readonly totalCents?: number;
  /** Milliseconds. */
  readonly at?: number;
  /** Names of the products, one line each. */
  readonly products?: readonly string[];
}

export const PLACED_AT = Date.UTC(2026, 2, 1, 12);

export function placement(order: TestOrder): Placement {
  const {
    id,
    userId = 'u1',
    key = id,
    name = 'Ann Lee',
    status = 'pending',
    totalCents = 2_500,
    at = PLACED_AT,
  } = order;
  const createdAt = new Date(at).toISOString();
  const products = order.products ?? ['Harbor Stoneware Mug'];
  return {
    userId,
    key,
    fingerprint: `print of ${id}`,
    orderId: id,
    totalCents,
    createdAt,
    actor: {
      kind: 'order',
      id,
      partition: 3,
      version: 1,
      expectedVersion: 0,
      definition: 1,
      snapshot: { value: status, context: {} },
      timers: [{ id: 't', dueAt: at + 1_000, armedAt: 1, event: 'late' }],
      waiting: [{ message: message(`order/${id}/1/0`, id), sinceMs: at }],
      wakeAt: at + 1_000,
      wakeChanged: true,
      finished: false,
    },
    log: {
      kind: 'order',
      id,
      version: 1,
      messageId: `checkout/${id}`,
      type: 'order.placed',
      causationId: null,
      from: '',
      to: status,
      atMs: at,
      detail: { data: { quote: '"\\' } },
    },
    rows: [
      {
        table: 'order',
        row: {
          id,
          user_id: userId,
          customer_name: name,
          email: `${userId}@example.com`,
          status,
          saga_state: status,
          total_cents: totalCents,
          currency: 'USD',
          shipping_address: { street: 'Main 1', city: 'Ghent', state: 'OV', zip: '9000', country: 'BE' },
          payment: { status: 'pending', method: 'paypal', amountCents: totalCents, refundedCents: 0 },
          shipment: null,
          reason: null,
          waiting_for: 'stock',
          created_at: createdAt,
          updated_at: createdAt,
          version: 1,
        },
      },
      ...products.map((product, line) => ({
        table: 'order_item',
        row: {
          order_id: id,
          line,
          product_id: productId(product),
          sku: productId(product).toUpperCase(),
          name: product,
          quantity: line + 1,
          price_cents: 1_000,
          created_at: createdAt,
        },
      })),
    ],
    messages: [message(`order/${id}/1/0`, id), message(`order/${id}/1/1`, id)],
  };
}

export function productId(name: string): string {
  return name.toLowerCase().replace(/\W+/g, '-');
}

export function batchOf(sequence: number, ...orders: readonly TestOrder[]): PlacementBatch {
  return { writer: { writer: 'gateway-1', epoch: 0, sequence }, placements: orders.map(placement) };
}

function message(id: string, orderId: string): Message {
  return {
    id,
    type: 'inventory.reserve.requested',
    subject: 'MUG-1',
    correlationId: orderId,
    causationId: null,
    time: new Date(PLACED_AT).toISOString(),
    version: 1,
    data: { orderId, note: 'Grüße "quoted" \\' },
  };
}
