import t from 'tap';
import { addRecent, allRecent, findRecent, noneRecent, RECENT_MIN } from './recent.ts';

await t.test('the latest entries are found, and never more than twice as many are kept', async (t) => {
  let recent = noneRecent<number>();
  for (let entry = 0; entry < RECENT_MIN * 5; entry += 1)
    recent = addRecent(recent, `k${String(entry)}`, entry);
  for (let back = 1; back <= RECENT_MIN; back += 1) {
    const entry = RECENT_MIN * 5 - back;
    if (findRecent(recent, `k${String(entry)}`) !== entry) t.fail(`${String(entry)} is lost`);
  }
  t.ok(allRecent(recent).size <= 2 * RECENT_MIN);
  t.equal(findRecent(recent, 'k0'), undefined, 'the oldest are gone');
});

await t.test('a newer value replaces the older one, and the value before is left as it was', async (t) => {
  const before = addRecent(noneRecent<string>(), 'a', 'old');
  const after = addRecent(before, 'a', 'new');
  t.equal(findRecent(before, 'a'), 'old');
  t.equal(findRecent(after, 'a'), 'new');
  t.strictSame([...allRecent(after)], [['a', 'new']]);
});
