import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { isSeasonal, seasonalIndices } from './seasonal-indices.ts';
import { fitTheta, forecastTheta } from './theta.ts';

const wave = (time: number): number => (100 + time) * (1 + 0.2 * Math.sin((2 * Math.PI * time) / 7));

t.test('a line with a season goes on', async (t) => {
  const values = Float64Array.from({ length: 140 }, (_, time) => wave(time));
  const path = forecastTheta(fitTheta(values, 7), values, 14);
  for (let ahead = 0; ahead < 14; ahead += 1) {
    t.ok(
      Math.abs((path[ahead] ?? 0) / wave(140 + ahead) - 1) < 0.03,
      `step ${ahead}: ${path[ahead]} of ${wave(140 + ahead)}`,
    );
  }
});

t.test('the first expectation after three values is that of the published recursion', async (t) => {
  // By hand for α = 0.5, θ = 2, l₀ = 10 and 12, 14, 13: l₃ = 12.75, A₃ = 12, B₃ = 0.5;
  // μ₄ = l₃ + ½(0.125·A₃ + (1 − 0.0625)/0.5·B₃).
  const values = Float64Array.of(12, 14, 13);
  const fit = { alpha: 0.5, theta: 2, start: 10, indices: new Float64Array(0), kind: 'additive' } as const;
  t.ok(
    Math.abs((forecastTheta(fit, values, 1)[0] ?? 0) - (12.75 + 0.5 * (0.125 * 12 + (0.9375 / 0.5) * 0.5))) <
      1e-9,
  );
});

t.test('noise has no season, and a trend is none', async (t) => {
  const random = streamOf(5, 'noise');
  t.notOk(
    isSeasonal(
      Float64Array.from({ length: 200 }, () => random()),
      7,
    ),
  );
  t.notOk(
    isSeasonal(
      Float64Array.from({ length: 200 }, (_, time) => time + random()),
      7,
    ),
  );
  t.ok(
    isSeasonal(
      Float64Array.from({ length: 200 }, (_, time) => wave(time) + random()),
      7,
    ),
  );
});

t.test('indices of a known season are found again', async (t) => {
  const shape = [0.5, 1, 1.5, 1];
  const values = Float64Array.from({ length: 80 }, (_, time) => (100 + time) * (shape[time % 4] ?? 0));
  const found = seasonalIndices(values, 4, 'multiplicative');
  for (const [phase, index] of shape.entries())
    t.ok(Math.abs((found[phase] ?? 0) - index) < 0.01, String(found));
});
