import t from 'tap';
import {
  aliveProbability,
  expectedOfNewcomer,
  expectedPurchases,
  fitBetaGeometric,
  type BetaGeometric,
} from './beta-geometric.ts';
import { simulateCustomers } from './testing-customers.ts';

/** Of the usual tenth of the CDNOW customers, in weeks (Fader, Hardie and Lee 2005, table 2). */
const CDNOW: BetaGeometric = {
  kind: 'BG/NBD',
  r: 0.243,
  alpha: 4.414,
  a: 0.793,
  b: 2.426,
  logLikelihood: -9582.4,
};

await t.test("the published customer's expectation is what the authors' spreadsheet says", (t) => {
  const customer = { repeats: 2, lastAt: 30.43, age: 38.86 };
  t.ok(Math.abs(expectedPurchases(CDNOW, customer, 39) - 1.226) < 0.001);
  t.end();
});

await t.test("a newcomer's purchases over time are those of the authors' spreadsheet", (t) => {
  const published = [
    [0.1429, 0.0078],
    [1, 0.0532],
    [3, 0.1506],
    [31.8571, 1.0405],
    [32, 1.0437],
    [78, 1.8576],
  ] as const;
  for (const [weeks, purchases] of published) {
    t.ok(Math.abs(expectedOfNewcomer(CDNOW, weeks) - purchases) < 0.003 * Math.max(1, purchases), `${weeks}`);
  }
  t.end();
});

// With so few who never buy again, the second's parameters are found from some thousands of customers already.
for (const truth of [
  CDNOW,
  { ...CDNOW, kind: 'MBG/NBD', r: 1.4, alpha: 6.183, a: 0.891, b: 1.614 } as const,
]) {
  await t.test(`${truth.kind}: what customers were made with is found again, and foreseen`, (t) => {
    const customers = simulateCustomers(truth, 8_000, { ageMax: 39, later: 39, seed: 4 });
    const found = fitBetaGeometric(truth.kind, customers);
    t.ok(Math.abs(found.r / truth.r - 1) < 0.1, `r ${found.r}`);
    t.ok(Math.abs(found.alpha / truth.alpha - 1) < 0.15, `α ${found.alpha}`);
    t.ok(
      Math.abs(found.a / (found.a + found.b) / (truth.a / (truth.a + truth.b)) - 1) < 0.12,
      `a ${found.a} b ${found.b}`,
    );
    const bought = customers.reduce((sum, { purchasesLater }) => sum + purchasesLater, 0);
    const expected = customers.reduce((sum, customer) => sum + expectedPurchases(found, customer, 39), 0);
    t.ok(Math.abs(expected / bought - 1) < 0.06, `expected ${expected}, bought ${bought}`);
    const alive = customers.filter(({ aliveAtEnd }) => aliveAtEnd).length;
    const likely = customers.reduce((sum, customer) => sum + aliveProbability(found, customer), 0);
    t.ok(Math.abs(likely / alive - 1) < 0.06, `expected alive ${likely}, alive ${alive}`);
    t.end();
  });
}

await t.test('the unit of time does not matter', (t) => {
  const weeks = simulateCustomers(CDNOW, 2_000, { ageMax: 39, later: 1, seed: 9 });
  const days = weeks.map((each) => ({ ...each, lastAt: each.lastAt * 7, age: each.age * 7 }));
  const [inWeeks, inDays] = [fitBetaGeometric('BG/NBD', weeks), fitBetaGeometric('BG/NBD', days)];
  t.ok(Math.abs(inDays.alpha / inWeeks.alpha / 7 - 1) < 0.01);
  t.ok(Math.abs(inDays.r / inWeeks.r - 1) < 0.01);
  const customer = { repeats: 3, lastAt: 20, age: 30 };
  const again = { repeats: 3, lastAt: 140, age: 210 };
  t.ok(Math.abs(expectedPurchases(inWeeks, customer, 10) - expectedPurchases(inDays, again, 70)) < 0.01);
  t.end();
});

await t.test(
  'a longer silence never makes a customer more alive, and time never takes purchases back',
  (t) => {
    for (const kind of ['BG/NBD', 'MBG/NBD'] as const) {
      const model = { ...CDNOW, kind };
      for (const repeats of [0, 1, 10, 3_000]) {
        let before = 1;
        for (const age of [10, 20, 40, 80, 400]) {
          const alive = aliveProbability(model, { repeats, lastAt: repeats === 0 ? 0 : 10, age });
          t.ok(alive >= 0 && alive <= before, `${kind}, ${repeats} purchases, age ${age}`);
          before = alive;
        }
        let expected = 0;
        for (const time of [0, 1, 10, 100, 1_000]) {
          const next = expectedPurchases(model, { repeats, lastAt: repeats === 0 ? 0 : 39, age: 40 }, time);
          t.ok(Number.isFinite(next) && next >= expected, `${kind}, ${repeats} purchases, time ${time}`);
          expected = next;
        }
      }
    }
    t.equal(aliveProbability(CDNOW, { repeats: 0, lastAt: 0, age: 400 }), 1);
    t.end();
  },
);

await t.test('at the pole of the published formula the expectation goes on smoothly', (t) => {
  const at = (a: number): number =>
    expectedPurchases({ ...CDNOW, a }, { repeats: 2, lastAt: 30, age: 39 }, 39);
  t.ok(Math.abs(at(1) - (at(0.999) + at(1.001)) / 2) < 1e-4);
  t.end();
});
