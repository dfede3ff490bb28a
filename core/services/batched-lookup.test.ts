import t from 'tap';
import { BatchedLookup } from './batched-lookup.ts';

await t.test('what is asked for while a query runs shares the next one', async (t) => {
  const queries: (readonly string[])[] = [];
  const lookup = new BatchedLookup<string>((keys) => {
    queries.push(keys);
    return new Promise((resolve) => {
      setTimeout(() => {
        resolve(new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()])));
      }, 5);
    });
  }, 2);
  const first = lookup.find('a');
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const later = Promise.all(['b', 'c', 'b', 'none'].map((key) => lookup.find(key)));
  t.equal(await first, 'A');
  t.same(await later, ['B', 'C', 'B', undefined]);
  t.same(queries, [['a'], ['b', 'c'], ['none']], 'each key once, at most two a query');
  t.equal(await lookup.find('a'), 'A', 'nothing is remembered');
  t.equal(queries.length, 4);
});

await t.test('a query that fails rejects its askers and no others', async (t) => {
  let fail = true;
  const lookup = new BatchedLookup<number>(
    (keys) =>
      fail ? Promise.reject(new Error('down')) : Promise.resolve(new Map(keys.map((key) => [key, 1]))),
    10,
  );
  await t.rejects(lookup.find('a'), { message: 'down' });
  fail = false;
  t.equal(await lookup.find('a'), 1);
});
