import { beginActor } from '../../../core/engine/birth.ts';
import { decideBatch } from '../../../core/engine/decide.ts';
import { fromMachine } from '../../../core/engine/from-machine.ts';
import { wakeMessage } from '../../../core/engine/inbound.ts';
import { hydrateActor } from '../../../core/engine/live-actor.ts';
import type { Commit } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { partitionOf } from '../../../core/kernel/partition.ts';
import { currentVersionOf, type DataOf, type MessageType } from '../../../core/messages/catalogue.ts';
import { placeOrder } from '../../../core/services/orders/placement.ts';
import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import { orderSaga } from '../../../sagas/order/saga.ts';

/**
 * Owns: an order whose parcel is under way, grown by the saga itself from the answers the other services would have
 * given. It waits for its delivery, with a timer a month ahead: the longest wait an order has, and the one a shop has
 * most of.
 */
export const ORDER_BEHAVIOUR = fromMachine(orderSaga);

const SKU = 'SKU-DRILL-1';
const QUANTITY = 1;
const PRICE_CENTS = 12_900;

/** What the commits of its life wrote, each in turn, as commits of a writer that needs no fence. */
export function shippedOrderCommits(orderId: string, partitions: number, nowMs: number): readonly Commit[] {
  const partition = partitionOf(orderId, partitions);
  const reaction = placeOrder(
    { orderId, request: checkoutOf(orderId), policy: DEFAULT_ORDER_POLICY, now: nowMs },
    ORDER_BEHAVIOUR.begin,
  );
  const cause = messageOf(orderId, `checkout/${orderId}`, 'order.placed', null, nowMs, {});
  const birth = beginActor(
    ORDER_BEHAVIOUR,
    { id: orderId, partition },
    cause,
    reaction,
    nowMs,
    currentVersionOf,
  );
  const actor = hydrateActor(ORDER_BEHAVIOUR, birth.actor);
  const commits = [unfenced({ actors: [birth.actor], log: [birth.log], rows: reaction.rows })];
  const handle = (message: Message): void => {
    const context = { now: nowMs, timersUntil: nowMs, versionOf: currentVersionOf, seen: NOTHING_SEEN };
    const { actors, wakes, log, rows, bad } = decideBatch([{ message, actor }], context);
    assert(bad.length === 0, `the saga takes ${message.type}`);
    commits.push(unfenced({ actors, wakes, log, rows }));
  };
  for (let request = actor.waiting[0]; request !== undefined; request = actor.waiting[0])
    handle(answerTo(request.message, nowMs));
  handle(dispatch(orderId, nowMs));
  // Its first requests had it woken within seconds; that look has been taken, and the next is a month ahead.
  handle(wakeMessage(ORDER_BEHAVIOUR.kind, orderId, nowMs));
  assert(actor.wakeAt === actor.timers[0]?.dueAt, 'it sleeps until its timer');
  const { state } = actor.state as { readonly state: string };
  assert(state === 'shipped.underWay', `an order that was dispatched is under way, not ${state}`);
  return commits;
}

/** A commit of somebody who owns no partition. */
export function unfenced(parts: Partial<Commit>): Commit {
  const nothing = { actors: [], wakes: [], log: [], inbox: [], rows: [], outbox: [], confirmed: [] };
  return { owner: 'drill', fences: [], ...nothing, ...parts };
}

/** News of the parcel of such an order; the same number is the same message. */
export function progressMessage(orderId: string, number: number, nowMs: number): Message {
  return messageOf(
    orderId,
    `drill/progress/${orderId}/${String(number)}`,
    'shipping.progressed',
    null,
    nowMs,
    {
      ...parcelOf(orderId),
      ...TRACKED,
      at: new Date(nowMs).toISOString(),
      progress: 0.5,
      location: { name: 'Leipzig', latitude: 51.34, longitude: 12.37 },
    },
  );
}

const NOTHING_SEEN: ReadonlySet<string> = new Set();
const TRACKED = { trackingNumber: 'DRILL-1', carrier: 'Drill Express' };

function answerTo(request: Message, nowMs: number): Message {
  const { type, subject, correlationId: orderId } = request;
  const answer = <Type extends MessageType>(answered: Type, data: DataOf<Type>): Message => ({
    ...messageOf(orderId, `answer/${request.id}`, answered, request.id, nowMs, data),
    subject,
    to: orderId,
  });
  const at = new Date(nowMs).toISOString();
  const line = { orderId, sku: SKU, quantity: QUANTITY };
  switch (type) {
    case 'inventory.reserve.requested':
      return answer('inventory.reserved', {
        ...line,
        allocations: [{ warehouseId: 'drill', quantity: QUANTITY }],
        expiresAt: at,
      });
    case 'inventory.commit.requested':
      return answer('inventory.committed', line);
    case 'payment.requested': {
      const { chargeKey, amountCents, currency } = request.data as DataOf<'payment.requested'>;
      return answer('payment.processed', {
        orderId,
        chargeKey,
        amountCents,
        currency,
        transactionId: 'drill-1',
      });
    }
    case 'shipping.requested':
      return answer('shipping.scheduled', { ...parcelOf(orderId), ...TRACKED, estimatedDeliveryAt: at });
    default:
      throw new Error(`nobody answers ${type}`);
  }
}

function dispatch(orderId: string, nowMs: number): Message {
  const data = { ...parcelOf(orderId), ...TRACKED, at: new Date(nowMs).toISOString() };
  return messageOf(orderId, `dispatch/${orderId}`, 'shipping.dispatched', null, nowMs, data);
}

function parcelOf(orderId: string): { readonly orderId: string; readonly shipmentKey: string } {
  return { orderId, shipmentKey: `${orderId}/1` };
}

function messageOf(
  orderId: string,
  id: string,
  type: MessageType,
  causationId: string | null,
  nowMs: number,
  data: object,
): Message {
  const time = new Date(nowMs).toISOString();
  const version = currentVersionOf(type);
  return { id, type, subject: orderId, correlationId: orderId, causationId, time, version, data };
}

function checkoutOf(orderId: string): Parameters<typeof placeOrder>[0]['request'] {
  const item = { productId: 'drill-1', sku: SKU, name: 'Drill', quantity: QUANTITY, priceCents: PRICE_CENTS };
  return {
    userId: 'drill-shopper',
    email: 'drill@example.com',
    customerName: 'Drill Shopper',
    items: [item],
    currency: 'USD',
    shippingAddress: { street: '1 Main Street', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' },
    paymentMethod: { type: 'credit_card' },
    idempotencyKey: orderId,
    fingerprint: orderId,
  };
}
