import t from 'tap';
import { quantileMs, RecentTimes, sumOf } from './recent-times.ts';

t.test('a minute is remembered, and nothing older', (t) => {
  const times = new RecentTimes();
  times.add(0, 4);
  times.add(5_000, 8, true);
  times.add(30_000, 800);
  t.match(times.read(59_000), { count: 3, failed: 1, sumMs: 812, maxMs: 800 });
  t.match(times.read(60_000), { count: 1, failed: 0, maxMs: 800 }, 'the first ten seconds are gone');
  t.match(times.read(95_000), { count: 0, maxMs: 0 });
  t.end();
});

t.test('quantiles of what several processes saw', (t) => {
  const fast = new RecentTimes();
  const slow = new RecentTimes();
  for (let call = 0; call < 99; call += 1) fast.add(0, 2);
  slow.add(0, 400);
  const both = sumOf([fast.read(0), slow.read(0)]);
  t.equal(both.count, 100);
  const median = quantileMs(both, 0.5) ?? 0;
  t.ok(median > 1 && median <= 2.5, `the median is in the bucket of 2 ms: ${String(median)}`);
  t.equal(quantileMs(both, 1), 400, 'never above the largest seen');
  t.equal(quantileMs(sumOf([]), 0.5), null);
  t.end();
});
