import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { fitEts, fitForm, forecastEts, formName, formsFor, simulateEts } from './ets.ts';

/** Saudi Arabian oil production 1996 to 2013, million tonnes (Hyndman and Athanasopoulos 2018, 7.1). */
const OIL = Float64Array.of(
  445.36,
  453.2,
  454.41,
  422.38,
  456.04,
  440.39,
  425.19,
  486.21,
  500.43,
  521.28,
  508.95,
  488.89,
  509.87,
  456.72,
  473.82,
  525.95,
  549.83,
  542.34,
);
const SIMPLE = { error: 'A', trend: 'N', damped: false, season: 'N' } as const;

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

t.test(
  'simple smoothing of the textbook series gives the published parameters, criterion and forecast',
  async (t) => {
    const fit = fitForm(OIL, 1, SIMPLE, true);
    t.ok(Math.abs(fit.smoothing.alpha - 0.8339) < 0.002, `alpha ${fit.smoothing.alpha}`);
    t.ok(Math.abs((forecastEts(fit, 1)[0] ?? 0) - 542.68) < 0.1);
    t.ok(Math.abs(fit.aicc - 179.857) < 0.05, `AICc ${fit.aicc}`);
  },
);

t.test('the smoothing of simulated demand is found again', async (t) => {
  const random = streamOf(3, 'smoothing');
  let level = 100;
  const values = Float64Array.from({ length: 600 }, () => {
    const error = normal(random);
    const value = level + error;
    level += 0.3 * error;
    return value;
  });
  const fit = fitForm(values, 1, SIMPLE, true);
  t.ok(Math.abs(fit.smoothing.alpha - 0.3) < 0.1, `alpha ${fit.smoothing.alpha}`);
  t.ok(Math.abs(fit.variance - 1) < 0.15, `variance ${fit.variance}`);
});

t.test(
  'a series whose waves grow with its level gets a multiplicative season and a trend, and goes on that way',
  async (t) => {
    const random = streamOf(4, 'waves');
    const at = (time: number): number => (200 + 3 * time) * (1 + 0.4 * Math.sin((2 * Math.PI * time) / 12));
    const values = Float64Array.from({ length: 120 }, (_, time) => at(time) * (1 + 0.02 * normal(random)));
    const fit = fitEts(values, 12);
    t.match(formName(fit), /^ETS\(M,Ad?,M\)$/);
    const path = forecastEts(fit, 12);
    for (let ahead = 0; ahead < 12; ahead += 1) {
      t.ok(
        Math.abs((path[ahead] ?? 0) / at(120 + ahead) - 1) < 0.08,
        `step ${ahead}: ${path[ahead]} of ${at(120 + ahead)}`,
      );
    }
  },
);

t.test('zeros and negative values rule multiplicative forms out', async (t) => {
  t.same(
    new Set(
      formsFor(
        Float64Array.from({ length: 40 }, (_, time) => time % 5),
        5,
      ).map(({ error }) => error),
    ),
    new Set(['A']),
  );
  t.equal(
    formsFor(
      Float64Array.from({ length: 40 }, (_, time) => 1 + (time % 5)),
      5,
    ).length,
    15,
  );
});

t.test('constants and single values are forecast as they are', async (t) => {
  for (const values of [new Float64Array(30).fill(7), Float64Array.of(7), new Float64Array(30)]) {
    const path = forecastEts(fitEts(values, 7), 3);
    t.ok(
      path.every((value) => Math.abs(value - (values[0] ?? 0)) < 1e-3),
      String(path),
    );
  }
});

t.test('drawn futures scatter around the forecast, more the further they look', async (t) => {
  const fit = fitForm(OIL, 1, SIMPLE, true);
  const draws = simulateEts(fit, 8, 4_000, streamOf(1, 'draws'));
  const column = (ahead: number) =>
    Float64Array.from({ length: 4_000 }, (_, path) => draws[path * 8 + ahead] ?? 0);
  const mean = (values: Float64Array) => values.reduce((sum, next) => sum + next, 0) / values.length;
  const deviation = (values: Float64Array) =>
    Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
  t.ok(Math.abs(mean(column(7)) - (forecastEts(fit, 8)[7] ?? 0)) < 5);
  // Variance of simple smoothing at step h: σ²(1 + (h − 1)α²) (Hyndman et al. 2008, table 6.1).
  const expected = Math.sqrt(fit.variance * (1 + 7 * fit.smoothing.alpha ** 2));
  t.ok(Math.abs(deviation(column(7)) / expected - 1) < 0.05);
});
