import t from 'tap';
import { streamOf } from '../../../core/kernel/seeded-random.ts';
import { Deque } from './deque.ts';

await t.test('it does what an array does, however often its ring grows and turns', async (t) => {
  const random = streamOf(1, 'deque');
  const deque = new Deque<number>();
  const model: number[] = [];
  for (let step = 0; step < 5_000; step += 1) {
    // Growing in the first half, shrinking in the second.
    const dice = random() * (step < 2_500 ? 0.8 : 1.3);
    if (dice < 0.3) {
      deque.push(step);
      model.push(step);
    } else if (dice < 0.5) {
      deque.unshift(step);
      model.unshift(step);
    } else if (deque.shift() !== model.shift()) t.fail(`the wrong one at step ${String(step)}`);
    if (deque.first !== model[0] || deque.length !== model.length) t.fail(`differs at step ${String(step)}`);
    if (step % 250 === 0) t.same([...deque], model);
  }
  t.ok(model.length > 0);
  deque.clear();
  t.same([deque.length, deque.first, [...deque]], [0, undefined, []]);
});
