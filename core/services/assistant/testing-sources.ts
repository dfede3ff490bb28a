import type { OrderView } from '../orders/ports.ts';
import type { Action, ProposalStore, SalesTotal, Sources } from './ports.ts';

export const ORDER_ID = '0199c0de-7a11-7bbb-8ccc-0123456789ab';

export function testOrder(more: Partial<OrderView> = {}): OrderView {
  return {
    id: ORDER_ID,
    userId: 'u1',
    customerName: 'Ada',
    email: 'ada@example.com',
    status: 'confirmed',
    sagaState: 'confirmed',
    items: [{ productId: 'p1', sku: 'MUG-101', name: 'Morning Fog Mug', quantity: 2, priceCents: 1_900 }],
    totalCents: 3_800,
    currency: 'USD',
    shippingAddress: { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
    payment: { status: 'paid', method: 'credit_card', amountCents: 3_800, refundedCents: 0 },
    shipment: null,
    reason: null,
    waitingFor: 'a parcel',
    createdAt: '2026-03-18T10:00:00.000Z',
    updatedAt: '2026-03-18T10:00:00.000Z',
    version: 4,
    ...more,
  };
}

/** A shop of one order and two SKUs; orders and cancellations of a day before and of one a week earlier differ. */
export function testSources(order = testOrder(), productName = 'Morning Fog Mug'): Sources {
  const totals = (from: string): SalesTotal =>
    from >= '2026-03-18'
      ? { orders: 100, cancelled: 20, failed: 0, revenueCents: 800_000 }
      : { orders: 90, cancelled: 5, failed: 0, revenueCents: 850_000 };
  const stock = {
    sku: 'MUG-101',
    available: 7,
    onHand: 9,
    reserved: 2,
    threshold: 10,
    warehouses: [
      { id: 'ams', available: 5 },
      { id: 'ohio', available: 2 },
    ],
  };
  const product = {
    id: 'p1',
    sku: 'MUG-101',
    name: productName,
    priceCents: 1_900,
    currency: 'USD',
    active: true,
  };
  return {
    orders: {
      find: (id) => Promise.resolve(id === order.id ? order : undefined),
      adminOrders: () =>
        Promise.resolve({ items: [order], nextCursor: null, previousCursor: null, count: '1' }),
      sagaLog: () =>
        Promise.resolve([
          {
            seq: 1,
            messageId: 'm1',
            type: 'order.placed',
            causationId: null,
            from: '',
            to: 'reserving',
            at: order.createdAt,
            detail: {},
          },
        ]),
      counters: () => Promise.reject(new Error('the database is away')),
    },
    sales: {
      total: ({ from }) => Promise.resolve(totals(from)),
      steps: ({ from }) => Promise.resolve([{ at: from, ...totals(from) }]),
      products: () =>
        Promise.resolve({
          items: [{ productId: 'p1', sku: 'MUG-101', name: productName, units: 9, revenueCents: 17_100 }],
          complete: true,
        }),
      customers: () => Promise.resolve({ items: [], complete: true }),
      cancellations: ({ from }) =>
        Promise.resolve(
          from >= '2026-03-18'
            ? [
                { reason: 'payment_declined', orders: 17, totalCents: 9 },
                { reason: 'out_of_stock', orders: 3, totalCents: 9 },
              ]
            : [{ reason: 'out_of_stock', orders: 5, totalCents: 9 }],
        ),
    },
    stock: {
      list: () => Promise.resolve([stock]),
      summary: () => Promise.resolve({ skus: 2, low: 1, out: 1 }),
      find: (sku) => Promise.resolve(sku === stock.sku ? stock : undefined),
    },
    products: {
      named: (words) =>
        Promise.resolve(productName.toLowerCase().includes(words.toLowerCase()) ? [product] : []),
      bySku: (skus) => Promise.resolve(new Map(skus.includes('MUG-101') ? [['MUG-101', product]] : [])),
    },
    people: { named: () => Promise.resolve([]) },
    problems: () => Promise.resolve([]),
    deadLetters: () => Promise.resolve([]),
    reviewQueue: () => Promise.resolve([]),
    flashSales: () => Promise.resolve([]),
    pauses: () => Promise.resolve([]),
  };
}

/** What was proposed, in order. */
export class TestProposals implements ProposalStore {
  readonly added: { token: string; by: string; action: Action; text: string }[] = [];

  add(proposal: { token: string; by: string; action: Action; text: string }): Promise<void> {
    this.added.push(proposal);
    return Promise.resolve();
  }

  take(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
