import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import t from 'tap';
import { silentLogger } from '../../../core/kernel/logger.ts';
import type { SearchedProduct, SearchFilter } from '../../../core/models/search/product-search.ts';
import { createCatalogSearch } from '../../../core/services/catalog/search.ts';
import type { SearchSource } from '../../postgres/catalog/search-source.ts';
import { openSearch } from './open.ts';
import { ThreadIndex } from './thread-index.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const FILTER: SearchFilter = { inStock: false, sort: 'relevance', page: 1, limit: 10 };

const lamp = (at: number, name = 'Desk Lamp'): SearchedProduct => ({
  id: `p${String(at)}`,
  sku: `SKU-${String(at)}`,
  name,
  description: `Number ${String(at)}.`,
  category: 'lighting',
  priceCents: 1_000 + at,
  createdAtMs: at,
});

/** A database in memory: products by id, and what changed since by counting. */
class Shelf implements SearchSource {
  readonly products = new Map<string, SearchedProduct>();
  readonly changes: string[] = [];
  failing = false;

  put(product: SearchedProduct): void {
    this.products.set(product.id, product);
    this.changes.push(product.id);
  }

  remove(id: string): void {
    this.products.delete(id);
    this.changes.push(id);
  }

  categories = () => Promise.resolve([{ id: 'lighting', name: 'Lighting' }]);
  mark = () => Promise.resolve(String(this.changes.length));
  slice = (after: string, limit: number) =>
    Promise.resolve(
      [...this.products.values()]
        .filter(({ id }) => id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    );
  changedSince = (mark: string) => {
    if (this.failing) return Promise.reject(new Error('the database is away'));
    const changed = [...new Set(this.changes.slice(Number(mark)))];
    return Promise.resolve({
      mark: String(this.changes.length),
      products: changed.flatMap((id) => this.products.get(id) ?? []),
      gone: changed.filter((id) => !this.products.has(id)),
    });
  };
}

t.test('the index follows the database, and is built anew when its thread has ended', async (t) => {
  const shelf = new Shelf();
  for (let at = 0; at < 1_200; at += 1) shelf.put(lamp(at));
  const threads: ThreadIndex[] = [];
  let soldOut: readonly string[] = [];
  const registry = new Registry();
  const search = openSearch({
    source: shelf,
    soldOut: () => Promise.resolve(soldOut),
    soldOfLate: () => ['p7', 'p7', 'p3'],
    registry,
    logger: silentLogger,
    start: () => {
      const thread = new ThreadIndex({ currency: 'USD' });
      threads.push(thread);
      return thread;
    },
    restMs: 10,
  });
  t.teardown(() => search.stop());
  t.equal(await search.search('lamp', FILTER), undefined, 'not ready yet');
  await until('the index is ready', () => Promise.resolve(search.ready()));
  const found = await search.search('desk lamp', FILTER);
  t.equal(found?.total, 1_200, 'every slice was taken in');
  t.strictSame(found?.ids.slice(0, 2), ['p7', 'p3'], 'what sells first');
  t.match(await registry.metrics(), /orrery_search_products 1200\b/);

  shelf.put(lamp(5, 'Brass Vase'));
  shelf.remove('p6');
  soldOut = ['SKU-7'];
  const total = async (query: string, more: Partial<SearchFilter> = {}) =>
    (await search.search(query, { ...FILTER, ...more }))?.total;
  await until('the changes are seen', async () => (await total('vase')) === 1);
  t.equal(await total('desk lamp', { inStock: true }), 1_197, 'one renamed, one gone, one sold out');

  shelf.failing = true;
  await pause(1_100);
  t.equal(await total('vase'), 1, 'while the database is away it answers what it knows');
  shelf.failing = false;

  await threads[0]?.close();
  await until('a new thread answers', async () => threads.length === 2 && (await total('vase')) === 1);
});

t.test('a thread that hangs is not waited for, and the database answers', async (t) => {
  const index = new ThreadIndex({
    currency: 'USD',
    program: new URL('./testing-hanging-child.js', import.meta.url),
    searchMsMax: 50,
  });
  t.teardown(() => index.close());
  await t.rejects(index.search('lamp', FILTER), { code: 'search_late' });
  const warned: string[] = [];
  const asked: unknown[] = [];
  const search = createCatalogSearch({
    index,
    catalog: {
      findMany: () => Promise.resolve(new Map()),
      search: (query, filter) => {
        asked.push([query, filter]);
        return Promise.resolve({ items: [], total: 3, understood: { text: query, parts: [] } });
      },
    },
    soldOut: () => Promise.resolve(['SKU-1']),
    logger: { warn: (_fields, text) => warned.push(text) },
  });
  t.match(await search.search('lamp', { ...FILTER, inStock: true }), {
    total: 3,
    degraded: true,
    understood: { text: 'lamp', corrected: [], relaxed: [] },
  });
  t.match(asked, [['lamp', { withoutSkus: ['SKU-1'], sort: 'relevance' }]]);
  t.equal(warned.length, 1);
  await index.close();
  await t.rejects(index.search('lamp', FILTER), /ended/);
});

t.test(
  'a thread that hangs is ended and another one is built, whether it hung while fed or while asked',
  async (t) => {
    const hanging = () =>
      new ThreadIndex({
        currency: 'USD',
        program: new URL('./testing-hanging-child.js', import.meta.url),
        searchMsMax: 50,
        silentMsMax: 300,
      });
    const asked = hanging();
    t.teardown(() => asked.close());
    await t.rejects(asked.search('lamp', FILTER), { code: 'search_late' });
    t.notOk(asked.hasEnded(), 'late once is not hanging');
    await pause(300);
    await t.rejects(asked.search('lamp', FILTER), { code: 'search_late' });
    await until('it is ended', () => Promise.resolve(asked.hasEnded()));

    const shelf = new Shelf();
    shelf.put(lamp(1));
    let started = 0;
    const search = openSearch({
      source: shelf,
      soldOut: () => Promise.resolve([]),
      soldOfLate: () => [],
      registry: new Registry(),
      logger: silentLogger,
      start: () => {
        started += 1;
        return started === 1 ? hanging() : new ThreadIndex({ currency: 'USD' });
      },
      restMs: 10,
    });
    t.teardown(() => search.stop());
    await until('the second one answers', async () => (await search.search('lamp', FILTER))?.total === 1);
    t.equal(started, 2);
  },
);
