import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { eventEffects } from './events.ts';
import type { Panel } from './panel.ts';
import { noiseFloorOf, simulatedSellers, variationOf } from './simulated-sellers.ts';

const LENGTH = 150;

/** Series of about 200 a step whose flag multiplies by the factor given for each. */
function panelWith(factors: readonly number[], seed = 1): Panel {
  const random = streamOf(seed, 'events');
  return {
    calendar: { step: { unit: 'steps', size: 1 }, origin: 0 },
    series: factors.map((factor, index) => {
      const flag = Float64Array.from({ length: LENGTH }, (_, step) => ((step + index) % 11 === 0 ? 1 : 0));
      const values = flag.map((on) => 200 * (on === 1 ? factor : 1) * (0.9 + 0.2 * random()));
      return {
        name: `s${index}`,
        start: 0,
        values,
        observed: new Uint8Array(LENGTH).fill(1),
        known: [flag],
      };
    }),
    known: ['promotion'],
    gaps: 'missing',
    end: LENGTH - 1,
    aligned: true,
    nonNegative: true,
    notes: [],
  };
}

const lengthsOf = (panel: Panel, length = LENGTH): number[] => panel.series.map(() => length);

t.test('what promotions do to each series is found again, and taken out of its values', async (t) => {
  const factors = [1.1, 1.3, 1.5, 1.7, 1.3, 1.2];
  const panel = panelWith(factors);
  const effects = eventEffects(panel, lengthsOf(panel), 52);
  for (const [index, factor] of factors.entries()) {
    const step = panel.series[index]?.known[0]?.indexOf(1) ?? -1;
    const found = effects?.factorAt(index, step) ?? Number.NaN;
    t.ok(Math.abs(found - factor) < 0.06, `${factor} is found as ${found}`);
    t.equal(effects?.factorAt(index, step + 1), 1);
    t.ok((effects?.calm[index] ?? []).every((value) => value > 160 && value < 240));
  }
});

t.test(
  'a flag that does nothing changes nothing, and nothing later than the origin is looked at',
  async (t) => {
    const idle = panelWith([1, 1, 1, 1]);
    t.equal(eventEffects(idle, lengthsOf(idle), 52), undefined);
    const panel = panelWith([1.4, 1.5]);
    const early = eventEffects(panel, lengthsOf(panel, 80), 52);
    for (const { values } of panel.series) values.fill(1e6, 80);
    t.equal(eventEffects(panel, lengthsOf(panel, 80), 52)?.factorAt(0, 0), early?.factorAt(0, 0));
  },
);

t.test('a series that has had no promotion yet is told what they do to others', async (t) => {
  const panel = panelWith([1.5, 1.5, 1.5, 1]);
  const quiet = panel.series[3]?.known[0];
  quiet?.fill(0);
  if (quiet !== undefined) quiet[LENGTH - 1] = 1;
  const effects = eventEffects(panel, lengthsOf(panel, LENGTH - 1), 52);
  t.ok(Math.abs((effects?.factorAt(3, LENGTH - 1) ?? 0) - 1.5) < 0.06);
});

t.test(
  'simulated sellers are regular, have promotions, and leave noise that nobody can foretell',
  async (t) => {
    const sellers = simulatedSellers({ products: 30, weeks: 156, seed: 4 });
    t.ok(sellers.every(({ values }) => variationOf(values) < 0.5));
    t.ok(sellers.every(({ promotion }) => promotion.includes(1) && promotion.includes(0)));
    const { scatter, atCutoff } = noiseFloorOf(sellers, { horizon: 8, folds: 4 });
    t.ok(scatter > 0.05 && scatter < atCutoff && atCutoff < 0.2, `${scatter} ${atCutoff}`);
  },
);
