import { createHash } from 'node:crypto';
import type { Json } from '../../core/engine/behaviour.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { FlashSale, Product, ProductFilter, ProductPage } from '../../core/services/catalog/ports.ts';
import type {
  CheckoutAccepted,
  CheckoutRequest,
  OrderView,
  SagaLogEntry,
} from '../../core/services/orders/ports.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import type { ServerDeps } from './deps.ts';

export function product(id: string, more: Partial<Product> = {}): Product {
  return {
    id,
    sku: `SKU-${id}`,
    name: `Product ${id}`,
    description: 'for tests',
    category: 'tests',
    priceCents: 1_000,
    costCents: 400,
    currency: 'USD',
    imageUrl: `/api/products/${id}/image.svg`,
    ...more,
  };
}

/** The other services' ports over plain maps: what the gateway does with their answers is what is tested here. */
export class TestShop {
  readonly products = new Map(['p1', 'p2', 'p3'].map((id) => [id, product(id)]));
  readonly stock = new Map([
    ['SKU-p1', 50],
    ['SKU-p2', 5],
    ['SKU-p3', 0],
  ]);
  readonly placed = new Map<string, OrderView>();
  readonly logs = new Map<string, SagaLogEntry[]>();
  readonly checkouts: CheckoutRequest[] = [];
  readonly calls: string[] = [];
  /** Thrown by the next checkout. */
  checkoutFails: OrreryError | undefined;
  /** What placing waits for. */
  checkoutHeld: Promise<void> | undefined;
  /** Thrown when one product or one order is read. */
  lost: Error | undefined;
  readonly #keys = new Map<string, { fingerprint: string; accepted: CheckoutAccepted }>();
  readonly #listeners = new Set<(payload: Json) => void>();

  /** The order goes on by one log entry; `hinted` false loses the broadcast. */
  advance(orderId: string, type: string, status: OrderStatus, hinted = true): void {
    const order = this.placed.get(orderId);
    const log = this.logs.get(orderId);
    if (order === undefined || log === undefined) throw new Error(`no order ${orderId}`);
    const version = order.version + 1;
    log.push(entry(version, type, order.status, status));
    this.placed.set(orderId, { ...order, status, version });
    if (hinted) this.broadcast([{ id: orderId, version, status }]);
  }

