import t from 'tap';
import type { Json } from '../../core/engine/behaviour.ts';
import { type LoggedEntry, REPLAY_START, type ReplayedStep, replayStep } from '../../core/engine/replay.ts';
import type { OrderContext } from './context.ts';
import { orderInputOf } from './replay.ts';
import { Replay } from './testing/history.ts';
import { readHistories } from './testing/history-files.ts';
import { orderBehaviour } from './testing/order-world.ts';

const kind = {
  behaviour: orderBehaviour,
  begin: (today: { readonly id: string; readonly context: unknown }, told: unknown, at: number) =>
    orderBehaviour.begin(today.id, orderInputOf(today.context as OrderContext, told as object), at),
};

/** A recorded life as its log, and what it knew after each step. */
function livesOf() {
  return readHistories().map(({ name, input, placed, steps }) => {
    const order = new Replay(orderBehaviour, input);
    const known: OrderContext[] = [order.state.context];
    const log: LoggedEntry[] = [entry(1, 'order.placed', input.placedAt, '', placed.state, {})];
    for (const { at, type, data } of steps) {
      const from = order.state.state;
      order.hear({ at, type, data });
      log.push(entry(log.length + 1, type, at, from, order.state.state, data));
      known.push(order.state.context);
    }
    return { name, log, known, today: order.state };
  });
}

function entry(seq: number, type: string, at: string, from: string, to: string, data: object): LoggedEntry {
  return { seq, messageId: `m${String(seq)}`, type, causationId: null, from, to, at, detail: { data } };
}

function lived(
  log: readonly LoggedEntry[],
  today: ReturnType<typeof livesOf>[number]['today'],
): readonly ReplayedStep[] {
  let point = REPLAY_START;
  return log.map((each) => {
    const next = replayStep(kind, today, point, each);
    point = next.point;
    return next.step;
  });
}

t.test(
  'every recorded life, lived again from its log and its last snapshot, knows at each step what it knew',
  (t) => {
    for (const { name, log, known, today } of livesOf()) {
      const steps = lived(log, today);
      t.ok(
        steps.every(({ agrees }) => agrees),
        name,
      );
      t.strictSame(
        steps.map(({ after }) => after),
        known as unknown as Json[],
        name,
      );
      t.strictSame(
        steps.slice(1).map(({ before }) => before),
        known.slice(0, -1) as unknown as Json[],
      );
    }
    t.end();
  },
);

t.test('from where the log says otherwise, nothing is claimed', (t) => {
  const [life] = livesOf();
  if (life === undefined) throw new Error('there are histories');
  const log = life.log.map((each) => (each.seq === 2 ? { ...each, to: 'elsewhere' } : each));
  const steps = lived(log, life.today);
  t.equal(steps[0]?.agrees, true);
  t.match(steps[1], { agrees: false, after: null, sent: [] });
  t.not(steps[1]?.before, null, 'what it knew before that is still known');
  t.ok(steps.slice(2).every(({ agrees, before, after }) => !agrees && before === null && after === null));
  t.end();
});
