import t from 'tap';
import { dueAfter } from './open-loop.ts';

t.test('a steady stream begins at once and keeps its rate', async (t) => {
  t.equal(dueAfter(-1, 100), 0, 'nothing is due before it begins');
  t.equal(dueAfter(0, 100), 1);
  t.equal(dueAfter(9.9, 100), 1);
  t.equal(dueAfter(10, 100), 2);
  t.equal(dueAfter(999, 500), 500);
});

t.test('what a busy moment held up is due all the same', async (t) => {
  t.equal(dueAfter(300, 2_000) - dueAfter(100, 2_000), 400);
});