  #read<Row>(row: () => Row): Promise<Row> {
    return this.lost === undefined ? Promise.resolve(row()) : Promise.reject(this.lost);
  }

  broadcast(payload: Json): void {
    for (const listener of this.#listeners) listener(payload);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  place(id: string, userId: string, request: Partial<CheckoutRequest> = {}): OrderView {
    const items = request.items ?? [
      { productId: 'p1', sku: 'SKU-p1', name: 'Product p1', quantity: 1, priceCents: 1_000 },
    ];
    const order: OrderView = {
      id,
      userId,
      customerName: request.customerName ?? 'Somebody',
      email: request.email ?? 'somebody@example.com',
      status: 'pending',
      sagaState: 'reserving',
      items,
      totalCents: items.reduce((sum, item) => sum + item.priceCents * item.quantity, 0),
      currency: 'USD',
      shippingAddress: request.shippingAddress ?? {
        street: 's',
        city: 'c',
        state: 's',
        zip: 'z',
        country: 'US',
      },
      payment: { status: 'pending', method: 'credit_card', amountCents: 0, refundedCents: 0 },
      shipment: null,
      reason: null,
      waitingFor: 'inventory',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      version: 1,
    };
    this.placed.set(id, order);
    this.logs.set(id, [entry(1, 'order.placed', '', 'pending')]);
    return order;
  }

  readonly catalog: ServerDeps['catalog'] = {
    categories: () =>
      Promise.resolve([
        { id: 'tests', name: 'Tests', products: this.products.size, imageUrl: '/api/products/p1/image.svg' },
      ]),
    list: (filter) => {
      this.calls.push(`list ${JSON.stringify(filter)}`);
      return Promise.resolve(this.#page(filter));
    },
    find: (id) => this.#read(() => this.products.get(id)),
    findMany: (ids) =>
      Promise.resolve(
        new Map(
          ids.flatMap((id) => {
            const found = this.products.get(id);
            return found === undefined ? [] : [[id, found] as const];
          }),
        ),
      ),
    search: (query, filter) =>
      Promise.resolve({ ...this.#page(filter, query), understood: { text: query, parts: [] } }),
  };

  #page(filter: ProductFilter, words = ''): ProductPage {
    const { page, limit, withoutSkus = [], priceMinCents = 0, priceMaxCents = Infinity } = filter;
    const found = [...this.products.values()].filter(
      ({ sku, name, priceCents }) =>
        name.includes(words) &&
        !withoutSkus.includes(sku) &&
        priceCents >= priceMinCents &&
        priceCents <= priceMaxCents,
    );
    return { items: found.slice((page - 1) * limit, page * limit), total: found.length };
  }

  readonly inventory: ServerDeps['inventory'] = {
    find: (sku) => {
      const level = this.stock.get(sku);
      if (level === undefined) return Promise.resolve(undefined);
      return Promise.resolve({
        sku,
        warehouses: [{ id: 'w1', onHand: level, reserved: 0, available: level }],
      });
    },
    available: (skus) => Promise.resolve(new Map(skus.map((sku) => [sku, this.stock.get(sku) ?? 0]))),
    soldOut: () => Promise.resolve([...this.stock].filter(([, left]) => left <= 0).map(([sku]) => sku)),
    reservations: () => Promise.resolve([]),
    adjust: ({ sku, warehouseId, delta }) => {
      const level = this.stock.get(sku);
      if (level === undefined)
        return Promise.reject(new OrreryError('unknown_sku', `there is no SKU ${sku}`));
      if (level + delta < 0)
        return Promise.reject(new OrreryError('below_reserved', 'that much is not there'));
      this.stock.set(sku, level + delta);
      const available = level + delta;
      return Promise.resolve({
        sku,
        warehouses: [{ id: warehouseId, onHand: available, reserved: 0, available }],
      });
    },
    adjustAll: () => Promise.resolve(new Map()),
    transfer: ({ sku }) =>
      Promise.reject(new OrreryError('unknown_warehouse', `fromWarehouseId: ${sku} is kept in one place`)),
  };

  /** Sales in memory; planned ones are there at once. */
  readonly planned: FlashSale[] = [];
  readonly sales: ServerDeps['sales'] = {
    plan: ({ productId, startsAt, endsAt, units }) => {
      const found = this.products.get(productId);
      if (found === undefined)
        return Promise.reject(new OrreryError('unknown_product', 'there is no such product'));
      const sale = {
        id: `s${String(this.planned.length + 1)}`,
        productId,
        sku: found.sku,
        startsAt,
        endsAt,
        units,
      };
      this.planned.push(sale);
      return Promise.resolve(sale);
    },
    end: (saleId) => {
      const at = this.planned.findIndex(({ id }) => id === saleId);
      const sale = this.planned[at];
      if (sale === undefined) return Promise.reject(new OrreryError('unknown_sale', 'there is no such sale'));
      const ended = { ...sale, endsAt: new Date().toISOString() };
      this.planned[at] = ended;
      return Promise.resolve(ended);
    },
    list: () => Promise.resolve(this.planned),
    current: () => Promise.resolve(this.planned.filter(({ endsAt }) => Date.parse(endsAt) > Date.now())),
  };

  readonly orders: ServerDeps['orders'] = {
    find: (id) => this.#read(() => this.placed.get(id)),
    findMany: (ids) =>
      this.#read(
        () =>
          new Map(
            ids.flatMap((id) => {
              const order = this.placed.get(id);
              return order === undefined ? [] : [[id, order] as const];
            }),
          ),
      ),
    myOrders: (filter) => {
      this.calls.push(`myOrders ${JSON.stringify(filter)}`);
      if (filter.cursor === 'tampered')
        return Promise.reject(new OrreryError('bad_cursor', 'cursor: not one of ours'));
      const items = [...this.placed.values()].filter(({ userId }) => userId === filter.userId);
      return Promise.resolve({ items, nextCursor: null });
    },
    adminOrders: (filter) => {
      this.calls.push(`adminOrders ${JSON.stringify(filter)}`);
      return Promise.resolve({
        items: [...this.placed.values()],
        nextCursor: null,
        previousCursor: null,
        count: String(this.placed.size),
      });
    },
    adminOutline: (scope) => {
      this.calls.push(`adminOutline ${JSON.stringify(scope)}`);
      return Promise.resolve({ rows: this.placed.size, marks: [] });
    },
    counters: () => {
      const none = { orders: 0, cancelled: 0, revenueCents: 0 };
      const queues = { all: 0, pending: 0, inReview: 0, failedPayment: 0 };
      return Promise.resolve({ asOf: null, byStatus: [], queues, all: none, today: none, lastHour: none });
    },
    sagaLog: (id, after, limit) =>
      Promise.resolve((this.logs.get(id) ?? []).filter(({ seq }) => seq > after).slice(0, limit)),
    sagaLogs: (after, limit) =>
      Promise.resolve(
        new Map(
          [...after].map(([id, seq]) => [
            id,
            (this.logs.get(id) ?? []).filter((each) => each.seq > seq).slice(0, limit),
          ]),
        ),
      ),
    versions: (ids) =>
      Promise.resolve(
        new Map(
          ids.flatMap((id) => {
            const order = this.placed.get(id);
            return order === undefined
              ? []
              : [[id, { userId: order.userId, version: order.version, status: order.status }] as const];
          }),
        ),
      ),
    checkout: async (request) => {
      if (this.checkoutFails !== undefined) throw this.checkoutFails;
      await this.checkoutHeld;
      const earlier = await this.orders.findByKey(
        request.userId,
        request.idempotencyKey,
        request.fingerprint,
      );
      if (earlier !== undefined) return earlier;
      this.checkouts.push(request);
      const order = this.place(`o${String(this.placed.size + 1)}`, request.userId, request);
      const accepted = {
        orderId: order.id,
        totalCents: order.totalCents,
        createdAt: order.createdAt,
        repeated: false,
      };
      this.#keys.set(`${request.userId} ${request.idempotencyKey}`, {
        fingerprint: request.fingerprint,
        accepted,
      });
      return accepted;
    },
    findByKey: (userId, key, fingerprint) => {
      this.calls.push('findByKey');
      const known = this.#keys.get(`${userId} ${key}`);
      if (known === undefined) return Promise.resolve(undefined);
      if (known.fingerprint !== fingerprint) {
        return Promise.reject(new OrreryError('idempotency_mismatch', 'this key was used with another body'));
      }
      return Promise.resolve({ ...known.accepted, repeated: true });
    },
    requestCancel: (id, by, reason) => {
      this.calls.push(`cancel ${id} ${by} ${reason}`);
      return Promise.resolve();
    },
    decideReview: (id, decision) => {
      this.calls.push(`review ${id} ${decision}`);
      return Promise.resolve();
    },
  };

  readonly payments: ServerDeps['payments'] = { transactions: () => Promise.resolve([]) };
  readonly shipping: ServerDeps['shipping'] = { shipments: () => Promise.resolve([]) };
  readonly delivery: ServerDeps['delivery'] = {
    estimate: (country) => ({
      country,
      earliestAt: '2026-01-04T00:00:00.000Z',
      latestAt: '2026-01-06T00:00:00.000Z',
    }),
  };
  readonly notifications: ServerDeps['notifications'] = {
    ofUser: (userId, limit) => {
      this.calls.push(`notifications ${userId} ${String(limit)}`);
      return Promise.resolve([]);
    },
    ofOrder: () => Promise.resolve([]),
  };
  readonly broadcasts: ServerDeps['broadcasts'] = {
    onBroadcast: (topic, listener) => {
      if (topic === 'orders') this.#listeners.add(listener);
      return Promise.resolve(() => {
        this.#listeners.delete(listener);
        return Promise.resolve();
      });
    },
  };
}

function entry(seq: number, type: string, from: string, to: string): SagaLogEntry {
  const messageId = createHash('sha1')
    .update(`${type}${String(seq)}`)
    .digest('hex');
  return {
    seq,
    messageId,
    type,
    causationId: null,
    from,
    to,
    at: '2026-01-01T00:00:00.000Z',
    detail: { seq },
  };
}
