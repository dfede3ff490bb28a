import { discount, gain, idealGain } from '../evaluation/ranking-metrics.ts';
import {
  learnRanking,
  orderOf,
  scoresOf,
  type RankedList,
  type RankingWeights,
} from '../ranking/listwise.ts';
import type { SearchIndex } from './engine.ts';
import { candidatesOf, SEARCH_FEATURES, SEARCH_START, searchFeatures } from './features.ts';

/** A query with what people said of documents: number of the document → relevance, 0 and up. */
export interface JudgedQuery {
  readonly query: string;
  readonly relevance: ReadonlyMap<number, number>;
}

/** `catalogue`: every document may be an answer; `judged`: only those that were judged for the query. */
export type Pool = 'catalogue' | 'judged';

export interface SearchOptions {
  readonly seed: number;
  readonly k: number;
  readonly pool: Pool;
}

const HIDDEN_UNITS = 8;
const EPOCHS = 12;
const LESSONS_MAX = 3_000;

/** Weighs what speaks for a document by queries that people judged; without enough of them by hand-set weights. */
export function learnSearchWeights(
  index: SearchIndex,
  queries: readonly JudgedQuery[],
  { seed, k, pool }: SearchOptions,
): RankingWeights {
  const every = Math.max(1, queries.length / LESSONS_MAX);
  const used = queries.filter((_, at) => Math.floor(at / every) !== Math.floor((at - 1) / every));
  const lists = used.map(({ query, relevance }): RankedList => {
    const matches = index.matchesOf(query);
    const documents = pool === 'judged' ? [...relevance.keys()] : candidatesOf(matches);
    return {
      values: searchFeatures(index, query, matches, documents),
      wanted: Float32Array.from(documents, (document) => gain(relevance.get(document) ?? 0)),
    };
  });
  return learnRanking(lists, {
    seed,
    start: SEARCH_START,
    hiddenUnits: HIDDEN_UNITS,
    epochs: EPOCHS,
    judge: (order, wanted) => {
      let gained = 0;
      for (let place = 0; place < Math.min(k, order.length); place += 1) {
        gained += (wanted[order[place] ?? 0] ?? 0) * discount(place);
      }
      // The gains were made from relevances; as relevances again they give the same ideal.
      return (
        gained /
        idealGain(
          k,
          Array.from(wanted, (value) => Math.log2(value + 1)),
        )
      );
    },
  });
}

/** The space of meaning of a catalogue, learnt from the catalogue alone, at once. */
export function learnWholeSpace(index: SearchIndex, seed: number): void {
  for (const _step of index.renewSpace(seed)) continue;
}

/** Numbers of documents, best first. `among`: only these; without it the whole catalogue. */
export function search(
  index: SearchIndex,
  weights: RankingWeights,
  query: string,
  k: number,
  among?: readonly number[],
): readonly number[] {
  const matches = index.matchesOf(query);
  const documents = among ?? candidatesOf(matches);
  if (documents.length === 0) return [];
  const order = orderOf(scoresOf(weights, searchFeatures(index, query, matches, documents)));
  return Array.from(order.subarray(0, k), (place) => documents[place] ?? 0);
}

/** Weights for a catalogue nobody judged queries for. */
export const UNTAUGHT: RankingWeights = {
  mean: SEARCH_FEATURES.map(() => 0),
  deviation: SEARCH_FEATURES.map(() => 1),
  linear: SEARCH_START,
  hidden: [],
  out: [],
};
