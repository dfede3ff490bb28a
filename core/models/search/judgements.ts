import { streamOf } from '../../kernel/seeded-random.ts';
import { cellsOf, hasColumn, numbersOf, textsOf, type Table } from '../evaluation/table.ts';
import type { Document } from './engine.ts';
import type { JudgedQuery } from './searcher.ts';

export interface Judgements {
  /** Distinct products of the file, by their ids. */
  readonly documents: readonly Document[];
  /** Distinct queries, by their words; `teaches` says on which side of the split one is. */
  readonly queries: readonly (JudgedQuery & { readonly teaches: boolean })[];
  readonly notes: readonly string[];
}

const RELEVANCE_MAX = 20;
const TAUGHT_SHARE = 0.5;

/**
 * Reads rows of judged pairs. Queries that differ in case or blanks only are one; a pair judged twice has the higher
 * relevance; a product with several titles has the longest.
 */
export function readJudgements(table: Table, seed: number): Judgements {
  const queries = textsOf(table, 'query');
  const ids = textsOf(table, 'product_id');
  const titles = cellsOf(table, 'title');
  const descriptions = hasColumn(table, 'description') ? cellsOf(table, 'description') : [];
  const relevances = numbersOf(table, 'relevance', { min: 0, max: RELEVANCE_MAX });
  const products = new Map<string, { id: string; title: string; description: string }>();
  for (const [row, id] of ids.entries()) {
    const known = products.get(id) ?? { id, title: '', description: '' };
    known.title = fuller(known.title, titles[row] ?? '');
    known.description = fuller(known.description, descriptions[row] ?? '');
    products.set(id, known);
  }
  const documents = [...products.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const numberOf = new Map(documents.map(({ id }, number) => [id, number]));
  const judged = new Map<string, Map<number, number>>();
  for (const [row, text] of queries.entries()) {
    const query = text.toLowerCase().replace(/\s+/g, ' ');
    const own = judged.get(query) ?? new Map<number, number>();
    const product = numberOf.get(ids[row] ?? '') ?? 0;
    own.set(product, Math.max(own.get(product) ?? 0, relevances[row] ?? 0));
    judged.set(query, own);
  }
  const untitled = documents.filter(({ title }) => title === '').length;
  return {
    documents,
    queries: [...judged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([query, relevance]) => ({
        query,
        relevance: new Map([...relevance].sort(([a], [b]) => a - b)),
        teaches: streamOf(seed, `search/split/${query}`)() < TAUGHT_SHARE,
      })),
    notes: untitled === 0 ? [] : [`${untitled} products have no title.`],
  };
}

/** The longer text; of equal ones the first by letters, so that the order of rows decides nothing. */
function fuller(a: string, b: string): string {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a < b ? a : b;
}
