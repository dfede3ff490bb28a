import t from 'tap';
import { createDeliveryEstimates } from './estimate.ts';

const DAY_MS = 86_400_000;

t.test('an estimate counts from now, over as many days as the carriers give themselves', (t) => {
  let nowMs = Date.parse('2026-11-21T13:00:00Z');
  const asked: string[] = [];
  const estimates = createDeliveryEstimates({
    clock: { now: () => nowMs },
    transit: {
      to(country) {
        asked.push(country);
        return { soonestMs: 3 * DAY_MS, latestMs: 5 * DAY_MS };
      },
    },
  });
  t.strictSame(estimates.estimate('DE'), {
    country: 'DE',
    earliestAt: '2026-11-24T13:00:00.000Z',
    latestAt: '2026-11-26T13:00:00.000Z',
  });
  nowMs += DAY_MS;
  t.match(estimates.estimate('Norway'), { country: 'Norway', earliestAt: '2026-11-25T13:00:00.000Z' });
  t.strictSame(asked, ['DE', 'Norway']);
  t.end();
});
