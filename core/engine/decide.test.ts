import t from 'tap';
import type { Message } from '../kernel/message.ts';
import { decideBatch, type DecideContext, WAKE } from './decide.ts';
import { TIMER_FIRED } from './behaviour.ts';
import { hydrateActor, type LiveActor, newActor } from './live-actor.ts';
import type { ActorRecord } from './ports.ts';
import { addMessage, type CounterState, counterBehaviour } from './testing/counter.ts';

const NOW = 1_000_000;

function context(more: Partial<DecideContext> = {}): DecideContext {
  return { now: NOW, timersUntil: NOW, versionOf: () => 1, seen: new Set(), ...more };
}

function counter(remember: 'log' | 'inbox' = 'log'): LiveActor {
  const actor = newActor(counterBehaviour({ remember }), 'c1', 3);
  if (actor === undefined) throw new Error('counters have a beginning');
  return actor;
}

function wake(actor: LiveActor): Message {
  return { ...addMessage(actor.id, { add: 0 }), type: WAKE };
}

t.test('the same batch on the same actor gives the same ids and writes (P6)', async (t) => {
  const first = addMessage('c1', { add: 2, ask: 'other' });
  const second = addMessage('c1', { add: 3 });
  const decide = () => {
    const actor = counter();
    return decideBatch(
      [first, second].map((message) => ({ message, actor })),
      context(),
    );
  };
  const decision = decide();
  t.same(decision, decide());
  t.same(
    decision.sent.get(3)?.map(({ id, type, causationId }) => [id, type, causationId]),
    [
      [`${first.id}/a0`, 'counter.added', first.id],
      ['counter/c1/1/1', 'counter.ask', first.id],
      [`${second.id}/a0`, 'counter.added', second.id],
    ],
  );
  t.equal(decision.actors.length, 1, 'one write per actor and batch');
  t.match(decision.actors[0], { expectedVersion: 0, version: 2, snapshot: { sum: 5 } });
  t.same(
    decision.log.map(({ version, messageId, from, to }) => [version, messageId, from, to]),
    [
      [1, first.id, '0', '2'],
      [2, second.id, '2', '5'],
    ],
  );
});

t.test(
  'a message seen before changes nothing and is answered again with the same id (P6, P14)',
  async (t) => {
    const actor = counter();
    const message = addMessage('c1', { add: 2 });
    decideBatch([{ message, actor }], context());
    const again = decideBatch([{ message, actor }], context({ seen: new Set([message.id]) }));
    t.equal((actor.state as CounterState).sum, 2);
    t.same(again.actors, []);
    t.same(again.log, []);
    t.same(
      again.sent.get(3)?.map(({ id, data }) => [id, data]),
      [[`${message.id}/a0`, { sum: 2 }]],
    );
  },
);

t.test('a message twice in one batch counts once (P6)', async (t) => {
  const actor = counter('inbox');
  const message = addMessage('c1', { add: 2 }, { time: new Date(NOW).toISOString() });
  const decision = decideBatch(
    [
      { message, actor },
      { message, actor },
    ],
    context(),
  );
  t.equal((actor.state as CounterState).sum, 2);
  t.same(decision.inbox, [{ messageId: message.id, day: '1970-01-01' }]);
  t.equal(decision.sent.get(3)?.length, 2, 'and is answered twice');
});

t.test('a behaviour that throws harms its own message only', async (t) => {
  const actor = counter();
  const bad = addMessage('c1', { add: 5, explode: true });
  const decision = decideBatch(
    [addMessage('c1', { add: 1 }), bad, addMessage('c1', { add: 1 })].map((message) => ({ message, actor })),
    context(),
  );
  t.equal((actor.state as CounterState).sum, 2);
  t.same(
    decision.bad.map(({ message, error }) => [message.id, (error as { code?: string }).code]),
    [[bad.id, 'behaviour_threw']],
  );
  t.notOk(decision.handled.has(bad.id), 'it may be replayed once it is mended');
});

t.test('a draft whose type nobody knows leaves the actor as it was', async (t) => {
  const actor = counter();
  const decision = decideBatch(
    [{ message: addMessage('c1', { add: 1 }), actor }],
    context({
      versionOf: () => {
        throw new Error('unknown type');
      },
    }),
  );
  t.equal(decision.bad.length, 1);
  t.equal((actor.state as CounterState).sum, 0);
  t.equal(actor.version, 0);
});

