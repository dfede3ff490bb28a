import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ProductsFound, SearchFilter as IndexFilter } from '../../models/search/product-search.ts';
import type { SearchMeaning } from './embeddings.ts';
import type { CatalogQueries, CatalogSearch, SearchAnswer, SearchFilter } from './ports.ts';

/** All products in memory, ranked. */
export interface ProductIndex {
  /** Undefined while it is not ready. Rejects when it does not answer in time. */
  search(query: string, filter: IndexFilter): Promise<ProductsFound | undefined>;
}

/** Where it is told how far the vectors of a language model have come. */
export interface MeaningWatch {
  /** Null: none is used, or the index is not ready. */
  meaning(): Promise<SearchMeaning | null>;
}

/** The search of the shop: by the index where it answers, else by the database's words, and marked so. */
export function createCatalogSearch({
  index,
  catalog,
  soldOut,
  logger,
}: {
  readonly index: ProductIndex;
  readonly catalog: Pick<CatalogQueries, 'search' | 'findMany'>;
  /** SKUs of which nothing is left. */
  readonly soldOut: () => Promise<readonly string[]>;
  readonly logger: Pick<Logger, 'warn'>;
}): CatalogSearch {
  const byIndex = async (query: string, filter: SearchFilter): Promise<SearchAnswer | undefined> => {
    let found: ProductsFound | undefined;
    try {
      found = await index.search(query, filter);
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'the search index did not answer: the database searches');
    }
    if (found === undefined) return undefined;
    const known = await catalog.findMany(found.ids);
    return {
      // What was taken off sale a moment ago is not shown.
      items: found.ids.flatMap((id) => known.get(id) ?? []),
      total: found.total,
      exact: found.exact,
      understood: found.understood,
      degraded: false,
    };
  };
  const byWords = async (query: string, { inStock, ...filter }: SearchFilter): Promise<SearchAnswer> => {
    const without = inStock ? { withoutSkus: await soldOut() } : {};
    const { understood, ...page } = await catalog.search(query, { ...filter, ...without });
    return {
      ...page,
      exact: page.total,
      understood: { ...understood, corrected: [], relaxed: [] },
      degraded: true,
    };
  };
  return {
    search: async (query, filter) => (await byIndex(query, filter)) ?? byWords(query, filter),
  };
}
