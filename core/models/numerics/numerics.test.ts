import t from 'tap';
import { hypergeometric, logGamma } from './gamma.ts';
import { normalQuantile, normalTail } from './normal.ts';

const near = (actual: number, expected: number, relative = 1e-9): boolean =>
  Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected));

await t.test('the gamma function at whole and half numbers, and far out', (t) => {
  t.ok(near(logGamma(6), Math.log(120)));
  t.ok(near(logGamma(0.5), Math.log(Math.sqrt(Math.PI))));
  t.ok(near(logGamma(0.1), 2.252712651734206));
  t.ok(near(logGamma(1_000), 5905.220423209181));
  t.end();
});

await t.test('2F1 where it is an elementary function', (t) => {
  for (const z of [0.01, 0.5, 0.99]) {
    t.ok(near(hypergeometric(1, 1, 2, z), -Math.log(1 - z) / z), `logarithm at ${z}`);
    t.ok(near(hypergeometric(2, 3, 3, z), (1 - z) ** -2), `power at ${z}`);
  }
  t.end();
});

await t.test('the normal distribution, far into its tail', (t) => {
  t.ok(near(normalTail(1.959963984540054), 0.025, 1e-6));
  t.ok(Math.abs(normalTail(6) / 9.865876450376946e-10 - 1) < 1e-6);
  t.ok(near(normalTail(-1), 0.8413447460685429, 1e-6));
  for (const share of [1e-9, 0.01, 0.3, 0.5, 0.99]) {
    t.ok(Math.abs(normalTail(-normalQuantile(share)) / share - 1) < 1e-6, `${share}`);
  }
  t.end();
});
