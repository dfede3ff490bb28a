import type { Shelf } from '../../../core/services/intelligence/shelf.ts';
import type { SearchSource } from '../../postgres/catalog/search-source.ts';

/** Products read at once, and those put on the shelf before others have their turn; less than two milliseconds. */
const SLICE_PRODUCTS = 500;
const PUT_AT_ONCE = 25;

/**
 * Brings the shelf up to date with the catalogue: with all of it the first time, from then on with what changed since.
 * When it rejects, the next call does again what was not done.
 */
export function createShelfFeed(
  shelf: Shelf,
  source: Pick<SearchSource, 'mark' | 'slice' | 'changedSince'>,
): () => Promise<void> {
  let mark: string | undefined;

  const put = async (products: Awaited<ReturnType<SearchSource['slice']>>): Promise<void> => {
    for (let at = 0; at < products.length; at += PUT_AT_ONCE) {
      for (const product of products.slice(at, at + PUT_AT_ONCE)) shelf.put(product);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const putAll = async (): Promise<void> => {
    for (let after = ''; ;) {
      const products = await source.slice(after, SLICE_PRODUCTS);
      await put(products);
      const last = products.at(-1);
      if (last === undefined || products.length < SLICE_PRODUCTS) return;
      after = last.id;
    }
  };

  return async () => {
    if (mark === undefined) {
      const from = await source.mark();
      await putAll();
      mark = from;
      return;
    }
    const changed = await source.changedSince(mark);
    for (const id of changed.gone) shelf.remove(id);
    await put(changed.products);
    mark = changed.mark;
  };
}
