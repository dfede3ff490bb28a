import { LRUCache } from 'lru-cache';
import type { Product } from '../../../core/services/catalog/ports.ts';

/** How old a product that checkout sees may be, milliseconds. */
const FRESH_MS = 1_000;
/** Products kept; far more than one process sells in a second. */
const PRODUCTS_MAX = 10_000;

/**
 * Products by id, at most a second old. However many ask for one at the same moment, it is loaded once; ids that
 * do not exist are asked for again each time.
 */
export function createProductCache(
  load: (ids: readonly string[]) => Promise<readonly Product[]>,
): (ids: readonly string[]) => Promise<ReadonlyMap<string, Product>> {
  const fresh = new LRUCache<string, Product>({ max: PRODUCTS_MAX, ttl: FRESH_MS });
  const loading = new Map<string, Promise<ReadonlyMap<string, Product>>>();

  const loadAll = async (ids: readonly string[]): Promise<ReadonlyMap<string, Product>> => {
    try {
      const products = await load(ids);
      for (const product of products) fresh.set(product.id, product);
      return new Map(products.map((product) => [product.id, product]));
    } finally {
      for (const id of ids) loading.delete(id);
    }
  };

  return async (ids) => {
    const found = new Map<string, Product>();
    const waits = new Set<Promise<ReadonlyMap<string, Product>>>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const product = fresh.get(id);
      const underWay = loading.get(id);
      if (product !== undefined) found.set(id, product);
      else if (underWay !== undefined) waits.add(underWay);
      else missing.push(id);
    }
    if (missing.length > 0) {
      const started = loadAll(missing);
      for (const id of missing) loading.set(id, started);
      waits.add(started);
    }
    const wanted = new Set(ids);
    for (const products of await Promise.all(waits)) {
      for (const [id, product] of products) if (wanted.has(id)) found.set(id, product);
    }
    return found;
  };
}
