import t from 'tap';
import { spreadOf, spreadText } from './quantiles.ts';

t.test('a spread tells the values of the nearest rank, whatever the order they came in', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.same(spreadOf(hundred), { count: 100, min: 1, median: 50, p99: 99, max: 100 });
  t.same(spreadOf([7]), { count: 1, min: 7, median: 7, p99: 7, max: 7 });
  t.equal(spreadText(spreadOf(hundred), 'ms', 0), 'median 50 ms, p99 99 ms, at most 100 ms');
});

t.test('nothing measured is no good figure', async (t) => {
  t.notOk(spreadOf([]).p99 < 1_000, 'it holds no limit');
});
