import { streamOf } from '../../kernel/seeded-random.ts';
import { cellsOf, hasColumn, numbersOf, textsOf, type Table } from '../evaluation/table.ts';
import type { Document } from './engine.ts';
import type { SearchedProduct } from './product-search.ts';
import type { JudgedQuery } from './searcher.ts';
import type { NamedCategory } from './understand/understand.ts';

export interface Judgements {
  /** Distinct products of the file, by their ids. */
  readonly documents: readonly Document[];
  /** Distinct queries, by their words; `teaches` says on which side of the split one is. */
  readonly queries: readonly (JudgedQuery & { readonly teaches: boolean })[];
  readonly notes: readonly string[];
}

/** What a shop knows of the products of a file besides their texts. */
export interface JudgedShop {
  readonly products: readonly SearchedProduct[];
  readonly categories: readonly NamedCategory[];
  readonly soldOut: readonly string[];
  /** In how many orders products were, by id. */
  readonly sold: ReadonlyMap<string, number>;
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

const PRICE_MAX = 1e12;

/** The shop, where the file has prices and categories; what it does not say of stock and orders is as if all sold alike. */
export function readShop(table: Table, documents: readonly Document[]): JudgedShop | undefined {
  if (!hasColumn(table, 'price_cents') || !hasColumn(table, 'category')) return undefined;
  const rowOf = new Map(textsOf(table, 'product_id').map((id, row) => [id, row]));
  const prices = numbersOf(table, 'price_cents', { min: 0, max: PRICE_MAX });
  const categories = textsOf(table, 'category');
  const names = hasColumn(table, 'category_name') ? cellsOf(table, 'category_name') : categories;
  const stock = hasColumn(table, 'stock')
    ? numbersOf(table, 'stock', { min: 0, max: PRICE_MAX })
    : prices.map(() => 1);
  const sold = hasColumn(table, 'orders')
    ? numbersOf(table, 'orders', { min: 0, max: PRICE_MAX })
    : prices.map(() => 0);
  const at = ({ id }: Document): number => rowOf.get(id) ?? 0;
  return {
    products: documents.map((document) => ({
      id: document.id,
      sku: document.id,
      name: document.title,
      description: document.description,
      category: categories[at(document)] ?? '',
      priceCents: prices[at(document)] ?? 0,
      createdAtMs: 0,
    })),
    categories: [...new Map(categories.map((id, row) => [id, names[row] ?? id]))].map(([id, name]) => ({
      id,
      name,
    })),
    soldOut: documents.filter((document) => stock[at(document)] === 0).map(({ id }) => id),
    sold: new Map(documents.map((document) => [document.id, sold[at(document)] ?? 0])),
  };
}

/** The longer text; of equal ones the first by letters, so that the order of rows decides nothing. */
function fuller(a: string, b: string): string {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a < b ? a : b;
}
