import t from 'tap';
import { type Json, TIMER_FIRED } from '../../../core/engine/behaviour.ts';
import type { MachineState } from '../../../core/engine/from-machine.ts';
import { hydrateActor } from '../../../core/engine/live-actor.ts';
import type { ActorRecord } from '../../../core/engine/ports.ts';
import type { Message } from '../../../core/kernel/message.ts';
import type { OrderInput } from '../../../core/messages/order-input.ts';
import { CANCELLED_BY_SHOP, ORDER_ACCEPTS, type OrderContext } from '../../../sagas/order/context.ts';
import { type Heard, Replay } from '../../../sagas/order/testing/history.ts';
import { orderBehaviour, usualData } from '../../../sagas/order/testing/order-world.ts';
import { savedOrdersFiles } from './saved-files.ts';
import { readSaved, type Saved } from './saved-orders.ts';

type State = MachineState<OrderContext>;
type Row = Readonly<Record<string, unknown>>;

/** An order as an older definition stored it, and all it had heard. */
interface SavedOrder {
  readonly name: string;
  readonly record: ActorRecord;
  readonly log: readonly (Heard & { readonly to: string; readonly sent: readonly string[] })[];
}

function ordersOf({ rows }: Saved): readonly SavedOrder[] {
  const of = (table: string): readonly Row[] => rows.filter(([name]) => name === table).map(([, row]) => row);
  return of('orders.actor').map((actor) => ({
    name: String(of('orders.orders').find(({ id }) => id === actor['id'])?.['customer_name']),
    record: { ...actor, wakeAt: actor['wake_at_ms'] } as unknown as ActorRecord,
    log: of('orders.actor_log')
      .filter(({ id }) => id === actor['id'])
      .sort((one, other) => Number(one['version']) - Number(other['version']))
      .map((row) => {
        const { data, sent } = row['detail'] as { data: Row; sent: readonly { type: string }[] };
        return {
          at: new Date(String(row['at'])).toISOString(),
          type: String(row['type']),
          data,
          to: String(row['to_state']),
          sent: sent.map(({ type }) => type),
        };
      }),
  }));
}

/** What the order was told when it was placed: its context knows it for ever. */
function inputOf(record: ActorRecord): OrderInput {
  const { context } = hydrateActor(orderBehaviour, record).state as State;
  const { orderId, userId, email, customerName, totalCents, currency, placedAt, policy } = context;
  const { shippingAddress, paymentMethod } = context;
  const lines = context.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const person = { userId, email, customerName };
  return {
    orderId,
    ...person,
    lines,
    totalCents,
    currency,
    shippingAddress,
    paymentMethod,
    placedAt,
    policy,
  };
}

function message(type: string, data: object, at: string): Message {
  const subject = 'order';
  return { id: 'm', type, subject, correlationId: subject, causationId: null, time: at, version: 1, data };
}

/** Orders once kept the words of the admin who cancelled them, where today's say that the shop did; they keep them. */
function toldAsToday(record: ActorRecord, { cancelReason }: OrderContext): ActorRecord {
  const { context } = hydrateActor(orderBehaviour, record).state as State;
  if (cancelReason !== CANCELLED_BY_SHOP || context.cancelReason === null) return record;
  const kept = record.snapshot as { readonly context: Row };
  return { ...record, snapshot: { ...kept, context: { ...kept.context, cancelReason } } };
}

/** The answer to a message, without what definition 1 could not know: whose request came too late. */
function answered(state: State, type: string, data: object, at: string): Json {
  const { messages, timers, rows, to } = orderBehaviour.react(state, message(type, data, at), Date.parse(at));
  const sent = messages.map((each) =>
    each.type === 'notification.requested' ? { ...each, data: { ...each.data, text: '' } } : each,
  );
  return JSON.parse(JSON.stringify({ to, sent, timers, rows })) as Json;
}

for (const file of savedOrdersFiles()) {
  const saved = await readSaved(file);
  const orders = ordersOf(saved);

  t.test(`${file}: logs lead today where they led then`, (t) => {
    for (const { name, record, log } of orders) {
      const order = new Replay(orderBehaviour, inputOf(record));
      for (const { at, type, data, to, sent } of log.slice(1)) {
        const then = order.hear({ at, type, data });
        t.strictSame([then.state, then.sent.map((each) => each.type)], [to, sent], `${name}: ${type}`);
      }
    }
    t.end();
  });

  t.test(`${file}: every order migrates, and goes on like one that grew up under today's definition`, (t) => {
    t.ok(orders.length > 40 && orders.every(({ record }) => record.definition <= orderBehaviour.definition));
    for (const { name, record, log } of orders) {
      const native = new Replay(orderBehaviour, inputOf(record));
      let timers: Readonly<Record<string, string>> = native.placed.timers;
      for (const heard of log.slice(1)) ({ timers } = native.hear(heard));
      const migrated = hydrateActor(orderBehaviour, toldAsToday(record, native.state.context)).state as State;

      const { cancelRequest: asked, ...facts } = migrated.context;
      const { cancelRequest: known, ...nativeFacts } = native.state.context;
      t.strictSame(facts, nativeFacts, `${name}: knows the same`);
      // Definition 1 forgot a request that had come too late, and tells whoever asks again once more.
      const forgotten = record.definition === 1 && known?.tooLate === true;
      t.equal(asked === null, known === null || forgotten, `${name}: cancellation asked for or not`);
      if (record.definition > 1) t.strictSame(asked, known, `${name}: by whom and when`);
      t.equal(migrated.state, native.state.state, `${name}: is in the same place`);
      t.strictSame(
        Object.keys(timers).sort(),
        record.timers.map(({ id }) => id).sort(),
        `${name}: same timers`,
      );

      const { at } = saved.header;
      for (const type of ORDER_ACCEPTS) {
        if (type === 'order.cancel.requested' && forgotten) continue;
        const data = usualData(type, native.state.context);
        t.strictSame(
          answered(migrated, type, data, at),
          answered(native.state, type, data, at),
          `${name}: ${type}`,
        );
      }
      for (const { id: timer, event } of record.timers) {
        const fired = { timer, event };
        t.strictSame(
          answered(migrated, TIMER_FIRED, fired, at),
          answered(native.state, TIMER_FIRED, fired, at),
          `${name}: ${timer}`,
        );
        t.not(
          orderBehaviour.react(migrated, message(TIMER_FIRED, fired, at), 0).to,
          migrated.state,
          `${timer} still counts`,
        );
      }
    }
    t.end();
  });
}
