import { isDeepStrictEqual } from 'node:util';
import { TIMER_FIRED } from '../../../core/engine/behaviour.ts';
import type { Draft, Json, Reaction, TimerChange } from '../../../core/engine/behaviour.ts';
import { fromMachine } from '../../../core/engine/from-machine.ts';
import type { MachineState } from '../../../core/engine/from-machine.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { definitionOf } from '../../../core/messages/catalogue.ts';
import type { MessageType } from '../../../core/messages/catalogue.ts';
import type { OrderInput } from '../../../core/messages/order-input.ts';
import type { OrderItem } from '../../../core/messages/shapes.ts';
import { orderInput, placeOrder } from '../../../core/services/orders/placement.ts';
import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import type { OrderPolicy } from '../../../core/services/orders/policy.ts';
import { shipmentKey } from '../context.ts';
import type { OrderContext, OrderEventType } from '../context.ts';
import { orderSaga } from '../saga.ts';
import type { Heard } from './history.ts';

/** The world of one order in tests: it hears messages, its clock moves by hand, and what it sends is checked. */

export const orderBehaviour = fromMachine(orderSaga);
type State = MachineState<OrderContext>;

export const PLACED_AT_MS = Date.UTC(2026, 0, 5, 12);
export const ORDER_ID = 'o1';

export function item(sku: string, quantity = 1, priceCents = 1_000): OrderItem {
  return { productId: `product-${sku}`, sku, name: `Thing ${sku}`, quantity, priceCents };
}

export function checkout(items: readonly OrderItem[]) {
  return {
    userId: 'u1',
    email: 'ada@example.com',
    customerName: 'Ada',
    idempotencyKey: 'k1',
    fingerprint: 'f1',
    items,
    currency: 'USD',
    shippingAddress: { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
    paymentMethod: { type: 'credit_card', token: 'tok_ok' },
  } as const;
}

type Row = Readonly<Record<string, unknown>>;

export class OrderWorld {
  now = PLACED_AT_MS;
  readonly input: OrderInput;
  /** Every message and every timer so far, in order. */
  readonly heard: Heard[] = [];
  #state!: State;
  /** Its snapshot in the store. */
  stored: Json = null;
  /** What the last message made it send. */
  sent: readonly Draft[];
  /** Everything it ever sent. */
  readonly allSent: Draft[] = [];
  readonly timers = new Map<string, { readonly dueAt: number; readonly event: Json }>();
  /** The row of the orders table as it stands. */
  row: Row;
  #messages = 0;

  constructor(items: readonly OrderItem[] = [item('A', 2)], policy: Partial<OrderPolicy> = {}) {
    const placement = {
      orderId: ORDER_ID,
      request: checkout(items),
      policy: { ...DEFAULT_ORDER_POLICY, ...policy },
      now: this.now,
    };
    this.input = orderInput(placement);
    const first = placeOrder(placement, orderBehaviour.begin);
    this.#store(first.state);
    this.row = first.rows[0]?.row ?? {};
    this.sent = [];
    this.#note(first);
  }

  get state(): string {
    return this.#state.state;
  }
  get context(): OrderContext {
    return this.#state.context;
  }
  get finished(): boolean {
    return orderBehaviour.finished(this.#state);
  }
  get sentTypes(): readonly string[] {
    return this.sent.map(({ type }) => type);
  }

  /** The data of everything it ever sent of one type. */
  all(type: MessageType): readonly object[] {
    return this.allSent.filter((draft) => draft.type === type).map(({ data }) => data);
  }

  /** Hears a message; what `data` leaves out is made up to fit the order. */
  hear(type: OrderEventType, data: Row = {}): this {
    this.react(type, { ...usualData(type, this.context), ...data });
    return this;
  }

  /** Lets time pass; timers fire in their order. */
  wait(forMs: number): this {
    const until = this.now + forMs;
    for (;;) {
      const due = [...this.timers].sort(([, a], [, b]) => a.dueAt - b.dueAt)[0];
      if (due === undefined || due[1].dueAt > until) break;
      const [timer, { dueAt, event }] = due;
      this.now = Math.max(this.now, dueAt);
      this.timers.delete(timer);
      this.react(TIMER_FIRED, { timer, event });
    }
    this.now = until;
    return this;
  }

  react(type: string, data: object): Reaction<State> {
    this.#messages += 1;
    const message: Message = {
      id: `m${String(this.#messages)}`,
      type,
      subject: ORDER_ID,
      correlationId: ORDER_ID,
      causationId: null,
      time: new Date(this.now).toISOString(),
      version: 1,
      data: checkedData(type, data),
    };
    this.heard.push({ at: message.time, type, data: message.data as Row });
    const reaction = orderBehaviour.react(this.#state, message, this.now);
    this.#store(reaction.state);
    this.#note(reaction);
    return reaction;
  }

  /** Each step goes through the store, as it may in life; nothing the order knows stays behind. */
  #store(state: State): void {
    this.stored = JSON.parse(JSON.stringify(orderBehaviour.serialize(state))) as Json;
    this.#state = orderBehaviour.deserialize(this.stored, state);
    assert(isDeepStrictEqual(this.context, state.context), `an order in ${state.state} comes back whole`);
  }

  #note({ messages, timers, rows }: Reaction<State>): void {
    for (const { type, data } of messages) checkedData(type, data);
    this.sent = messages;
    this.allSent.push(...messages);
    for (const change of timers) this.#setTimer(change);
    for (const { table, row } of rows) if (table === 'order_progress') this.row = { ...this.row, ...row };
  }

  #setTimer(change: TimerChange): void {
    if (change.dueAt === null) this.timers.delete(change.id);
    else this.timers.set(change.id, { dueAt: change.dueAt, event: change.event });
  }
}

/** Data as the catalogue lets it travel; throws when a message is none of the catalogue's. */
function checkedData(type: string, data: object): object {
  if (type === TIMER_FIRED) return data;
  const definition = definitionOf(type);
  assert(definition !== undefined, `${type} is in the catalogue`);
  return definition.data.parse(data) as object;
}

/** A plausible message for this order, about its first line and its current parcel. */
export function usualData(type: OrderEventType, context: OrderContext): Row {
  const { orderId, totalCents, currency } = context;
  const { sku = '', quantity = 1 } = context.lines[0] ?? {};
  const [family] = type.split('.');
  if (family === 'inventory') return { orderId, sku, quantity, ...INVENTORY_DETAILS };
  if (family === 'payment') {
    const charge = { orderId, chargeKey: orderId, amountCents: totalCents, currency };
    return { ...charge, transactionId: 't1', refundId: 'r1', reason: 'card_declined' };
  }
  if (family === 'shipping') return { orderId, shipmentKey: shipmentKey(context), ...SHIPPING_DETAILS };
  if (family === 'fraud') return { orderId, score: 95, reasons: ['new account'] };
  return { orderId, requestedBy: 'u1', decidedBy: 'admin', decision: 'approve', reason: 'changed my mind' };
}

const INVENTORY_DETAILS = {
  allocations: [{ warehouseId: 'ams', quantity: 1 }],
  expiresAt: new Date(PLACED_AT_MS + 600_000).toISOString(),
  available: 0,
  reason: 'out_of_stock',
  freed: 0,
  restocked: 0,
};
const SHIPPING_DETAILS = {
  trackingNumber: 'TRACK1',
  carrier: 'Swift',
  estimatedDeliveryAt: '2026-01-08T12:00:00.000Z',
  at: '2026-01-06T12:00:00.000Z',
  progress: 0.5,
  location: { name: 'Columbus', latitude: 40, longitude: -83 },
  reason: 'address unknown',
};
