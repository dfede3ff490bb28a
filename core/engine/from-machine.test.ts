import t from 'tap';
import { assign, initialTransition, raise, setup, transition } from 'xstate';
import type { Message } from '../kernel/message.ts';
import { TIMER_FIRED } from './behaviour.ts';
import type { Json } from './behaviour.ts';
import { fromMachine, NO_EFFECT, stateText } from './from-machine.ts';
import type { MachineEvent, MachineSpec } from './from-machine.ts';

interface Context {
  readonly name: string;
  readonly patienceMs: number;
  readonly rings: number;
  readonly lastRingAt: number | null;
}
type Event =
  | MachineEvent<'ring', { loud: boolean }>
  | MachineEvent<'leave', object>
  | MachineEvent<'knock', object>;

/** A door: rung at, it waits for somebody; ringing again makes it wait anew. */
const door = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as Pick<Context, 'name' | 'patienceMs'> },
  delays: { patience: ({ context }) => context.patienceMs },
  actions: {
    bark: () => undefined,
    sigh: () => undefined,
    count: assign(({ context, event }) => ({ rings: context.rings + 1, lastRingAt: event.now })),
  },
}).createMachine({
  id: 'door',
  context: ({ input }) => ({ ...input, rings: 0, lastRingAt: null }),
  initial: 'quiet',
  states: {
    quiet: { on: { ring: { target: 'rung', actions: ['bark', 'count', 'bark'] } } },
    rung: {
      initial: 'waiting',
      after: { patience: { target: 'quiet', actions: 'sigh' } },
      on: {
        ring: { target: 'rung', reenter: true, actions: 'count' },
        leave: 'quiet',
        knock: { actions: raise({ type: 'leave', data: {}, now: 0 }) },
      },
      states: { waiting: {} },
    },
  },
});

const effects = {
  bark: ({ name, rings }: Context, event: Event, now: number) => [
    { type: 'barked', subject: name, data: { rings, loud: event.type === 'ring' && event.data.loud, now } },
  ],
  sigh: ({ name }: Context) => [{ type: 'sighed', subject: name, data: {} }],
};

const spec: MachineSpec<typeof door> = {
  kind: 'door',
  definition: 3,
  machine: door,
  accepts: ['ring', 'leave', 'knock'],
  effects,
  project: (id, before, after, now) => [
    { table: 'door', row: { id, from: before?.state ?? null, to: after.state, version: after.version, now } },
  ],
  finished: ({ state }) => state === 'quiet',
};
const behaviour = fromMachine(spec);

const PATIENCE = 'xstate.after.patience.door.rung';

function message(type: string, data: object = {}): Message {
  return {
    id: 'm1',
    type,
    subject: 'd1',
    correlationId: 'd1',
    causationId: null,
    time: '',
    version: 1,
    data,
  };
}
const fired = (event: Json): Message => message(TIMER_FIRED, { timer: PATIENCE, event });
const born = () => behaviour.begin('d1', { name: 'front', patienceMs: 500 }, 1_000).state;
const rung = () => behaviour.react(born(), message('ring', { loud: true }), 2_000);

t.test('an actor begins with its first state, row and version', (t) => {
  const first = behaviour.begin('d1', { name: 'front', patienceMs: 500 }, 1_000);
  t.match(first, { from: '', to: 'quiet', messages: [], timers: [] });
  t.strictSame(first.rows, [
    { table: 'door', row: { id: 'd1', from: null, to: 'quiet', version: 1, now: 1_000 } },
  ]);
  t.equal(behaviour.initial('d1'), undefined, 'nobody rings at a door that was never built');
  t.ok(behaviour.finished(first.state));
  t.end();
});

t.test('custom actions become messages, in order, each seeing the facts at its place', (t) => {
  const { messages, from, to, state, rows } = rung();
  t.strictSame(messages, [
    { type: 'barked', subject: 'front', data: { rings: 0, loud: true, now: 2_000 } },
    { type: 'barked', subject: 'front', data: { rings: 1, loud: true, now: 2_000 } },
  ]);
  t.same([from, to, state.version, state.context.lastRingAt], ['quiet', 'rung.waiting', 2, 2_000]);
  t.match(rows, [{ row: { from: 'quiet', to: 'rung.waiting', version: 2 } }]);
  t.notOk(behaviour.finished(state));
  t.end();
});

t.test('a delay becomes a durable timer whose event moves the machine on', (t) => {
  const { state, timers } = rung();
  t.strictSame(timers, [{ id: PATIENCE, dueAt: 2_500, event: null }]);
  const late = behaviour.react(state, fired(null), 2_600);
  t.match(late, { from: 'rung.waiting', to: 'quiet', messages: [{ type: 'sighed' }] });
  const armedBefore = behaviour.react(state, fired({ type: PATIENCE }), 2_600);
  t.match(armedBefore, { to: 'quiet' }, 'as does one that was armed with its event spelt out');
  t.end();
});

t.test('leaving a state takes its timer back', (t) => {
  t.strictSame(behaviour.react(rung().state, message('leave'), 2_100).timers, [
    { id: PATIENCE, dueAt: null },
  ]);
  t.end();
});

t.test('entering a state again arms its timer anew, with one change', (t) => {
  const again = behaviour.react(rung().state, message('ring', { loud: false }), 2_400);
  t.strictSame(again.timers, [{ id: PATIENCE, dueAt: 2_900, event: null }]);
  t.end();
});

t.test('a timer that fires into another state means nothing', (t) => {
  const stale = behaviour.react(born(), fired(null), 9_000);
  t.match(stale, { from: 'quiet', to: 'quiet', messages: [], timers: [], note: NO_EFFECT });
  t.end();
});

