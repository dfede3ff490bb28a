import t from 'tap';
import { fromMachine } from '../../core/engine/from-machine.ts';
import { ORDER_ACCEPTS } from './context.ts';
import { orderSaga } from './saga.ts';
import { historyPath, readHistories } from './testing/history-files.ts';
import { differences, nameOf } from './testing/history.ts';
import { orderBehaviour } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';
import { stories } from './testing/stories.ts';

const histories = readHistories();

t.test('orders that lived before decide today as they did then', (t) => {
  for (const history of histories) {
    const lines = differences(history, orderBehaviour);
    if (lines.length === 0) t.pass(history.name);
    else {
      t.comment(lines.join('\n'));
      t.fail(`${history.name} decides differently; if that is meant: npm run sagas:record`);
    }
  }
  t.end();
});

t.test('the histories come through every state, message and time-out, and every story is among them', (t) => {
  const steps = histories.flatMap(({ steps }) => steps);
  const states = new Set(
    histories
      .flatMap(({ placed, steps }) => [placed, ...steps.map(({ then }) => then)])
      .map(({ state }) => state),
  );
  for (const [name, scene] of Object.entries(scenes)) t.ok(states.has(scene().state), name);
  const heard = new Set(steps.map(nameOf));
  for (const type of ORDER_ACCEPTS) t.ok(heard.has(type), type);
  for (const [timer] of Object.values(scenes).flatMap((scene) => [...scene().timers]))
    t.ok(heard.has(`timer ${timer}`), timer);
  t.strictSame(
    histories.map(({ name }) => historyPath(name)).sort(),
    Object.keys(stories).map(historyPath).sort(),
  );
  t.end();
});

t.test('a machine that decides differently is told on, by order, step and message', (t) => {
  const asked = histories.find(({ name }) => name === 'cancelled before dispatch');
  if (asked === undefined) throw new Error('there is a history of a cancellation');
  const forgetful = fromMachine({
    ...orderSaga,
    effects: { ...orderSaga.effects, requestRefund: () => [] },
  });
  const lines = differences(asked, forgetful);
  t.match(lines[0], /^cancelled before dispatch, step \d+, shipping\.cancelled at 2026-01-05T\S+:$/);
  t.match(lines.slice(1, 4), [
    '  message 2',
    /recorded {2}payment\.refund\.requested to o1, awaiting/,
    /now {7}none/,
  ]);

  const hasty = fromMachine({
    ...orderSaga,
    machine: orderSaga.machine.provide({ delays: { settleTimeoutMs: 5 } }),
  });
  t.match(differences(asked, hasty).join('\n'), /timers\n {4}recorded .*T14:.*\n {4}now .*T13:/);

  const deaf = fromMachine({
    ...orderSaga,
    accepts: ORDER_ACCEPTS.filter((type) => type !== 'shipping.scheduled'),
  });
  t.match(
    differences(asked, deaf).join('\n'),
    /shipping\.scheduled at .*\n {2}recorded {2}processing\n {2}now {7}refuses it/,
  );
  t.end();
});
