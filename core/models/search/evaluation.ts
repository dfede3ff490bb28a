import { z } from 'zod';
import { BadInput } from '../evaluation/bad-input.ts';
import { bootstrapMean, BOOTSTRAP_DRAWS } from '../evaluation/bootstrap.ts';
import type { Evaluation, Grade, Report } from '../evaluation/evaluation.ts';
import { ndcgAt, recallAt } from '../evaluation/ranking-metrics.ts';
import { DEFAULT_CURRENCY } from '../../kernel/money.ts';
import { bestOf, createSearchIndex, type SearchIndex } from './engine.ts';
import { readJudgements, readShop, type JudgedShop } from './judgements.ts';
import { ProductSearch } from './product-search.ts';
import { learnSearchWeights, learnWholeSpace, search, UNTAUGHT, type JudgedQuery } from './searcher.ts';

const OPTIONS = z.strictObject({
  seed: z.coerce.number().int().min(0).default(1).describe('of all chance and of the split of queries (1)'),
  k: z.coerce.number().int().min(1).max(100).default(10).describe('places that count (10)'),
  pool: z
    .enum(['catalogue', 'judged'])
    .default('catalogue')
    .describe('what is ranked: catalogue (all products of the file) or judged (those judged for the query)'),
});

type Options = z.output<typeof OPTIONS>;

const OURS = 'ours';
const QUERIES_MIN = 4;

export const searchEvaluation: Evaluation<typeof OPTIONS> = {
  name: 'search',
  summary: 'which products answer a query, graded by what people judged relevant',
  columns: [
    { name: 'query', required: true, holds: 'what was searched for' },
    { name: 'product_id', required: true, holds: 'which product was judged' },
    { name: 'title', required: true, holds: 'its name' },
    { name: 'description', required: false, holds: 'more about it' },
    { name: 'relevance', required: true, holds: 'how well it answers: 0 not at all, more is better' },
    {
      name: 'price_cents',
      required: false,
      holds: 'its price; with category, the shop’s own search is graded too',
    },
    { name: 'category', required: false, holds: 'id of its category' },
    { name: 'category_name', required: false, holds: 'what the category is called' },
    { name: 'stock', required: false, holds: 'how many are left' },
    { name: 'orders', required: false, holds: 'in how many recent orders it was' },
  ],
  options: OPTIONS,
  run(table, options) {
    const { documents, queries, notes } = readJudgements(table, options.seed);
    const index = createSearchIndex();
    for (const document of documents) index.put(document);
    learnWholeSpace(index, options.seed);
    const [taught, graded] = [true, false].map((part) => queries.filter(({ teaches }) => teaches === part));
    const useful = (graded ?? []).filter(({ relevance }) =>
      [...relevance.values()].some((value) => value > 0),
    );
    if (useful.length < QUERIES_MIN) {
      throw new BadInput(
        `column query: ${useful.length} of the queries that are graded have a relevant product; at least ${QUERIES_MIN} are needed`,
      );
    }
    const weights = learnSearchWeights(index, taught ?? [], options);
    const rankings: Rankings = {
      [OURS]: (query, among) => search(index, weights, query, options.k, among),
      'ours, nothing learnt': (query, among) => search(index, UNTAUGHT, query, options.k, among),
      BM25: (query, among) => ranked(index.plainBm25(query), options.k, among),
      'BM25, stemmed': (query, among) => ranked(index.stemmedBm25(query), options.k, among),
      ...(options.pool === 'catalogue' ? servedRankings(index, readShop(table, documents), options) : {}),
    };
    return reportOf(index, useful, rankings, options, {
      facts: {
        queries: queries.length,
        'queries learnt from': taught?.length ?? 0,
        'queries graded': useful.length,
      },
      notes: [
        ...notes,
        ...((graded?.length ?? 0) > useful.length
          ? [`${(graded?.length ?? 0) - useful.length} queries without a relevant product are not graded.`]
          : []),
      ],
    });
  },
};

type Rankings = Readonly<
  Record<string, (query: string, among: readonly number[] | undefined) => readonly number[]>
>;

/** The search as shoppers meet it: searches understood, and what sells and what is sold out counted or not. */
function servedRankings(index: SearchIndex, shop: JudgedShop | undefined, { seed, k }: Options): Rankings {
  if (shop === undefined) return {};
  const served = (open: (search: ProductSearch) => void): Rankings[string] => {
    const search = new ProductSearch(DEFAULT_CURRENCY);
    search.setCategories(shop.categories);
    for (const product of shop.products) search.put(product);
    for (const _step of search.renewSpace(seed)) continue;
    open(search);
    return (query) =>
      search
        .search(query, { inStock: false, sort: 'relevance', page: 1, limit: k })
        .ids.map((id) => index.numberOf(id) ?? 0);
  };
  return {
    [`${OURS}, as served`]: served((search) => {
      search.setSoldOut(shop.soldOut);
      search.setSold(shop.sold);
    }),
    [`${OURS}, as served, by text alone`]: served(() => undefined),
  };
}

function ranked(scores: Float64Array, k: number, among: readonly number[] | undefined): readonly number[] {
  if (among === undefined) return bestOf(scores, k);
  return [...among].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, k);
}

function reportOf(
  index: SearchIndex,
  queries: readonly JudgedQuery[],
  rankings: Rankings,
  { seed, k, pool }: Options,
  told: Pick<Report, 'facts' | 'notes'>,
): Report {
  const grades = Object.entries(rankings).flatMap(([model, rank]) => {
    const ndcg: number[] = [];
    const recall: number[] = [];
    for (const { query, relevance } of queries) {
      const answer = rank(query, pool === 'judged' ? [...relevance.keys()] : undefined);
      const relevant = [...relevance].filter(([, value]) => value > 0).map(([document]) => document);
      ndcg.push(ndcgAt(k, answer, relevance));
      recall.push(recallAt(k, answer, new Set(relevant)));
    }
    const gradeOf = (metric: string, values: readonly number[]): Grade => ({
      model,
      baseline: !model.startsWith(OURS),
      metric,
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      ...bootstrapMean(values, { seed }),
    });
    return [gradeOf(`NDCG@${k}`, ndcg), gradeOf(`recall@${k}`, recall)];
  });
  return {
    grades,
    better: { [`NDCG@${k}`]: 'higher', [`recall@${k}`]: 'higher' },
    interval: `95 % bootstrap over queries, ${BOOTSTRAP_DRAWS} draws`,
    facts: { products: index.numbers, ...told.facts, pool, seed },
    notes: [
      pool === 'catalogue'
        ? 'Every product of the file may be an answer; one that was not judged for a query counts as not relevant to it.'
        : 'Only the products judged for a query are ranked.',
      'Queries are split in two by a hash of their words: weights are learnt on one half, all models graded on the other.',
      'The gain of a product is 2^relevance − 1; relevant for recall is what has more than 0.',
      'Words, spelling and meaning are learnt from the titles and descriptions of the file, never from judgements.',
      ...told.notes,
    ],
  };
}
