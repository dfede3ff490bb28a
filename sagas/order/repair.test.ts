import t from 'tap';
import { decideBatch, type Decision } from '../../core/engine/decide.ts';
import type { RepairNote } from '../../core/engine/decide-repair.ts';
import { hydrateActor, type LiveActor } from '../../core/engine/live-actor.ts';
import type { ActorRecord } from '../../core/engine/ports.ts';
import { HELD_MESSAGES_MAX } from '../../core/engine/repair.ts';
import type { MachineState } from '../../core/engine/from-machine.ts';
import type { Message } from '../../core/kernel/message.ts';
import { currentVersionOf, parseMessage } from '../../core/messages/catalogue.ts';
import type { RepairCommand } from '../../core/messages/order-repair.ts';
import type { OrderContext } from './context.ts';
import { unsettled } from './guards.ts';
import { RESTARTS } from './repair-restart.ts';
import { ORDER_ID, orderBehaviour, type OrderWorld, usualData } from './testing/order-world.ts';
import { type Scene, scenes } from './testing/scenes.ts';

/** An order of a scene as the engine has it, repaired and spoken to through the engine's own decision. */
class Patient {
  readonly actor: LiveActor;
  now: number;
  #ids = 0;

  constructor(world: OrderWorld) {
    const record: ActorRecord = {
      kind: 'order',
      id: ORDER_ID,
      partition: 0,
      version: 10,
      definition: orderBehaviour.definition,
      snapshot: world.stored,
      timers: [...world.timers].map(([id, timer]) => ({ id, armedAt: 9, ...timer })),
      waiting: world.sent.map((draft, index) => ({
        message: this.message(draft.type, draft.data, `${ORDER_ID}/10/${String(index)}`),
        sinceMs: world.now,
      })),
      wakeAt: null,
      finished: false,
    };
    this.now = world.now;
    this.actor = hydrateActor(orderBehaviour, record);
  }

  get state(): string {
    return this.#state.state;
  }
  get context(): OrderContext {
    return this.#state.context;
  }
  get parked() {
    return this.#state.parked;
  }
  get #state(): MachineState<OrderContext> {
    return this.actor.state as MachineState<OrderContext>;
  }

  repair(command: RepairCommand, more: object = {}): Decision & { readonly note: RepairNote['repair'] } {
    const decision = this.take(
      parseMessage(
        this.message('order.repair.requested', {
          ...command,
          orderId: ORDER_ID,
          repairId: `r${String(this.#ids)}`,
          requestedBy: 'ops',
          reason: 'a test',
          expectedVersion: this.actor.version,
          acknowledge: true,
          ...more,
        }),
      ),
    );
    const [step] = decision.log as unknown as readonly { readonly detail: { readonly note: RepairNote } }[];
    if (step === undefined) throw new Error('the repair left no step');
    return { ...decision, note: step.detail.note.repair };
  }

  hear(type: Parameters<typeof usualData>[0], data: object = {}): Decision {
    return this.take(parseMessage(this.message(type, { ...usualData(type, this.context), ...data })));
  }

  take(message: Message): Decision {
    return decideBatch([{ message, actor: this.actor }], {
      now: this.now,
      timersUntil: this.now,
      versionOf: currentVersionOf,
      seen: new Set(),
    });
  }

  message(type: string, data: object, id?: string): Message {
    this.#ids += 1;
    return {
      id: id ?? `m${String(this.#ids)}`,
      type,
      subject: ORDER_ID,
      correlationId: ORDER_ID,
      causationId: null,
      time: new Date(0).toISOString(),
      version: 1,
      data,
    };
  }
}

const patient = (scene: Scene): Patient => new Patient(scenes[scene]());

function sentBy({ sent }: Decision): readonly string[] {
  return [...sent.values()].flat().map(({ type }) => type);
}

