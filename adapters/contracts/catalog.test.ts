import { DEMO_CATEGORIES, DEMO_PRODUCTS } from '../../core/services/catalog/demo.ts';
import { createEmbeddingStore } from '../postgres/catalog/embeddings.ts';
import { catalogMigrations } from '../postgres/catalog/migrations.ts';
import { createCatalogQueries } from '../postgres/catalog/queries.ts';
import { createSearchSource } from '../postgres/catalog/search-source.ts';
import { seedCatalog } from '../postgres/catalog/seed.ts';
import { bothDatabases } from './databases.ts';
import { migrate } from '../postgres/migrate.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import t from 'tap';

await t.test('the catalog', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [catalogMigrations]);
    const catalog = createCatalogQueries(db);
    const seeded = await Promise.all([1, 2].map(() => seedCatalog(db, DEMO_CATEGORIES, DEMO_PRODUCTS)));
    t.strictSame(seeded.sort(), [0, 240], 'two starts at once fill it once');
    const search = (query: string, more: Partial<Parameters<typeof catalog.search>[1]> = {}) =>
      catalog.search(query, { page: 1, limit: 100, sort: 'relevance', ...more });
    const names = async (query: string): Promise<readonly string[]> =>
      (await search(query)).items.map(({ name }) => name);

    await t.test('categories come in shop order with their products counted', async (t) => {
      const categories = await catalog.categories();
      t.strictSame(
        categories.map(({ id }) => id),
        DEMO_CATEGORIES.map(({ id }) => id),
      );
      t.ok(categories.every(({ products }) => products === 20));
      for (const { id, imageUrl } of categories) {
        const [first] = (await catalog.list({ category: id, page: 1, limit: 1, sort: 'name' })).items;
        t.equal(imageUrl, first?.imageUrl, `${id} has the picture of its first product`);
      }
      await db.query(`insert into catalog.category (id, name, position) values ('bare', 'Bare', 99)`);
      t.match((await catalog.categories()).at(-1), { id: 'bare', products: 0, imageUrl: null });
      await db.query(`delete from catalog.category where id = 'bare'`);
    });

    await t.test('a product comes back as it was put in', async (t) => {
      const [product] = DEMO_PRODUCTS;
      t.strictSame(await catalog.find(product?.id ?? ''), product);
      t.equal(await catalog.find('none'), undefined);
    });

    await t.test('pages are sorted, and end where the products end', async (t) => {
      const page = await catalog.list({ category: 'audio', page: 1, limit: 15, sort: 'price' });
      t.equal(page.total, 20);
      const prices = page.items.map(({ priceCents }) => priceCents);
      t.strictSame(
        prices,
        [...prices].sort((a, b) => a - b),
      );
      t.equal((await catalog.list({ category: 'audio', page: 2, limit: 15, sort: 'price' })).items.length, 5);
      const seen = new Set<string>();
      for (let number = 1; number <= 3; number += 1) {
        for (const { id } of (await catalog.list({ page: number, limit: 100, sort: '-name' })).items)
          seen.add(id);
      }
      t.equal(seen.size, 240);
      t.equal(
        (await catalog.list({ page: 1, limit: 1, sort: 'newest' })).items[0]?.name,
        'City Walking Shoes',
      );
    });

    await t.test(
      'a list is narrowed by price and by what to leave out, and counts what is left',
      async (t) => {
        const all = DEMO_PRODUCTS.filter(({ category }) => category === 'audio');
        const prices = all.map(({ priceCents }) => priceCents).sort((a, b) => a - b);
        const [low = 0, high = 0] = [prices[5], prices[14]];
        const filter = { category: 'audio', page: 1, limit: 100, sort: 'price' } as const;
        const between = await catalog.list({ ...filter, priceMinCents: low, priceMaxCents: high });
        t.strictSame(
          between.items.map(({ priceCents }) => priceCents),
          prices.filter((price) => price >= low && price <= high),
          'both ends belong to the range',
        );
        t.equal(between.total, between.items.length);
        t.strictSame(await catalog.list({ ...filter, priceMinCents: high + 1, priceMaxCents: high }), {
          items: [],
          total: 0,
        });
        const withoutSkus = all.slice(0, 3).map(({ sku }) => sku);
        const rest = await catalog.list({ ...filter, withoutSkus });
        t.equal(rest.total, 17);
        t.notOk(rest.items.some(({ sku }) => withoutSkus.includes(sku)));
        t.equal((await catalog.list({ ...filter, withoutSkus: [] })).total, 20, 'nothing to leave out');
        t.equal((await catalog.list({ ...filter, withoutSkus: ["x'; --", ''] })).total, 20);
      },
    );

    await t.test('a search finds words in any form, their beginnings, and SKUs', async (t) => {
      t.ok((await names('backpacks')).every((name) => name.includes('Backpack')));
      t.ok((await names('kett')).includes('Whistling Kettle'));
      t.strictSame((await names('mug-101'))[0], 'Harbor Stoneware Mug');
      t.strictSame((await names('wool throw'))[0], 'Highland Wool Throw');
    });

    await t.test('a search without a full match shows what comes near', async (t) => {
      t.ok((await names('purple submarine lantern')).includes('Storm Lantern'));
      t.strictSame(await names('xyzzy'), []);
    });

    await t.test('prices and categories in a search limit it', async (t) => {
      const { items, understood } = await search('mug under $20');
      t.match(understood, { text: 'mug', priceMaxCents: 2_000 });
      t.strictSame(items.map(({ name }) => name).sort(), ['Harbor Stoneware Mug', 'Saltbox Camp Mug']);
      const bags = (await search('bags between 100 and 150')).items;
      t.ok(
        bags.length > 2 &&
          bags.every(
            ({ category, priceCents }) => category === 'bags' && priceCents >= 10_000 && priceCents <= 15_000,
          ),
      );
    });

    await t.test('filters narrow a search within what it was understood to ask for', async (t) => {
      const all = await search('mug');
      const cents = all.items.map(({ priceCents }) => priceCents).sort((a, b) => a - b);
      const middle = cents[Math.floor(cents.length / 2)] ?? 0;
      const dear = await search('mug', { priceMinCents: middle, sort: '-price' });
      t.ok(dear.total > 0 && dear.total < all.total, 'some are left');
      t.strictSame(
        dear.items.map(({ priceCents }) => priceCents),
        cents.filter((price) => price >= middle).reverse(),
        'sorted as asked',
      );
      const both = await search(`mug under ${String(middle / 100)}`, { priceMinCents: middle });
      t.ok(
        both.items.every(({ priceCents }) => priceCents === middle),
        'both ranges hold',
      );
      t.strictSame(
        (await search('bags', { category: 'audio' })).items,
        [],
        'no product is in two categories',
      );
      t.equal((await search('bags', { category: 'bags' })).total, 20);
      const withoutSkus = all.items.slice(0, 2).map(({ sku }) => sku);
      t.equal((await search('mug', { withoutSkus })).total, all.total - 2);
      const second = await search('mug', { page: 2, limit: all.total - 1 });
      t.strictSame([second.items.length, second.total], [1, all.total], 'pages are counted whole');
    });

    await t.test('narrowing a search never shows what the search alone did not', async (t) => {
      t.strictSame(await names('harbor mug'), ['Harbor Stoneware Mug']);
      t.strictSame((await search('harbor mug', { priceMinCents: 1_000_000 })).items, []);
      t.strictSame((await search('harbor mug', { category: 'bags' })).items, []);
    });

    await t.test('whatever is typed is a search, never an error', async (t) => {
      for (const query of ["'", '& | ! ( ) :*', '%', 'the', '', '\\', "o'brien:A & <->", '日本 ☕']) {
        t.type((await search(query, { limit: 5 })).items.length, 'number', query);
      }
    });

    await t.test('a search index reads everything for sale, then what changed', async (t) => {
      const source = createSearchSource(db);
      t.strictSame(
        (await source.categories()).map(({ id }) => id),
        DEMO_CATEGORIES.map(({ id }) => id),
      );
      const first = await source.slice('', 200);
      const rest = await source.slice(first.at(-1)?.id ?? '', 200);
      t.equal(new Set([...first, ...rest].map(({ id }) => id)).size, 240);
      const [known] = first;
      const [sample] = DEMO_PRODUCTS.filter(({ id }) => id === known?.id);
      t.match(known, { sku: sample?.sku, name: sample?.name, category: sample?.category });
      const before = await source.mark();
      // A transaction open elsewhere on this server holds the mark back: then products are told again, as they were.
      const told = new Map([...first, ...rest].map((product) => [product.id, product]));
      for (const product of (await source.changedSince(before)).products)
        t.strictSame(product, told.get(product.id), 'nothing new since');
      await db.query(`update catalog.product set price_cents = 77 where id = $1`, [first[0]?.id]);
      const later = await source.changedSince(before);
      t.ok(later.products.some(({ id, priceCents }) => id === first[0]?.id && priceCents === 77));
      await db.query(`update catalog.product set active = false where id = $1`, [first[2]?.id]);
      t.strictSame((await source.changedSince(later.mark)).gone, [first[2]?.id]);
      await db.query(`update catalog.product set active = true where id = $1`, [first[2]?.id]);
    });

    await t.test('vectors are those of present texts, of one model, made by one process', async (t) => {
      const store = createEmbeddingStore(db, 'model-a');
      const vector = (first: number) => Int8Array.from({ length: 768 }, (_, at) => (at === 0 ? first : -at));
      t.equal(await store.lease('one', 60_000), true);
      t.equal(await store.lease('two', 60_000), false);
      await store.release('one');
      t.equal(await store.lease('two', 60_000), true);

      const all = await store.unembedded({ mark: '0', after: '', limit: 1_000 });
      t.equal(all.length, 240);
      const [first, second, third] = all;
      if (first === undefined || second === undefined || third === undefined) return;
      t.match(
        first.text,
        new RegExp(`^${DEMO_PRODUCTS.find(({ id }) => id === first.id)?.name ?? 'none'}\n.`),
      );
      t.same(
        (await store.unembedded({ mark: '0', after: first.id, limit: 1 })).map(({ id }) => id),
        [second.id],
      );
      const mark = await store.mark();
      await store.keep([
        { ...first, vector: vector(-127) },
        { ...second, vector: vector(5) },
        { id: 'none', textHash: '', vector: vector(1) },
      ]);
      t.strictSame(await store.slice('', 1), [{ id: first.id, vector: vector(-127) }]);
      t.strictSame(await store.slice(first.id, 10), [{ id: second.id, vector: vector(5) }]);
      const changed = await store.changedSince(mark, []);
      t.same(changed.vectors.map(({ id }) => id).sort(), [first.id, second.id].sort());
      t.equal((await store.unembedded({ mark: '0', after: '', limit: 1_000 })).length, 238);
      t.same(await createEmbeddingStore(db, 'model-b').slice('', 10), [], 'another model has its own');

      await db.query(`update catalog.product set description = description || '!' where id = $1`, [
        second.id,
      ]);
      t.strictSame((await store.slice('', 10)).length, 1, 'a vector of the old text is none');
      t.same((await store.unembedded({ mark, after: first.id, limit: 1 }))[0]?.id, second.id);
      await db.query(`update catalog.product set description = trim('!' from description) where id = $1`, [
        second.id,
      ]);
      const asked = await store.changedSince((await store.mark()) + '0', [second.id, third.id]);
      t.strictSame(asked.vectors, [{ id: second.id, vector: vector(5) }], 'told for the product');

      await store.keepQueries(new Map([['red mug', vector(7)]]));
      t.strictSame(await store.queries(['red mug', 'sofa']), new Map([['red mug', vector(7)]]));
      await createEmbeddingStore(db, 'model-b').forget(new Date(Date.now() + 60_000));
      t.same(await store.queries(['red mug']), new Map());
      t.same(await store.slice('', 10), []);
    });

    await t.test('products for a checkout come from memory, at most a second old', async (t) => {
      const ids = DEMO_PRODUCTS.slice(0, 3).map(({ id }) => id);
      const first = await catalog.findMany([...ids, 'none', ids[0] ?? '']);
      t.strictSame([...first.keys()].sort(), [...ids].sort());
      await db.query(`update catalog.product set price_cents = 1 where id = $1`, [ids[0]]);
      t.not((await catalog.findMany(ids)).get(ids[0] ?? '')?.priceCents, 1);
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      t.equal((await catalog.findMany(ids)).get(ids[0] ?? '')?.priceCents, 1);
    });
  }),
);

await t.test('a change under way at a look is seen at a later one, whatever was committed meanwhile', (t) =>
  withTestDatabase(t, async (db) => {
    await migrate(db, [catalogMigrations]);
    await seedCatalog(db, DEMO_CATEGORIES, DEMO_PRODUCTS);
    const source = createSearchSource(db);
    const [slow, quick] = DEMO_PRODUCTS.map(({ id }) => id);
    const price = `update catalog.product set price_cents = $2 where id = $1`;
    let mark = await source.mark();
    await db.transaction(async (tx) => {
      await tx.query(price, [slow, 77]);
      await db.query(price, [quick, 88]);
      const seen = await source.changedSince(mark);
      const priceOf = (id: string | undefined) =>
        seen.products.find((product) => product.id === id)?.priceCents;
      t.equal(priceOf(quick), 88);
      t.not(priceOf(slow), 77, 'not committed yet');
      mark = seen.mark;
    });
    const { products } = await source.changedSince(mark);
    t.ok(products.some(({ id, priceCents }) => id === slow && priceCents === 77));
  }),
);
