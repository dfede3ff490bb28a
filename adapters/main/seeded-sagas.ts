import type { MachineState } from '../../core/engine/from-machine.ts';
import { hydrateActor } from '../../core/engine/live-actor.ts';
import type { ActorRecord } from '../../core/engine/ports.ts';
import { type LoggedEntry, REPLAY_START, type ReplayedStep, replayStep } from '../../core/engine/replay.ts';
import { REPAIR_OPERATIONS } from '../../core/messages/order-repair.ts';
import type { OrderQueries, OrderView } from '../../core/services/orders/ports.ts';
import type { SagaRepairs, Shown } from '../../core/services/orders/repair-ports.ts';
import { RepairRefused } from '../../core/services/orders/repair-refused.ts';
import { triggerOf } from '../../core/services/sagas/shapes.ts';
import type { SagaStore } from '../../core/services/sagas/ports.ts';
import { orderSaga } from '../../sagas/order/saga.ts';
import { isSeeded } from '../postgres/seed/queries.ts';
import { linesOf, storyLog } from '../postgres/seed/story-log.ts';
import { orderBeginnings } from './saga-insight.ts';

/**
 * Sagas of seeded orders. Only the order's row is kept; its log follows from that (story-log.ts), and what the saga knew and
 * sent follows from living that log through the machine. Whoever shows them is told that nobody recorded them.
 */
type Orders = Pick<OrderQueries, 'find'>;

const NOT_KEPT = 'a seeded order is history: there is its row, and no saga that could be repaired';

/** What a message answers, by its type. */
const ANSWERED: Readonly<Record<string, string>> = {
  'inventory.reserved': 'inventory.reserve.requested',
  'inventory.reserve.failed': 'inventory.reserve.requested',
  'inventory.committed': 'inventory.commit.requested',
  'inventory.released': 'inventory.release.requested',
  'payment.processed': 'payment.requested',
  'payment.failed': 'payment.requested',
  'payment.refunded': 'payment.refund.requested',
  'payment.refund.failed': 'payment.refund.requested',
  'shipping.scheduled': 'shipping.requested',
};

interface Life {
  readonly record: ActorRecord;
  readonly entries: readonly LoggedEntry[];
}

/** Knows seeded orders' sagas as well; everything else passes through. */
export function withSeededSagas(store: SagaStore, orders: Orders): SagaStore {
  const lifeOf = seededLives(orders);
  const knows = (kind: string, id: string): boolean => kind === orderSaga.kind && isSeeded(id);
  const after = async (id: string, seq: number, limit: number): Promise<readonly LoggedEntry[]> =>
    ((await lifeOf(id))?.entries ?? []).filter((entry) => entry.seq > seq).slice(0, limit);
  return {
    isDerived: (kind, id) => knows(kind, id) || store.isDerived(kind, id),
    record: async (kind, id) => (knows(kind, id) ? (await lifeOf(id))?.record : store.record(kind, id)),
    entries: (kind, id, seq, limit) =>
      knows(kind, id) ? after(id, seq, limit) : store.entries(kind, id, seq, limit),
    async outline(kind, id, seq, limit) {
      if (!knows(kind, id)) return store.outline(kind, id, seq, limit);
      return (await after(id, seq, limit)).map(({ seq, from, to, type, at, detail }) => ({
        seq,
        from,
        to,
        trigger: triggerOf(type, (detail as { readonly data: unknown }).data),
        atMs: Date.parse(at),
      }));
    },
    async causedBy(kind, id, messageIds) {
      if (!knows(kind, id)) return store.causedBy(kind, id, messageIds);
      const entries = (await lifeOf(id))?.entries ?? [];
      const answers = messageIds.map((messageId) => [
        messageId,
        entries.filter(({ causationId }) => causationId === messageId).map(({ seq }) => seq),
      ]);
      return new Map((answers as [string, number[]][]).filter(([, seqs]) => seqs.length > 0));
    },
    async sentIn(kind, id, messageId) {
      if (!knows(kind, id)) return store.sentIn(kind, id, messageId);
      const sender = (await lifeOf(id))?.entries.find(({ detail }) =>
        (detail as Detail).sent.some((message) => message.id === messageId),
      );
      return sender === undefined ? undefined : { seq: sender.seq, atMs: Date.parse(sender.at) };
    },
  };
}

