import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { hitAt, ndcgAt, recallAt } from '../evaluation/ranking-metrics.ts';
import { learnRanking, orderOf, scoresOf, type RankedList } from './listwise.ts';

const OPTIONS = {
  seed: 1,
  start: [1, 0],
  hiddenUnits: 4,
  epochs: 8,
  judge: (order: Int32Array, wanted: Float32Array) => wanted[order[0] ?? 0] ?? 0,
};

/** Lists in which the candidate with the highest second feature is wanted; the first says nothing. */
function lists(count: number): RankedList[] {
  const random = streamOf(5, 'lists');
  return Array.from({ length: count }, () => {
    const values = Float32Array.from({ length: 16 }, () => random());
    const second = Array.from({ length: 8 }, (_, row) => values[row * 2 + 1] ?? 0);
    const wanted = Float32Array.from(second, (value) => (value === Math.max(...second) ? 1 : 0));
    return { values, wanted };
  });
}

t.test(
  'a ranking learns which feature counts, and the start is kept when there is little to learn from',
  async (t) => {
    const learnt = learnRanking(lists(200), OPTIONS);
    const row = Float32Array.of(0.9, 0.1, 0.1, 0.9);
    t.same([...orderOf(scoresOf(learnt, row))], [1, 0]);
    const kept = learnRanking(lists(5), OPTIONS);
    t.same([...orderOf(scoresOf(kept, row))], [0, 1]);
  },
);

t.test('metrics of a ranking', async (t) => {
  const wanted = new Set([3, 4]);
  t.equal(recallAt(2, [3, 9, 4], wanted), 0.5);
  t.equal(hitAt(1, [9, 3], wanted), 0);
  t.equal(hitAt(2, [9, 3], wanted), 1);
  // Three places with the relevances 3, 2, 3, 0, 1, 2 of the usual example; gains 2^r - 1.
  const relevance = new Map([3, 2, 3, 0, 1, 2].map((grade, document) => [document, grade]));
  t.equal(ndcgAt(6, [0, 1, 2, 3, 4, 5], relevance).toFixed(4), '0.9488');
  t.equal(ndcgAt(6, [0, 2, 1, 5, 4, 3], relevance), 1);
});