t.test(
  'whatever is done wherever, no cancelled order keeps money or stock, and nothing is done in silence',
  (t) => {
    const commands: readonly RepairCommand[] = [
      { operation: 'skip' },
      ...RESTARTS.map(({ step }) => ({ operation: 'restart' as const, step })),
      { operation: 'compensate' },
      { operation: 'cancel' },
      { operation: 'edit', changes: { shipment: { state: 'withdrawn' } } },
      { operation: 'edit', changes: { payment: { state: 'refunded' } } },
    ];
    for (const scene of Object.keys(scenes) as Scene[]) {
      for (const command of commands) {
        const name = `${JSON.stringify(command)} in ${scene}`;
        const sick = patient(scene);
        const before = JSON.stringify([sick.context, sick.state]);
        const { note, bad } = sick.repair(command);
        t.strictSame(bad, [], `${name} is decided`);
        t.equal(sick.actor.version, 11, `${name} is logged`);
        if (note.outcome === 'refused') {
          t.equal(JSON.stringify([sick.context, sick.state]), before, `${name}, refused, changes nothing`);
        } else if (sick.state === 'cancelled') {
          t.strictSame(
            unsettled({ ...sick.context, cancelReason: 'x' }),
            [],
            `${name} leaves nothing behind`,
          );
        }
        if ((note.warnings ?? []).length === 0) continue;
        const asked = patient(scene).repair(command, { acknowledge: false });
        t.match(
          asked.note,
          { outcome: 'refused', code: 'acknowledge_required' },
          `${name} has to be vouched for`,
        );
      }
    }
    t.end();
  },
);

t.test('a repair that was decided on an older version is refused, and the log says so', (t) => {
  const sick = patient('awaitingPayment');
  sick.hear('fraud.scored');
  const { note } = sick.repair({ operation: 'compensate' }, { expectedVersion: 10 });
  t.match(note, { outcome: 'refused', code: 'moved_on', why: /version 10, and version 11 has come/ });
  t.equal(sick.state, 'awaitingPayment');
  t.end();
});

t.test('a payment that is never answered: skipped, the goods go on, and the warning names the money', (t) => {
  const sick = patient('awaitingPayment');
  const { note } = sick.repair({ operation: 'skip', step: 'awaitingPayment' });
  t.match(note.warnings, [/Nobody has said that 2000 cents USD were taken/]);
  t.equal(sick.state, 'committingStock');
  t.notOk(
    sick.actor.waiting.some(({ message }) => message.type === 'payment.requested'),
    'nobody waits for it',
  );
  t.match(patient('awaitingPayment').repair({ operation: 'skip', step: 'pending' }).note, {
    code: 'not_possible',
  });
  t.end();
});

t.test('the open request is sent again with its own id', (t) => {
  const sick = patient('awaitingPayment');
  const [open] = sick.actor.waiting;
  const { sent } = sick.repair({ operation: 'resend' });
  t.strictSame([...sent.values()].flat(), [open?.message]);
  t.match(sick.repair({ operation: 'resend', messageId: 'm404' }).note, { code: 'not_possible' });
  t.end();
});

t.test('a step begun again asks anew, and what it asked before is no longer waited for', (t) => {
  const sick = patient('awaitingPayment');
  const decision = sick.repair({ operation: 'restart', step: 'awaitingPayment' });
  t.strictSame(sentBy(decision), ['payment.requested']);
  t.equal(sick.actor.waiting.length, 1);
  t.not(sick.actor.waiting[0]?.message.id, `${ORDER_ID}/10/0`);
  t.equal(sick.actor.timers.length, 1, 'its time-out runs from now');
  t.end();
});

t.test('what failed to settle is asked for again', (t) => {
  const sick = patient('failed, settling');
  t.strictSame([...new Set(sentBy(sick.repair({ operation: 'restart', step: 'compensating' })))].sort(), [
    'inventory.release.requested',
    'payment.refund.requested',
  ]);
  t.equal(sick.state, 'compensating.settling');
  t.equal(sick.context.failure, null);
  t.end();
});

