import { uuidv7 } from 'uuidv7';
import { beginActor } from '../../core/engine/birth.ts';
import { decideBatch } from '../../core/engine/decide.ts';
import { fromMachine } from '../../core/engine/from-machine.ts';
import { hydrateActor } from '../../core/engine/live-actor.ts';
import type { ActorRecord, LogRow } from '../../core/engine/ports.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Message } from '../../core/kernel/message.ts';
import { currentVersionOf, parseMessage } from '../../core/messages/catalogue.ts';
import { placeOrder } from '../../core/services/orders/placement.ts';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import type { SagaLogEntry } from '../../core/services/orders/ports.ts';
import { createSagaRepairs } from '../../core/services/orders/repairs.ts';
import { orderSaga } from '../../sagas/order/saga.ts';

const behaviour = fromMachine(orderSaga);

/** Orders of the real saga, decided by the engine and kept in memory; what they send goes nowhere. */
export class TestSagas {
  readonly #records = new Map<string, ActorRecord>();
  readonly #log: LogRow[] = [];

  readonly repairs = createSagaRepairs({
    behaviour,
    store: {
      hydrate: (actors) =>
        Promise.resolve({ actors: actors.flatMap(({ id }) => this.#records.get(id) ?? []), seen: new Set() }),
    },
    log: {
      sagaLog: (orderId, after) =>
        Promise.resolve(
          this.#log.filter(({ id, version }) => id === orderId && version > after).map(entryOf),
        ),
    },
    send: (message) => {
      this.hear(message);
      return Promise.resolve();
    },
    versionOf: currentVersionOf,
    newId: uuidv7,
    clock: systemClock,
  });

  /** An order of one line that waits for its stock. */
  place(orderId: string): void {
    const now = systemClock.now();
    const request = {
      userId: 'u1',
      email: 'ada@example.com',
      customerName: 'Ada',
      idempotencyKey: 'k1',
      fingerprint: 'f1',
      items: [{ productId: 'p1', sku: 'LAMP-1', name: 'Lamp', quantity: 1, priceCents: 1_000 }],
      currency: 'USD',
      shippingAddress: { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
      paymentMethod: { type: 'credit_card', token: 'tok_ok' },
    } as const;
    const reaction = placeOrder({ orderId, request, policy: DEFAULT_ORDER_POLICY, now }, behaviour.begin);
    const cause = message(`checkout/${orderId}`, 'order.placed', orderId, {});
    const { actor, log } = beginActor(
      behaviour,
      { id: orderId, partition: 0 },
      cause,
      reaction,
      now,
      currentVersionOf,
    );
    this.#records.set(orderId, stored(actor));
    this.#log.push(log);
  }

  hear(raw: Message): void {
    const heard = parseMessage(raw);
    const record = this.#records.get(heard.subject);
    if (record === undefined) return;
    const now = systemClock.now();
    const decision = decideBatch([{ message: heard, actor: hydrateActor(behaviour, record) }], {
      now,
      timersUntil: now,
      versionOf: currentVersionOf,
      seen: new Set(),
    });
    for (const actor of decision.actors) this.#records.set(actor.id, stored(actor));
    this.#log.push(...decision.log);
  }
}

/** As a store gives it back: JSON, nothing shared. */
function stored(actor: ActorRecord): ActorRecord {
  return JSON.parse(JSON.stringify(actor)) as ActorRecord;
}

function message(id: string, type: string, subject: string, data: object): Message {
  const time = new Date(systemClock.now()).toISOString();
  return { id, type, subject, correlationId: subject, causationId: null, time, version: 1, data };
}

function entryOf(row: LogRow): SagaLogEntry {
  const { version, messageId, type, causationId, from, to, atMs, detail } = row;
  return { seq: version, messageId, type, causationId, from, to, at: new Date(atMs).toISOString(), detail };
}
