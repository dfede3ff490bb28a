import t from 'tap';
import { dateOf } from '../evaluation/table.ts';
import { calendarOf, habitsOf, labelAt, placeOf, stepName } from './calendar.ts';

const times = (...texts: string[]): number[] => texts.map((text) => dateOf(text) ?? Number.NaN);

t.test('the step is told from the times: months, weeks, days with gaps, hours, numbered steps', async (t) => {
  const name = (group: number[]) => stepName(calendarOf('dates', [group]).step);
  t.equal(name(times('2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30')), '1 month');
  t.equal(name(times('2023-01-01', '2023-04-01', '2023-07-01', '2023-10-01')), '3 months');
  t.equal(name(times('2020-01-01', '2021-01-01', '2022-01-01')), '12 months');
  t.equal(name(times('2024-01-01', '2024-01-08', '2024-01-22')), '7 days');
  t.equal(name(times('2024-01-01', '2024-01-29', '2024-02-26')), '28 days');
  t.equal(name(times('2024-01-05', '2024-01-06', '2024-01-08', '2024-01-09')), '1 day');
  t.equal(name(times('2024-01-05 00:00', '2024-01-05 01:00', '2024-01-05 02:00')), '1 hour');
  t.equal(stepName(calendarOf('steps', [[5, 10, 15]]).step), '5 steps');
});

t.test('places go to times and back, months by their number and not by their days', async (t) => {
  const months = calendarOf('dates', [times('2024-01-31', '2024-02-29', '2024-03-31')]);
  t.equal(placeOf(months, dateOf('2025-02-28') ?? 0), 13);
  t.equal(labelAt(months, 13), '2025-02-28');
  const days = calendarOf('dates', [
    times('2024-03-30T23:00Z', '2024-03-31T22:00Z', '2024-04-01T22:00Z', '2024-04-02T22:00Z'),
  ]);
  t.equal(placeOf(days, dateOf('2024-04-02T22:00Z') ?? 0), 3, 'a day of 23 hours is a day');
});

t.test('times at any hour are put into days', async (t) => {
  const at = times(
    '2024-01-01 08:26',
    '2024-01-01 19:03',
    '2024-01-03 00:10',
    '2024-01-09 23:59',
    '2024-01-21 11:11',
  );
  const distances = Array.from({ length: 40 }, (_, index) => (at[0] ?? 0) + index * index * 60_000 * 7);
  const calendar = calendarOf('dates', [[...distances].sort((one, other) => one - other)]);
  t.equal(stepName(calendar.step), '1 day');
  t.equal(placeOf(calendar, at[1] ?? 0), 0);
  t.equal(placeOf(calendar, at[3] ?? 0), 8);
  t.equal(labelAt(calendar, 8), '2024-01-09');
});

t.test('seasons and horizons are what is usual for the step', async (t) => {
  t.match(habitsOf({ unit: 'time', milliseconds: 86_400_000 }), { season: 7, longSeason: 364, horizon: 28 });
  t.match(habitsOf({ unit: 'time', milliseconds: 3_600_000 }), { season: 24, longSeason: 168 });
  t.match(habitsOf({ unit: 'time', milliseconds: 7 * 86_400_000 }), { season: 52 });
  t.match(habitsOf({ unit: 'months', months: 1 }), { season: 12 });
  t.match(habitsOf({ unit: 'months', months: 3 }), { season: 4 });
});
