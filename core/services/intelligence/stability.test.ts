import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { profileOf, sharesOf, stabilityIndex } from './stability.ts';

function uniform(seed: number, count: number, from: number, to: number): Float64Array {
  const random = streamOf(seed, 'stability');
  return Float64Array.from({ length: count }, () => from + (to - from) * random());
}

t.test('the same spread has an index near 0, another one a large index', (t) => {
  const then = { price: profileOf(uniform(1, 5_000, 0, 100)) };
  t.ok(stabilityIndex(then, { price: uniform(2, 5_000, 0, 100) }) < 0.02);
  t.ok(stabilityIndex(then, { price: uniform(3, 5_000, 20, 120) }) > 0.25);
  t.ok(
    stabilityIndex(
      { ...then, units: profileOf(uniform(4, 1_000, 0, 10)) },
      { price: uniform(2, 5_000, 0, 100), units: uniform(5, 1_000, 8, 18) },
    ) > 0.25,
    'the input that moved most counts',
  );
  t.end();
});

t.test('the index of two bins is what the formula says by hand', (t) => {
  const index = stabilityIndex({ x: { edges: [1], shares: [0.5, 0.5] } }, { x: [0, 2, 2, 2] });
  t.ok(Math.abs(index - (-0.25 * Math.log(0.5) + 0.25 * Math.log(1.5))) < 1e-12);
  t.end();
});

t.test('repeated values, few values and inputs that are gone', (t) => {
  t.same(profileOf([3, 3, 3]), { edges: [3], shares: [0, 1] });
  t.same(profileOf([]), { edges: [], shares: [0] });
  t.same(sharesOf([1, 2, 3, 4], [3]), [0.5, 0.5]);
  t.equal(stabilityIndex({ x: profileOf([1, 2]) }, {}), 0);
  t.end();
});