t.test('ids older than the inbox remembers are refused (P6)', async (t) => {
  const now = 15 * 86_400_000;
  const decision = decideBatch(
    [{ message: addMessage('c1', { add: 1 }), actor: counter('inbox') }],
    context({ now }),
  );
  t.same(
    decision.bad.map(({ error }) => (error as { code?: string }).code),
    ['too_old'],
  );
  const logged = decideBatch(
    [{ message: addMessage('c1', { add: 1 }), actor: counter('log') }],
    context({ now }),
  );
  t.equal(logged.bad.length, 0, 'a log remembers for ever');
});

t.test(
  'a request is kept until its answer comes, and sent again unchanged at growing intervals (P14)',
  async (t) => {
    const actor = counter();
    const decision = decideBatch([{ message: addMessage('c1', { add: 1, ask: 'other' }), actor }], context());
    const request = decision.sent.get(3)?.find(({ type }) => type === 'counter.ask');
    t.same(
      actor.waiting.map(({ message }) => message.id),
      [request?.id],
    );
    t.equal(actor.wakeAt, NOW + 5_000);

    const early = decideBatch(
      [{ message: wake(actor), actor }],
      context({ now: NOW + 4_000, timersUntil: NOW + 4_000 }),
    );
    t.equal(early.sent.size, 0, 'not before its time');
    const late = decideBatch(
      [{ message: wake(actor), actor }],
      context({ now: NOW + 6_000, timersUntil: NOW + 6_000 }),
    );
    t.same(late.sent.get(3), [request]);
    t.same(late.actors, [], 'only the wake-up is rewritten');
    t.match(late.wakes, [{ id: 'c1', wakeAt: NOW + 12_000 }]);

    const answer = addMessage('c1', { add: 0 }, { type: 'counter.answered', causationId: request?.id ?? '' });
    decideBatch([{ message: answer, actor }], context());
    t.same(actor.waiting, []);
  },
);

t.test('a timer fires once, when due, and is tied to the version that armed it (P20)', async (t) => {
  const actor = counter();
  decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 100 }), actor }], context());
  t.equal(actor.wakeAt, NOW + 100);
  decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 900 }), actor }], context());
  t.equal(actor.wakeAt, NOW + 100, 'a wake-up row is not rewritten to a later time');
  t.match(actor.timers, [{ id: 'alarm', dueAt: NOW + 900, armedAt: 2 }]);

  const tooEarly = decideBatch(
    [{ message: wake(actor), actor }],
    context({ now: NOW + 150, timersUntil: NOW + 150 }),
  );
  t.same((actor.state as CounterState).fired, [], 'the first arming no longer counts');
  t.match(tooEarly.wakes, [{ wakeAt: NOW + 900 }]);

  const due = decideBatch(
    [{ message: wake(actor), actor }],
    context({ now: NOW + 950, timersUntil: NOW + 950 }),
  );
  t.same((actor.state as CounterState).fired, ['alarm']);
  t.match(due.log, [{ messageId: 'counter/c1/timer/alarm/2' }]);
  t.match(due.actors, [{ wakeAt: null, wakeChanged: true }]);
  decideBatch([{ message: wake(actor), actor }], context({ now: NOW + 990, timersUntil: NOW + 990 }));
  t.same((actor.state as CounterState).fired, ['alarm'], 'never twice');
});

t.test('while a pause is made up for, a due timer waits and is looked at again (P20)', async (t) => {
  const actor = counter();
  decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 100 }), actor }], context());
  const held = decideBatch(
    [{ message: wake(actor), actor }],
    context({ now: NOW + 30_000, timersUntil: NOW + 50 }),
  );
  t.same((actor.state as CounterState).fired, []);
  t.match(held.wakes, [{ wakeAt: NOW + 31_000 }]);
  const known = decideBatch(
    [{ message: wake(actor), actor }],
    context({ now: NOW + 30_000, timersUntil: NOW + 50, lookAgainAt: NOW + 58_000 }),
  );
  t.match(known.wakes, [{ wakeAt: NOW + 58_000 }], 'once, not every second, where the end is known');
});

