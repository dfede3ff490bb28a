import type { Message } from '../../core/kernel/message.ts';
import { decideBatch } from '../../core/engine/decide.ts';
import { answerId } from '../../core/engine/compose.ts';
import type { LiveActor } from '../../core/engine/live-actor.ts';
import { hydrateActor, writeOf } from '../../core/engine/live-actor.ts';
import type { MachineState } from '../../core/engine/from-machine.ts';
import type { LogRow } from '../../core/engine/ports.ts';
import { currentVersionOf } from '../../core/messages/catalogue.ts';
import type { OrderContext, OrderEventType } from '../../sagas/order/context.ts';
import { usualData } from '../../sagas/order/testing/order-world.ts';
import type { Database } from '../postgres/database.ts';
import { createSagaStore } from '../postgres/orders/saga-store.ts';
import { orderBeginnings } from '../main/saga-insight.ts';

const ROWS_AT_ONCE = 1_000;
/** Between two steps of the story that is made up. */
const STEP_MS = 40;

/** What answers what, where all goes well. */
const ANSWERS: Readonly<Record<string, OrderEventType>> = {
  'inventory.reserve.requested': 'inventory.reserved',
  'inventory.commit.requested': 'inventory.committed',
  'payment.requested': 'payment.processed',
  'shipping.requested': 'shipping.scheduled',
  'shipping.cancel.requested': 'shipping.cancelled',
};

/**
 * Gives an order that has ended a life of so many steps instead of its own: the engine's own decisions over the real machine, an
 * operator sending it back to its review again and again. Its row stays as it is; its saga counts as ended, so the engine leaves
 * it alone.
 */
export async function lengthen(db: Database, orderId: string, steps: number): Promise<void> {
  const store = createSagaStore(db);
  const record = await store.record('order', orderId);
  const [first] = await store.entries('order', orderId, 0, 1);
  if (record === undefined || first === undefined) throw new Error(`there is no saga of ${orderId}`);
  const today = hydrateActor(orderBeginnings.behaviour, record).state as MachineState<unknown>;
  const told = (first.detail as { readonly data: unknown }).data;
  const begun = orderBeginnings.begin(today, told, Date.parse(first.at));
  const actor: LiveActor = {
    ...hydrateActor(orderBeginnings.behaviour, { ...record, timers: [], waiting: [], wakeAt: null }),
    version: 1,
    storedVersion: 1,
    state: begun.state,
  };
  const rows = livedOn(actor, begun.messages, Date.parse(first.at), steps);
  const { snapshot, version, definition } = writeOf({ ...actor, timers: [], waiting: [] });
  await db.query(`delete from orders.actor_log where kind = 'order' and id = $1 and version > 1`, [orderId]);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await db.query(
      `insert into orders.actor_log (kind, id, version, message_id, type, causation_id, from_state, to_state, at, detail)
       select kind, id, version, "messageId", type, "causationId", "from", "to", to_timestamp("atMs" / 1000.0), detail
       from json_to_recordset($1::json) as row (kind text, id text, version bigint, "messageId" text, type text,
         "causationId" text, "from" text, "to" text, "atMs" double precision, detail jsonb)`,
      [JSON.stringify(rows.slice(at, at + ROWS_AT_ONCE))],
    );
  }
  await db.query(
    `update orders.actor set version = $2, definition = $3, snapshot = $4::json, finished = true, timers = '[]',
       waiting = '[]', wake_at_ms = null where kind = 'order' and id = $1`,
    [orderId, version, definition, JSON.stringify(snapshot)],
  );
}

type Sent = Pick<Message, 'type' | 'subject'> & { readonly id?: string };

function livedOn(actor: LiveActor, begun: readonly Sent[], begunMs: number, steps: number): LogRow[] {
  const rows: LogRow[] = [];
  let now = begunMs;
  const open: Sent[] = begun.map((each, index) => ({ ...each, id: `order/${actor.id}/1/${String(index)}` }));
  while (actor.version < steps) {
    now += STEP_MS;
    const before = actor.version;
    const decision = decideBatch([{ message: nextMessage(actor, open, now), actor }], {
      now,
      timersUntil: 0,
      versionOf: currentVersionOf,
      seen: new Set(),
    });
    const [bad] = decision.bad;
    if (bad !== undefined || actor.version === before)
      throw bad?.error ?? new Error('the story does not go on');
    rows.push(...decision.log);
    open.push(...[...decision.sent.values()].flat());
  }
  return rows;
}

/** The answer to the oldest open question; where none is open, an operator speaks. */
function nextMessage(actor: LiveActor, open: Sent[], now: number): Message {
  const { context, state } = actor.state as MachineState<OrderContext>;
  const base = { subject: actor.id, to: actor.id, correlationId: actor.id, version: 1 };
  const time = new Date(now - 12).toISOString();
  const id = `story/${actor.id}/${String(actor.version)}`;
  for (let asked = open.shift(); asked !== undefined; asked = open.shift()) {
    const type = ANSWERS[asked.type];
    if (type === undefined) continue;
    const sku = type.startsWith('inventory.') ? { sku: asked.subject } : {};
    const causationId = asked.id ?? null;
    const data = { ...usualData(type, context), ...sku };
    return {
      ...base,
      id: causationId === null ? id : answerId(causationId, 0),
      type,
      causationId,
      time,
      data,
    };
  }
  if (state.startsWith('review')) {
    const data = { ...usualData('order.review.decided', context), decision: 'approve' };
    return { ...base, id, type: 'order.review.decided', causationId: null, time, data };
  }
  const repair = {
    orderId: actor.id,
    repairId: id,
    operation: 'restart',
    step: 'review',
    expectedVersion: actor.version,
    requestedBy: 'story',
    reason: 'once more',
    acknowledge: true,
  };
  return { ...base, id, type: 'order.repair.requested', causationId: null, time, data: repair };
}
