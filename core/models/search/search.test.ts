import t from 'tap';
import { BadInput } from '../evaluation/bad-input.ts';
import { tableOf } from '../evaluation/table.ts';
import { bestOf, createSearchIndex, type SearchIndex } from './engine.ts';
import { searchEvaluation } from './evaluation.ts';
import { createInvertedIndex } from './inverted-index.ts';
import { learnWholeSpace, search, UNTAUGHT } from './searcher.ts';
import { createSpelling, editsBetween } from './spelling.ts';
import { stemOf } from './stem.ts';
import { headOf, plainWordsOf, stemsOf } from './words.ts';

const TITLES = [
  'Folding Camp Table',
  'Oak Dining Table',
  'Desk Lamp with Table Clamp',
  'Nightstand in Walnut',
  'Extension Ladder 5 ft',
  'Extension Ladder 8 ft',
  'Grey Sofa, two seats',
  'Velvet Couch',
  'Leather Armchair',
  'Wireless Headphones',
];
const OPTIONS = { seed: 1, k: 10, pool: 'catalogue' } as const;

function catalogue(): SearchIndex {
  const index = createSearchIndex();
  for (const [at, title] of TITLES.entries()) {
    const description = /Sofa|Couch/.test(title) ? 'Upholstered living room seat.' : 'Made to last.';
    index.put({ id: String(at), title, description });
  }
  learnWholeSpace(index, 1);
  return index;
}

function first(index: SearchIndex, query: string): string | undefined {
  return index.documents[search(index, UNTAUGHT, query, 3)[0] ?? -1]?.title;
}

t.test('stems of Porter’s own examples, and of goods', async (t) => {
  const examples = {
    caresses: 'caress',
    ponies: 'poni',
    cats: 'cat',
    agreed: 'agre',
    plastered: 'plaster',
    hopping: 'hop',
    falling: 'fall',
    filing: 'file',
    happy: 'happi',
    relational: 'relat',
    hopefulness: 'hope',
    adjustment: 'adjust',
    rate: 'rate',
    glass: 'glass',
  };
  for (const [word, stem] of Object.entries(examples)) t.equal(stemOf(word), stem);
  t.equal(stemOf('folding'), stemOf('folded'));
  t.equal(stemOf('batteries'), stemOf('battery'));
});

t.test('a measure is the same however it is written', async (t) => {
  for (const text of ['5 ft ladder', '5-foot ladder', '5ft. ladder', "5' ladder", '5 feet ladder']) {
    t.same(stemsOf(text), ['5', 'ft', '5ft', 'ladder'], text);
  }
  t.same(plainWordsOf('Café Crème'), ['cafe', 'creme']);
  t.equal(headOf('leather chairs for the kitchen'), 'chair');
});

t.test('BM25 by its formula', async (t) => {
  const index = createInvertedIndex();
  for (const [at, words] of [['red', 'mug'], ['red', 'red', 'lamp', 'shade'], ['chair']].entries())
    index.put(at, words);
  const scores = new Float64Array(3);
  index.addBm25(new Map([['red', 1]]), scores);
  const rarity = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
  const mean = 7 / 3;
  t.ok(Math.abs((scores[0] ?? 0) - (rarity * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 2) / mean))) < 1e-12);
  t.ok(Math.abs((scores[1] ?? 0) - (rarity * 4.4) / (2 + 1.2 * (0.25 + (0.75 * 4) / mean))) < 1e-12);
  t.equal(scores[2], 0);
  t.same(bestOf(Float64Array.of(0, 2, 5, 2, -1), 2), [2, 1], 'ties by number, nothing without a score');
});

t.test('typing errors are mended to what the catalogue has', async (t) => {
  const spelling = createSpelling();
  spelling.add(['headphones', 'lamp', 'lamp', 'lamb', 'night', 'stand', 'mug']);
  t.equal(spelling.mended('headphnoes'), 'headphones');
  t.equal(spelling.mended('lamq'), 'lamp', 'the more used of two as near');
  t.equal(spelling.mended('xylophone'), undefined);
  t.equal(spelling.mended('mugg'), 'mug');
  t.equal(spelling.mended('bugg'), undefined, 'of a word of three letters the first is right');
  t.equal(spelling.mended('mgu'), undefined, 'three letters may mean too much');
  t.same(spelling.parted('nightstand'), ['night', 'stand']);
  t.equal(editsBetween('ca', 'ac'), 1);
  t.equal(editsBetween('kitten', 'sitting'), 3);
});

t.test('what is meant comes first', async (t) => {
  const index = catalogue();
  t.equal(first(index, 'tables for dining'), 'Oak Dining Table');
  t.equal(first(index, 'night stand'), 'Nightstand in Walnut');
  t.equal(first(index, '5-foot ladder'), 'Extension Ladder 5 ft');
  t.equal(first(index, 'wirless headphnoes'), 'Wireless Headphones');
  t.equal(first(index, 'lamp'), 'Desk Lamp with Table Clamp');
  t.same(search(index, UNTAUGHT, '???', 3), []);
});

t.test('what is added later is found as well', async (t) => {
  const index = catalogue();
  index.put({ id: 'new', title: 'Paper Lantern', description: '' });
  t.equal(first(index, 'lanterns'), 'Paper Lantern');
});

t.test('a text lies near those that share its words', async (t) => {
  const { meaning } = catalogue().matchesOf('upholstered seat of a living room');
  t.ok((meaning[6] ?? 0) > (meaning[0] ?? 0) + 0.2);
});

t.test('the evaluation ranks the whole file, or only what was judged', async (t) => {
  const queries = [
    'table',
    'lamp',
    'ladders',
    'sofa',
    'armchairs',
    'headphone',
    'nightstands',
    'couch',
    'desk',
  ];
  const rows = queries.flatMap((query, at) =>
    TITLES.map((title, id) => [
      query,
      String(id),
      title,
      title.toLowerCase().includes(stemOf(query)) ? '2' : '0',
      String(at),
    ]),
  );
  const table = tableOf(['query', 'product_id', 'title', 'relevance', 'extra'], rows);
  const report = searchEvaluation.run(table, OPTIONS);
  const grade = (model: string) => report.grades.find((each) => each.model === model)?.value ?? Number.NaN;
  t.ok(grade('ours') > grade('BM25'), 'plain BM25 knows no plurals');
  const reversed = tableOf(['query', 'product_id', 'title', 'relevance', 'extra'], [...rows].reverse());
  t.same(searchEvaluation.run(reversed, OPTIONS), report);
  const judged = searchEvaluation.run(table, { ...OPTIONS, pool: 'judged' });
  t.equal(judged.facts['pool'], 'judged');
  t.throws(
    () =>
      searchEvaluation.run(
        tableOf(['query', 'product_id', 'title', 'relevance'], [['a', '1', 'x', '-1']]),
        OPTIONS,
      ),
    /line 2, column relevance/,
  );
  t.throws(
    () =>
      searchEvaluation.run(
        tableOf(['query', 'product_id', 'title', 'relevance'], [['a', '1', 'x', '1']]),
        OPTIONS,
      ),
    BadInput,
  );
});