/** Shows where seeded orders' sagas stand, and refuses to repair them with `not_possible`. */
export function withSeededRepairs(repairs: SagaRepairs, orders: Orders): SagaRepairs {
  const lifeOf = seededLives(orders);
  const refuse = async (kind: string, id: string): Promise<void> => {
    const life = kind === orderSaga.kind && isSeeded(id) ? await lifeOf(id) : undefined;
    if (life !== undefined) {
      throw new RepairRefused({ code: 'not_possible', why: NOT_KEPT }, life.record.version);
    }
  };
  return {
    async find(kind, id) {
      const life = kind === orderSaga.kind && isSeeded(id) ? await lifeOf(id) : undefined;
      if (life === undefined) return repairs.find(kind, id);
      const { version, definition, snapshot } = life.record;
      return {
        kind,
        id,
        version,
        state: life.entries.at(-1)?.to ?? '',
        finished: true,
        definition,
        newestDefinition: definition,
        context: (snapshot as { readonly context: Shown }).context,
        requests: [],
        timers: [],
        parked: null,
        operations: REPAIR_OPERATIONS.map((operation) => ({
          operation,
          possible: false,
          why: NOT_KEPT,
          steps: [],
        })),
        repairs: [],
      };
    },
    async preview(kind, id, body) {
      await refuse(kind, id);
      return repairs.preview(kind, id, body);
    },
    async check(kind, id, body) {
      await refuse(kind, id);
      return repairs.check(kind, id, body);
    },
    async request(kind, id, body, by, traceparent) {
      await refuse(kind, id);
      return repairs.request(kind, id, body, by, traceparent);
    },
  };
}

interface Detail {
  readonly data: unknown;
  readonly sent: readonly { readonly id: string; readonly type: string }[];
}

/** A request on its way, and whom it was about. */
interface Asked {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
}

function seededLives(orders: Orders): (id: string) => Promise<Life | undefined> {
  return async (id) => {
    const order = await orders.find(id);
    return order === undefined ? undefined : lifeOf(order);
  };
}

function lifeOf(order: OrderView): Life {
  const { kind, definition } = orderSaga;
  const told = storyLog(order);
  const begun: ActorRecord = {
    kind,
    id: order.id,
    partition: 0,
    version: order.version,
    definition,
    snapshot: { value: valueOf(order.sagaState), context: inputOf(order) },
    timers: [],
    waiting: [],
    wakeAt: null,
    finished: true,
  };
  const today = hydrateActor(orderBeginnings.behaviour, begun).state as MachineState<unknown>;
  const asked: Asked[] = [];
  let point = REPLAY_START;
  let context = null as ReplayedStep['after'];
  const entries = told.map((entry): LoggedEntry => {
    const lived = replayStep(orderBeginnings, today, point, entry);
    point = lived.point;
    context = lived.step.after;
    const causationId = requestOf(entry, asked);
    const sent = lived.step.sent.map(({ type, subject }, index) => ({
      id: `${kind}/${order.id}/${String(entry.seq)}/${String(index)}`,
      type,
      subject,
    }));
    asked.push(...sent);
    const detail: Detail = {
      data: (entry.detail as Detail).data,
      sent: sent.map(({ id, type }) => ({ id, type })),
    };
    return { ...entry, causationId, detail };
  });
  const snapshot = { value: valueOf(order.sagaState), context: context ?? inputOf(order) };
  return { record: { ...begun, snapshot }, entries };
}

/** The newest request that the message answers; null: it comes by itself. */
function requestOf({ type, detail }: LoggedEntry, asked: readonly Asked[]): string | null {
  const { sku } = (detail as Detail).data as { readonly sku?: string };
  const request = asked.findLast(
    (each) => each.type === ANSWERED[type] && (sku === undefined || each.subject === sku),
  );
  return request?.id ?? null;
}

/** XState's value of a state: `compensating.settling` is a state within a state. */
function valueOf(state: string): string | { readonly [key: string]: string } {
  const [outer = '', inner] = state.split('.');
  return inner === undefined ? outer : { [outer]: inner };
}

/** What the saga began with, as far as the row tells; the rest is as usual (sagas/order/stored.ts). */
function inputOf(order: OrderView) {
  const { userId, email, customerName, totalCents, currency, shippingAddress, createdAt } = order;
  return {
    userId,
    email,
    customerName,
    lines: linesOf(order).map(({ sku, quantity }) => ({ sku, quantity, state: 'requested' })),
    totalCents,
    currency,
    shippingAddress: { ...shippingAddress },
    paymentMethod: { type: order.payment.method },
    placedAt: createdAt,
  };
}
