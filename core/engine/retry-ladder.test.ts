import t from 'tap';
import { nearestDelay, retryDelays } from './retry-ladder.ts';
import { buildTopology } from './topology.ts';
import { RETRY_DELAYS_MS } from '../kernel/limits.ts';

await t.test('the ladder is what the topology declares, shortest first', (t) => {
  t.same(retryDelays(buildTopology([], [], 1)), RETRY_DELAYS_MS);
  t.end();
});

await t.test('a delay between two rungs takes the nearer one, beyond the ends the last', (t) => {
  const delays = [1_000, 2_000, 4_000];
  t.same(
    [0, 1_400, 1_500, 1_600, 3_500, 99_000].map((delayMs) => nearestDelay(delays, delayMs)),
    [1_000, 1_000, 1_000, 2_000, 4_000, 4_000],
  );
  t.end();
});

await t.test('a topology without retry queues is a mistake of ours', (t) => {
  t.throws(() => nearestDelay([], 1_000), { name: 'AssertionFailed' });
  t.end();
});
