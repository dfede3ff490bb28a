import t from 'tap';
import { findPeriod, periodBefore, periodOf } from './periods.ts';

/** A Wednesday. */
const NOW = Date.parse('2026-03-18T15:30:00Z');

const spanOf = (name: string) => {
  const period = periodOf(name, NOW);
  return period === undefined ? undefined : `${period.from} ${period.to}`;
};

t.test('periods are days and weeks of UTC', (t) => {
  t.equal(spanOf('today'), '2026-03-18T00:00:00.000Z 2026-03-18T15:30:00.000Z');
  t.equal(spanOf('yesterday'), '2026-03-17T00:00:00.000Z 2026-03-18T00:00:00.000Z');
  t.equal(spanOf('last week'), '2026-03-09T00:00:00.000Z 2026-03-16T00:00:00.000Z');
  t.equal(spanOf('last month'), '2026-02-01T00:00:00.000Z 2026-03-01T00:00:00.000Z');
  t.equal(spanOf('wednesday'), '2026-03-11T00:00:00.000Z 2026-03-12T00:00:00.000Z');
  t.equal(spanOf('last 3 hours'), '2026-03-18T12:30:00.000Z 2026-03-18T15:30:00.000Z');
  t.equal(spanOf('2026-03-01..2026-03-14'), '2026-03-01T00:00:00.000Z 2026-03-15T00:00:00.000Z');
  for (const none of ['', 'soon', '2026-02-30', '2026-03-14..2026-03-01', 'last 0 days', 'last 9999 days']) {
    t.equal(spanOf(none), undefined, none);
  }
  t.end();
});

t.test('a day is compared with the same weekday a week before, up to the same time', (t) => {
  const today = periodOf('today', NOW);
  t.match(today && periodBefore(today), { from: '2026-03-11T00:00:00.000Z', to: '2026-03-11T15:30:00.000Z' });
  const days = periodOf('last 10 days', NOW);
  t.match(days && periodBefore(days), { to: '2026-03-04T15:30:00.000Z' });
  t.end();
});

t.test('the period that is said first counts', (t) => {
  t.equal(findPeriod('compare sales today with last week').name, 'today');
  t.equal(findPeriod('over the past two weeks').name, 'last 14 days');
  t.equal(findPeriod('from 2026-03-01 to 2026-03-05').name, '2026-03-01..2026-03-05');
  t.same(findPeriod('nothing of the kind'), { name: undefined, rest: 'nothing of the kind' });
  t.end();
});
