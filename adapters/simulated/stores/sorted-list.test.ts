import t from 'tap';
import { compareText, SortedList } from './sorted-list.ts';

const SEED = 7;

t.test('whatever is added and removed, the list is what sorting would make of it', async (t) => {
  const list = new SortedList<number>((one, other) => one - other);
  const held = new Set<number>();
  let state = SEED;
  for (let step = 0; step < 5_000; step += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const item = (state >>> 8) % 200;
    if ((list.find(item) !== undefined) !== held.has(item)) t.fail(`step ${String(step)}: ${String(item)}`);
    if ((list.remove(item) !== undefined) !== held.delete(item))
      t.fail(`step ${String(step)}: ${String(item)}`);
    if (state % 3 > 0) {
      held.add(item);
      list.add(item);
    }
    if (step % 100 === 0)
      t.strictSame(
        [...list.items],
        [...held].sort((one, other) => one - other),
      );
  }
  t.equal(list.size, held.size);
});

t.test('items are found by what their order is told by', async (t) => {
  interface Named {
    readonly name: string;
    readonly worth: number;
  }
  const list = new SortedList<Named, Pick<Named, 'name'>>((one, other) => compareText(one.name, other.name));
  for (const name of ['b', 'c', 'a']) list.add({ name, worth: name.charCodeAt(0) });
  t.strictSame(list.find({ name: 'c' }), { name: 'c', worth: 99 });
  t.strictSame(list.remove({ name: 'a' }), { name: 'a', worth: 97 });
  t.equal(list.remove({ name: 'a' }), undefined);
  t.strictSame(
    list.items.map(({ name }) => name),
    ['b', 'c'],
  );
});