t.test(
  'while a pause is made up for, no request is sent again whose answer it may have held up (P20)',
  async (t) => {
    const actor = counter();
    decideBatch([{ message: addMessage('c1', { add: 1, ask: 'other' }), actor }], context());
    const held = decideBatch(
      [{ message: wake(actor), actor }],
      context({ now: NOW + 30_000, timersUntil: NOW + 1_000, lookAgainAt: NOW + 33_000 }),
    );
    t.equal(held.sent.size, 0);
    t.match(
      held.wakes,
      [{ wakeAt: NOW + 33_000 }],
      'it comes when the pause is made up for, however old it is',
    );
    const over = decideBatch(
      [{ message: wake(actor), actor }],
      context({ now: NOW + 33_000, timersUntil: NOW + 33_000 }),
    );
    t.match(over.sent.get(3), [{ type: 'counter.ask' }]);
  },
);

t.test(
  'who is to be woken soon and needs it only much later, or never, moves the wake-up (P20)',
  async (t) => {
    const actor = counter();
    const asked = decideBatch([{ message: addMessage('c1', { add: 1, ask: 'c2' }), actor }], context());
    t.equal(actor.wakeAt, NOW + 5_000, 'to ask again');
    const request = asked.sent.get(3)?.find(({ type }) => type === 'counter.ask');
    const answered = (add: number, alarmMs?: number) =>
      addMessage(
        'c1',
        { add, ...(alarmMs === undefined ? {} : { alarmMs }) },
        { type: 'counter.answered', causationId: request?.id ?? '' },
      );
    const late = decideBatch([{ message: answered(1, 60_000), actor }], context());
    t.match(late.actors, [{ wakeAt: NOW + 60_000, wakeChanged: true }]);

    const nearer = decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 3_000 }), actor }], context());
    t.match(nearer.actors, [{ wakeAt: NOW + 3_000, wakeChanged: true }]);
    const disarmed = { ...actor, timers: [] };
    const never = decideBatch([{ message: addMessage('c1', { add: 1 }), actor: disarmed }], context());
    t.match(never.actors, [{ wakeAt: null, wakeChanged: true }]);

    const far = { ...actor, timers: [], wakeAt: NOW + 600_000 };
    const kept = decideBatch([{ message: addMessage('c1', { add: 1 }), actor: far }], context());
    t.match(
      kept.actors,
      [{ wakeAt: NOW + 600_000, wakeChanged: false }],
      'a late one stays: it may be of use again',
    );
  },
);

t.test('a finished actor takes its wake-up along', async (t) => {
  const actor = counter();
  decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 100 }), actor }], context());
  const decision = decideBatch([{ message: addMessage('c1', { add: 1_000_000 }), actor }], context());
  t.match(decision.actors, [{ finished: true, wakeAt: null, wakeChanged: true }]);
});

t.test('an old snapshot is migrated, or its actor stays where it is, visibly', async (t) => {
  const record: ActorRecord = {
    kind: 'counter',
    id: 'c1',
    partition: 0,
    version: 7,
    definition: 1,
    snapshot: { total: 5 },
    timers: [],
    waiting: [],
    wakeAt: null,
    finished: false,
  };
  const newer = counterBehaviour({
    remember: 'log',
    definition: 2,
    migrate: (stored) => ({ sum: (stored as { total: number }).total, fired: [] }),
  });
  t.match(hydrateActor(newer, record), { state: { sum: 5 }, version: 7 });
  const stubborn = counterBehaviour({ remember: 'log', definition: 2, migrate: () => undefined });
  t.throws(() => hydrateActor(stubborn, record), { code: 'not_migratable' });
  t.throws(() => hydrateActor(newer, { ...record, definition: 3 }), { code: 'written_by_newer' });
});

t.test(
  'a timer that its behaviour can not handle dies visibly, stays armed and is tried again later',
  async (t) => {
    const counting = counterBehaviour({ remember: 'log' });
    const actor = newActor(
      {
        ...counting,
        react: (state: CounterState, message, now) => {
          if (message.type === TIMER_FIRED) throw new Error('no idea');
          return counting.react(state, message, now);
        },
      },
      'c1',
      3,
    );
    if (actor === undefined) throw new Error('counters have a beginning');
    decideBatch([{ message: addMessage('c1', { add: 1, alarmMs: 100 }), actor }], context());
    const look = wake(actor);
    const decision = decideBatch(
      [{ message: look, actor }],
      context({ now: NOW + 200, timersUntil: NOW + 200 }),
    );
    t.same(
      decision.bad.map(({ message, error }) => [message, error.message]),
      [[look, 'no idea']],
    );
    t.equal(actor.timers.length, 1);
    t.match(decision.wakes, [{ wakeAt: NOW + 200 + 3_600_000 }]);
  },
);
