import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import { reorderOf, sumAhead } from './reorder.ts';
import { upliftOf } from './uplift.ts';

const Z80 = 1.281551565545;
const steps = 30;
const demand = {
  path: new Float64Array(steps).fill(10),
  lo80: new Float64Array(steps).fill(10 - 3 * Z80),
  hi80: new Float64Array(steps).fill(10 + 3 * Z80),
  errorCorrelation: 0,
};
const supply = { leadTime: 7, review: 2, serviceLevel: 0.95, available: 40 };

t.test('errors that go together add up, those that don’t add by their squares', async (t) => {
  const apart = sumAhead(demand, 9);
  t.ok(Math.abs(apart.mean - 90) < 1e-9 && Math.abs(apart.deviation - 9) < 1e-6);
  t.ok(Math.abs(sumAhead({ ...demand, errorCorrelation: 1 }, 9).deviation - 27) < 1e-6);
});

t.test('the reorder point is the wanted quantile of the demand until the arrival', async (t) => {
  const { reorderPoint, safetyStock, demandUntilArrival, lastsProbability } = reorderOf(demand, supply);
  // Log-normal of mean 90 and deviation 9: σ² = log 1.01; exp(log 90 − σ²/2 + 1.645 σ) = 105.5.
  t.equal(reorderPoint, 106);
  t.equal(demandUntilArrival, 90);
  t.ok(Math.abs(safetyStock - 16) < 1e-9);
  t.ok(lastsProbability < 0.001);
  t.ok(Math.abs(reorderOf(demand, { ...supply, available: 105.5 }).lastsProbability - 0.95) < 0.005);
});

t.test(
  'one orders nothing above the reorder point, else whole packs, the economic quantity where costs are known',
  async (t) => {
    t.equal(reorderOf(demand, { ...supply, available: 107 }).quantity, 0);
    t.equal(reorderOf(demand, { ...supply, packSize: 25 }).quantity, 100);
    // √(2 · 5000 · 10 / 2) = 223.6.
    t.equal(reorderOf(demand, { ...supply, orderCost: 5_000, holdingCost: 2 }).quantity, 224);
    t.equal(reorderOf({ ...demand, path: new Float64Array(steps) }, supply).quantity, 0);
  },
);

t.test('a forecast that ends before the order arrives is refused', async (t) => {
  t.throws(() => reorderOf(demand, { ...supply, leadTime: 40 }), BadInput);
  t.throws(() => reorderOf(demand, { ...supply, leadTime: 0, review: 0 }), BadInput);
});

t.test('the uplift of promotions and the demand they pull forward are found again', async (t) => {
  const random = streamOf(8, 'promotions');
  const week = [8, 9, 10, 11, 12, 20, 15];
  const event = Float64Array.from({ length: 364 }, (_, day) => (day % 35 === 20 || day % 35 === 21 ? 1 : 0));
  const after = (day: number): boolean => day % 35 === 22 || day % 35 === 23;
  const values = event.map(
    (on, day) => (week[day % 7] ?? 0) * (on === 1 ? 1.8 : after(day) ? 0.8 : 1) * (0.95 + 0.1 * random()),
  );
  const uplift = upliftOf(values, event, 7);
  t.ok(uplift !== undefined && Math.abs(uplift.factor - 1.8) < 0.08, String(uplift?.factor));
  t.ok(uplift !== undefined && uplift.low < 1.8 && uplift.high > 1.7 && uplift.low > 1.6);
  t.ok(uplift !== undefined && Math.abs(uplift.pulledForward - 0.25) < 0.12, String(uplift?.pulledForward));
  t.equal(upliftOf(values, new Float64Array(364), 7), undefined);
});
