import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { closedPhases, prepare } from './cleaning.ts';
import { forecastCroston, forecastFading } from './intermittent.ts';
import { minimise } from './nelder-mead.ts';
import { forecastSeasonalNaive, forecastSeasonalWindow } from './seasonal-windows.ts';
import { decompose } from './stl.ts';

t.test('the simplex finds the bottom of Rosenbrock’s valley', async (t) => {
  const valley = ([x = 0, y = 0]: Float64Array) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const { point } = minimise(valley, [-1.2, 1], { evaluationsMax: 2_000, tolerance: 1e-14 });
  t.ok(Math.abs((point[0] ?? 0) - 1) < 1e-3 && Math.abs((point[1] ?? 0) - 1) < 1e-3, String(point));
});

t.test('the seasonal naive forecast repeats the last season as often as needed', async (t) => {
  t.same([...forecastSeasonalNaive(Float64Array.of(9, 1, 2, 3), 3, 5)], [1, 2, 3, 1, 2]);
  t.same([...forecastSeasonalWindow(Float64Array.of(1, 2, 3, 4, 5, 60), 2, 3, 3, 'median')], [3, 4, 3]);
});

t.test(
  'intermittent demand: Croston keeps the rate, fading demand fades when nobody asks any more',
  async (t) => {
    const random = streamOf(6, 'demand');
    const draws = Array.from({ length: 24 }, () =>
      Float64Array.from({ length: 300 }, () => (random() < 0.25 ? 4 : 0)),
    );
    const meanOver = (forecast: (values: Float64Array) => number): number =>
      draws.reduce((sum, values) => sum + forecast(values), 0) / draws.length;
    t.ok(Math.abs(meanOver(forecastCroston) - 1) < 0.15, String(meanOver(forecastCroston)));
    t.ok(Math.abs(meanOver(forecastFading) - 1) < 0.15, String(meanOver(forecastFading)));
    const asked = draws[0] ?? new Float64Array(0);
    const dead = Float64Array.from([...asked.slice(0, 200), ...new Float64Array(200)]);
    t.ok(forecastFading(dead) < 0.1 * forecastCroston(dead));
  },
);

t.test('a weekday without sales is closed, and gets zeros while open days go on', async (t) => {
  const week = [10, 11, 12, 13, 14, 0, 15];
  const values = Float64Array.from({ length: 70 }, (_, day) => week[day % 7] ?? 0);
  t.same([...closedPhases(values, 7)], [0, 0, 0, 0, 0, 1, 0]);
  const prepared = prepare(values, 7);
  t.equal(prepared.season, 6);
  const next = prepared.restore(9, (steps) => forecastSeasonalNaive(prepared.values, prepared.season, steps));
  t.same([...next], [...week, 10, 11]);
});

t.test(
  'a day off and a spike don’t stay in what methods learn from; intermittent demand does as it is',
  async (t) => {
    const random = streamOf(7, 'spikes');
    const values = Float64Array.from({ length: 70 }, () => 95 + 10 * random());
    values[30] = 0;
    values[40] = 5_000;
    const { values: cleaned } = prepare(values, 7);
    t.ok((cleaned[30] ?? 0) > 90);
    t.ok((cleaned[40] ?? 0) < 150);
    const rare = Float64Array.from({ length: 70 }, (_, day) => (day % 11 === 0 ? 3 : 0));
    t.notOk(prepare(rare, 7).changed);
  },
);

t.test('STL gives back the parts a series was made of', async (t) => {
  const season = (time: number): number => 10 * Math.sin((2 * Math.PI * time) / 12);
  const values = Float64Array.from({ length: 144 }, (_, time) => 50 + 0.5 * time + season(time));
  values[70] = 500;
  const { trend, seasonal, remainder } = decompose(values, 12);
  for (let time = 12; time < 132; time += 1) {
    t.ok(Math.abs((trend[time] ?? 0) - 50 - 0.5 * time) < 1.5, `trend at ${time}: ${trend[time]}`);
    t.ok(Math.abs((seasonal[time] ?? 0) - season(time)) < 1.5, `season at ${time}: ${seasonal[time]}`);
  }
  t.ok((remainder[70] ?? 0) > 350);
  t.ok(
    values.every(
      (value, time) =>
        Math.abs(value - (trend[time] ?? 0) - (seasonal[time] ?? 0) - (remainder[time] ?? 0)) < 1e-9,
    ),
  );
});
