import t from 'tap';
import { hoursOf } from './calendar.ts';

const HOUR_MS = 3_600_000;
const ORDERS = 1_000_000;
const share = (orders: number): number => orders / ORDERS;

/** Whatever the year ends with, its orders are spread as they are told to be. */
for (const until of ['2026-11-21T14:00:00.000Z', '2025-03-01T00:17:00.000Z', '2024-12-31T23:59:59.000Z']) {
  t.test(`a year of orders until ${until}`, (t) => {
    const hours = hoursOf({ orders: ORDERS, until });
    const where = (wanted: (at: Date) => boolean): number =>
      hours.reduce((sum, { startsAtMs, orders }) => sum + (wanted(new Date(startsAtMs)) ? orders : 0), 0);

    t.equal(
      where(() => true),
      ORDERS,
      'none is lost to rounding',
    );
    t.equal((hours.at(-1)?.startsAtMs ?? 0) + HOUR_MS, Date.parse(until), 'the last hour ends with the year');
    t.ok(Math.abs(share(where((at) => at.getUTCMonth() >= 10)) - 0.4) < 0.005, 'November and December');
    t.ok(Math.abs(share(where((at) => [19, 20, 21].includes(at.getUTCHours()))) - 0.3) < 0.005, 'evenings');
    const [peak, quiet] = [where((at) => at.getUTCHours() === 20), where((at) => at.getUTCHours() === 3)];
    t.ok(Math.abs(peak / quiet - 10) < 0.5, 'ten times the quietest hour');
    t.equal(hours.filter(({ sale }) => sale).length, 12, 'a flash sale a month');
    t.end();
  });
}

t.test('Black Friday and Cyber Monday are five normal days each', (t) => {
  const hours = hoursOf({ orders: ORDERS, until: '2026-11-21T00:00:00.000Z' });
  const ofDay = (day: string): number =>
    hours
      .filter(({ startsAtMs }) => new Date(startsAtMs).toISOString().startsWith(day))
      .reduce((sum, { orders }) => sum + orders, 0);
  const normal = ofDay('2026-06-10');
  for (const day of ['2025-11-28', '2025-12-01']) t.ok(Math.abs(ofDay(day) / normal - 5) < 0.05, day);
  t.ok(ofDay('2025-11-29') < ofDay('2025-11-28') * 0.8, 'a day of the season is less');
  t.end();
});