t.test('an accepted message that a state does not name is a recorded no-op', (t) => {
  const before = born();
  const { state, from, to, messages, timers, note, rows } = behaviour.react(before, message('leave'), 3_000);
  t.same([from, to, messages, timers], ['quiet', 'quiet', [], []]);
  t.strictSame(note, NO_EFFECT);
  t.equal(state.version, before.version + 1, 'it counts as handled');
  t.match(rows, [{ row: { version: 2, to: 'quiet' } }]);
  t.equal(rung().note, undefined, 'a message that changes something carries no such note');
  t.end();
});

t.test('a message it never agreed to is bad', (t) => {
  t.throws(() => behaviour.react(born(), message('explode'), 1), { code: 'not_accepted' });
  t.end();
});

t.test('an event the machine raises for itself is handled at once and arms nothing', (t) => {
  t.match(behaviour.react(rung().state, message('knock'), 2_100), { to: 'quiet' });
  t.end();
});

t.test('stored and read again, an actor decides the same', (t) => {
  const { state } = rung();
  const stored = JSON.parse(JSON.stringify(behaviour.serialize(state))) as Json;
  const read = behaviour.deserialize(stored, state);
  t.strictSame(behaviour.serialize(read), behaviour.serialize(state));
  const a = behaviour.react(state, message('leave'), 5_000);
  const b = behaviour.react(read, message('leave'), 5_000);
  t.strictSame({ ...a, state: behaviour.serialize(a.state) }, { ...b, state: behaviour.serialize(b.state) });
  t.end();
});

t.test('a delayed event that says more than its timer is kept with it', (t) => {
  const bell = setup({ types: { events: {} as Event } }).createMachine({
    id: 'bell',
    entry: raise({ type: 'ring', data: { loud: true }, now: 0 }, { id: 'alarm', delay: 500 }),
    initial: 'still',
    states: {
      still: { on: { ring: { guard: ({ event }) => event.data.loud, target: 'ringing' } } },
      ringing: {},
    },
  });
  const spec = { kind: 'bell', definition: 1, machine: bell, accepts: [], effects: {} };
  const made = fromMachine({ ...spec, project: () => [], finished: () => false });
  const { state, timers } = made.begin('b1', {}, 1_000);
  const event = { type: 'ring', data: { loud: true }, now: 0 };
  t.strictSame(timers, [{ id: 'alarm', dueAt: 1_500, event }]);
  t.equal(made.react(state, message(TIMER_FIRED, { timer: 'alarm', event }), 1_500).to, 'ringing');
  t.end();
});

t.test('what is as usual, and what the row says, is not stored', (t) => {
  const frugal = fromMachine({ ...spec, usual: () => ({ rings: 0, lastRingAt: null, patienceMs: 500 }) });
  const { state } = frugal.begin('d1', { name: 'front', patienceMs: 500 }, 1_000);
  t.strictSame(frugal.serialize(state), { value: 'quiet', context: { name: 'front' } });
  const read = frugal.deserialize(frugal.serialize(state), { id: 'd1', version: 1 });
  t.strictSame({ ...read, snapshot: null }, { ...state, snapshot: null });
  const { state: rung } = frugal.react(read, message('ring', { loud: true }), 2_000);
  t.strictSame(frugal.serialize(rung), {
    value: { rung: 'waiting' },
    context: { name: 'front', rings: 1, lastRingAt: 2_000 },
  });
  const inFull = { id: 'd1', value: 'quiet', context: state.context, version: 1 } as unknown as Json;
  t.strictSame(frugal.deserialize(inFull, { id: 'd1', version: 1 }).context, state.context);
  t.end();
});

t.test("the reused scope decides exactly as XState's own transition()", (t) => {
  const input = { name: 'front', patienceMs: 500 };
  let [snapshot] = initialTransition(door, input);
  let state = behaviour.begin('d1', input, 1_000).state;
  const events: Event[] = [
    { type: 'leave', data: {}, now: 1 },
    { type: 'ring', data: { loud: true }, now: 2 },
    { type: 'ring', data: { loud: false }, now: 3 },
    { type: 'knock', data: {}, now: 4 },
  ];
  for (const event of events) {
    const [next, actions] = transition(door, snapshot, event);
    const reaction = behaviour.react(state, message(event.type, event.data), event.now);
    t.strictSame(reaction.state.value, next.value);
    t.strictSame(reaction.state.context, next.context);
    const custom = actions.filter(({ type }) => type === 'bark' || type === 'sigh');
    t.equal(reaction.messages.length, custom.length);
    snapshot = next;
    state = reaction.state;
  }
  t.end();
});

t.test('an action without an effect, or an effect beside an assign, is refused at once', (t) => {
  const spec = {
    kind: 'door',
    definition: 1,
    machine: door,
    accepts: [],
    project: () => [],
    finished: () => false,
  };
  t.throws(() => fromMachine({ ...spec, effects: { bark: effects.bark } }), /sigh/);
  t.throws(() => fromMachine({ ...spec, effects: { ...effects, count: () => [] } }), /count/);
  t.end();
});

t.test('a machine that can not begin throws instead of living on broken', (t) => {
  const broken = setup({}).createMachine({
    id: 'broken',
    context: () => {
      throw new Error('no context');
    },
  });
  const spec = { kind: 'b', definition: 1, machine: broken, accepts: [], effects: {} };
  const made = fromMachine({ ...spec, project: () => [], finished: () => false });
  t.throws(() => made.begin('b1', {}, 1), /no context/);
  t.end();
});

t.test('state values read as text', (t) => {
  t.equal(stateText('a'), 'a');
  t.equal(stateText({ a: { b: 'c' } }), 'a.b.c');
  t.equal(stateText({ a: { b: 'c', d: {} } }), 'a.(b.c,d)');
  t.end();
});
