import { DEMO_CATEGORIES, DEMO_PRODUCTS } from '../../core/services/catalog/demo.ts';
import { catalogMigrations } from '../postgres/catalog/migrations.ts';
import { createCatalogQueries } from '../postgres/catalog/queries.ts';
import { seedCatalog } from '../postgres/catalog/seed.ts';
import { bothDatabases } from './databases.ts';
import { migrate } from '../postgres/migrate.ts';
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