t.test('an edit changes facts, goes on by them, and names what is wrong with it', (t) => {
  const sick = patient('pending');
  const address = { street: '2 Way', city: 'Bonn', state: 'NW', zip: '53111', country: 'DE' };
  t.match(sick.repair({ operation: 'edit', changes: { shippingAddress: address } }).note, {
    outcome: 'done',
  });
  t.strictSame(sick.context.shippingAddress, address);
  const wrong = sick.repair({ operation: 'edit', changes: { lines: [{ sku: 'Z', state: 'reserved' }] } });
  t.match(wrong.note, { code: 'bad_changes', errors: [{ path: 'changes.lines.0.sku' }] });
  const lines = sick.context.lines.map(({ sku }) => ({ sku, state: 'reserved' as const }));
  const decision = sick.repair({ operation: 'edit', changes: { lines } });
  t.equal(sick.state, 'awaitingPayment', 'what the facts allow happens');
  t.strictSame(sentBy(decision), ['payment.requested']);
  t.end();
});

t.test('the shape of an edit is checked before it is sent', (t) => {
  const sick = patient('pending');
  const changes = { payment: { refundedCents: -1 } };
  t.throws(() => sick.repair({ operation: 'edit', changes }), {
    code: 'bad_data',
    message: /changes.payment.refundedCents/,
  });
  t.throws(() => sick.repair({ operation: 'edit', changes: { total: 1 } } as never), { code: 'bad_data' });
  t.end();
});

t.test('a parked order keeps what arrives, in order, and lives it when it is taken up again', (t) => {
  const sick = patient('awaitingPayment');
  const [timer] = sick.actor.timers;
  sick.repair({ operation: 'park' });
  t.match(sick.parked, { by: 'ops', reason: 'a test', held: [] });
  t.strictSame(sentBy(sick.hear('payment.processed')), []);
  sick.hear('inventory.committed');
  t.equal(sick.state, 'awaitingPayment');
  t.match(sick.parked?.held, [{ type: 'payment.processed' }, { type: 'inventory.committed' }]);
  sick.now += 3_600_000;
  const woken = sick.take({ ...sick.message('engine.wake', { kind: 'order' }) });
  t.match(woken.wakes, [{ wakeAt: null }], 'its timers rest');
  const { log } = sick.repair({ operation: 'unpark' });
  t.strictSame(
    log.map(({ type, to }) => `${type} → ${to}`),
    [
      'order.repair.requested → awaitingPayment',
      'payment.processed → committingStock',
      'inventory.committed → confirmed.requestingParcel',
    ],
  );
  t.equal(new Set(log.map(({ messageId }) => messageId)).size, 3, 'each has an entry of its own');
  t.equal(sick.parked, null);
  const later = patient('awaitingPayment');
  later.repair({ operation: 'park' });
  later.now += 3_600_000;
  later.repair({ operation: 'unpark' });
  t.equal(later.actor.timers[0]?.dueAt, (timer?.dueAt ?? 0) + 3_600_000, 'its time-out is later by the rest');
  t.ok((later.actor.wakeAt ?? 0) > later.now, 'and it is woken again');
  t.end();
});

t.test('a parked order survives the store, and its queue has an end', (t) => {
  const sick = patient('awaitingPayment');
  sick.repair({ operation: 'park' });
  for (let count = 0; count < HELD_MESSAGES_MAX; count += 1) sick.hear('payment.disputed');
  t.match(
    sick.hear('payment.processed').bad,
    [{ error: { code: 'parked_full' } }],
    'to the dead letters, whence it returns',
  );
  const stored = JSON.parse(JSON.stringify(orderBehaviour.serialize(sick.actor.state as never))) as never;
  const again = orderBehaviour.deserialize(stored, { id: ORDER_ID, version: 7 });
  t.equal(again.parked?.held.length, HELD_MESSAGES_MAX);
  t.match(sick.repair({ operation: 'park' }).note, { code: 'not_possible' });
  t.end();
});

t.test('a repair reaches a parked order; one that ends it hands over what it kept', (t) => {
  const sick = patient('failed, settling');
  sick.repair({ operation: 'park' });
  sick.hear('payment.disputed');
  sick.repair({ operation: 'skip' });
  t.equal(sick.state, 'cancelled');
  t.equal(sick.parked, null);
  t.match(sick.context.payment.reason, /disputed/, 'the message it had kept is not lost');
  t.end();
});
