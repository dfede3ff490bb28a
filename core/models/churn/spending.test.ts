import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { expectedValue, fitGammaGamma } from './spending.ts';
import { gammaDraw } from './testing-customers.ts';

/** Of the CDNOW customers who came back (Fader and Hardie 2013). */
const CDNOW = { p: 6.25, q: 3.74, gamma: 15.44 };

await t.test('the published expectations per customer', (t) => {
  t.ok(Math.abs(expectedValue(CDNOW, { meanValue: 22.35, valued: 2 }) - 24.65) < 0.05);
  t.ok(Math.abs(expectedValue(CDNOW, { meanValue: 11.77, valued: 1 }) - 18.91) < 0.05);
  t.ok(Math.abs(expectedValue(CDNOW, { meanValue: 0, valued: 0 }) - 35.17) < 0.1);
  t.end();
});

await t.test('what values were made with is found again', (t) => {
  const random = streamOf(3, 'values');
  const customers = Array.from({ length: 6_000 }, () => {
    const rate = gammaDraw(random, CDNOW.q) / CDNOW.gamma;
    const valued = 1 + Math.floor(random() * 6);
    return { valued, meanValue: gammaDraw(random, CDNOW.p * valued) / rate / valued };
  });
  const found = fitGammaGamma(customers);
  t.ok(found !== undefined);
  if (found === undefined) return;
  t.ok(Math.abs(found.p / CDNOW.p - 1) < 0.1, `p ${found.p}`);
  t.ok(Math.abs(found.q / CDNOW.q - 1) < 0.1, `q ${found.q}`);
  t.ok(Math.abs(found.gamma / CDNOW.gamma - 1) < 0.15, `γ ${found.gamma}`);
  t.end();
});

await t.test('customers who are too few, or all alike, give no model', (t) => {
  t.equal(fitGammaGamma([{ valued: 1, meanValue: 5 }]), undefined);
  t.equal(fitGammaGamma(Array.from({ length: 50 }, () => ({ valued: 2, meanValue: 5 }))), undefined);
  t.end();
});
