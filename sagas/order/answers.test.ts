import t from 'tap';
import { TIMER_FIRED } from '../../core/engine/behaviour.ts';
import { NO_EFFECT } from '../../core/engine/from-machine.ts';
import { answers } from './testing/answers.ts';
import { ORDER_ACCEPTS } from './context.ts';
import type { OrderEventType } from './context.ts';
import { orderMachine } from './machine.ts';
import { usualData } from './testing/order-world.ts';
import type { OrderWorld } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';
import type { Scene } from './testing/scenes.ts';

const DECIDED = 'order.review.decided';
const MESSAGES: readonly string[] = [
  ...ORDER_ACCEPTS.filter((type) => type !== DECIDED),
  'approve',
  'reject',
];
const SCENES = Object.keys(scenes) as readonly Scene[];

function hear(world: OrderWorld, message: string) {
  const decision = message === 'approve' || message === 'reject';
  const type = decision ? DECIDED : (message as OrderEventType);
  const data = { ...usualData(type, world.context), ...(decision ? { decision: message } : {}) };
  return world.react(type, data);
}

function told(world: OrderWorld): string {
  return world.sent.length === 0 ? world.state : `${world.state} < ${world.sentTypes.join(', ')}`;
}

/** `after <delay>`, from the id that XState gives the timer. */
function timerName(id: string): string {
  return `after ${id.split('.')[2] ?? ''}`;
}

for (const scene of SCENES) {
  const { moves, learns, ignores } = answers[scene];
  t.test(`an order that is ${scene} answers every message as written down`, (t) => {
    const timers = [...scenes[scene]().timers.keys()].map(timerName);
    const written = [...Object.keys(moves), ...learns, ...ignores].sort();
    t.strictSame(written, [...MESSAGES, ...timers].sort(), 'each message and timer has exactly one answer');

    for (const message of MESSAGES) {
      const world = scenes[scene]();
      const before = world.state;
      const { note, from, to, timers, messages } = hear(world, message);
      const expected = moves[message];
      if (expected !== undefined) t.equal(told(world), expected, message);
      else t.same([from, to, messages, timers], [before, before, [], []], `${message} leaves it where it is`);
      t.equal(note === NO_EFFECT, ignores.includes(message), `${message} is ignored or not`);
    }
    for (const [timer, { event }] of scenes[scene]().timers) {
      const world = scenes[scene]();
      world.react(TIMER_FIRED, { timer, event });
      t.equal(told(world), moves[timerName(timer)], timer);
    }
    t.end();
  });

  t.test(`an order that is ${scene} ignores news of a parcel of old`, (t) => {
    for (const type of ORDER_ACCEPTS.filter((type) => type.startsWith('shipping.'))) {
      const world = scenes[scene]();
      const { note } = world.react(type, { ...usualData(type, world.context), shipmentKey: 'o1/99' });
      t.same(note, NO_EFFECT, type);
    }
    t.end();
  });

  t.test(`an order that is ${scene} shows where it stands`, (t) => {
    const { row, state, finished } = scenes[scene]();
    t.equal(row['saga_state'], state);
    t.equal(row['waiting_for'] === null, finished, 'it waits for a named thing, or for nothing any more');
    t.end();
  });
}

t.test('every state in which the machine can rest is written down', (t) => {
  const resting = leaves(orderMachine.root.states).filter((name) => !name.endsWith('.beginning'));
  const covered = new Set(SCENES.map((scene) => scenes[scene]().state));
  t.strictSame([...covered].sort(), resting.sort());
  t.end();
});

interface Node {
  readonly path: readonly string[];
  readonly states: Readonly<Record<string, Node>>;
}
function leaves(states: Readonly<Record<string, Node>>): string[] {
  return Object.values(states).flatMap((node) =>
    Object.keys(node.states).length === 0 ? [node.path.join('.')] : leaves(node.states),
  );
}
