import t from 'tap';
import type { NewProduct } from '../../core/services/catalog/keeping.ts';
import { createCatalogKeeping } from '../postgres/catalog/keeping.ts';
import { catalogMigrations } from '../postgres/catalog/migrations.ts';
import { createCatalogQueries } from '../postgres/catalog/queries.ts';
import { seedCatalog } from '../postgres/catalog/seed.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

const HOUR_MS = 3_600_000;
const MUG: NewProduct = {
  sku: 'MUG-1',
  name: 'Blue mug',
  description: 'Holds tea.',
  category: 'home',
  priceCents: 1_000,
  costCents: 400,
  active: true,
};

await t.test('keeping the catalog', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [catalogMigrations]);
    await seedCatalog(db, [{ id: 'home', name: 'Home' }], []);
    let ids = 0;
    const keeping = createCatalogKeeping(db, {
      newId: () => `n${String((ids += 1)).padStart(4, '0')}`,
      now: Date.now,
      currency: 'USD',
    });
    // Each looks anew: what checkout sees may be a second old.
    const shop = () => createCatalogQueries(db);
    const mug = await keeping.create(MUG, 'ann');

    await t.test('a new product is for sale, its SKU is its own', async (t) => {
      t.match(await shop().find(mug.id), {
        sku: 'MUG-1',
        priceCents: 1_000,
        imageUrl: `/api/products/${mug.id}/image.svg`,
      });
      await t.rejects(keeping.create({ ...MUG, name: 'Other' }, 'ann'), { code: 'sku_taken' });
      await t.rejects(keeping.create({ ...MUG, sku: 'X', category: 'nowhere' }, 'ann'), {
        code: 'unknown_category',
      });
      t.match(await keeping.prices(mug.id, 10), [
        { priceCents: 1_000, previousCents: null, state: 'applied', setBy: 'ann' },
      ]);
    });

    await t.test('what is not for sale is nowhere in the shop, and still kept', async (t) => {
      const cup = await keeping.create({ ...MUG, sku: 'CUP-1', name: 'Cup', active: false }, 'ann');
      t.equal(await shop().find(cup.id), undefined);
      t.equal((await shop().findMany([cup.id])).size, 0);
      t.equal((await shop().list({ page: 1, limit: 9, sort: 'name' })).total, 1);
      t.equal((await shop().search('cup', { page: 1, limit: 9, sort: 'relevance' })).total, 0);
      t.match(await shop().categories(), [{ id: 'home', products: 1 }]);
      t.match((await keeping.list({ limit: 9 })).items, [
        { name: 'Blue mug' },
        { name: 'Cup', active: false },
      ]);
      t.match((await keeping.bySku(['CUP-1', 'NONE'])).get('CUP-1'), { id: cup.id });
      await keeping.change(cup.id, { active: true, name: 'Tall cup' });
      t.match(await shop().find(cup.id), { name: 'Tall cup', description: 'Holds tea.' });
      await t.rejects(keeping.change('nowhere', { name: 'x' }), { code: 'unknown_product' });
      await t.rejects(keeping.change(cup.id, { category: 'nowhere' }), { code: 'unknown_category' });
    });

    await t.test('lists are narrowed, and paged by name', async (t) => {
      const first = await keeping.list({ limit: 1 });
      t.match(first.items, [{ name: 'Blue mug' }]);
      t.match(await keeping.list({ limit: 1, cursor: String(first.nextCursor) }), {
        items: [{ name: 'Tall cup' }],
        nextCursor: null,
      });
      t.equal((await keeping.list({ limit: 9, words: 'mug-' })).items.length, 1);
      t.equal((await keeping.list({ limit: 9, words: 'TALL' })).items.length, 1);
      t.equal((await keeping.list({ limit: 9, active: false })).items.length, 0);
      t.equal((await keeping.list({ limit: 9, category: 'other' })).items.length, 0);
      await t.rejects(keeping.list({ limit: 9, cursor: 'bm8' }), { code: 'bad_cursor' });
    });

    await t.test('a price holds from now on, or from its moment on; its history stays', async (t) => {
      await keeping.setPrice(mug.id, { priceCents: 1_200 }, 'ann');
      t.match(await shop().find(mug.id), { priceCents: 1_200 });
      const from = new Date(Date.now() + HOUR_MS).toISOString();
      const planned = await keeping.setPrice(mug.id, { priceCents: 900, from }, 'bob');
      const later = await keeping.setPrice(
        mug.id,
        { priceCents: 800, from: new Date(Date.now() + 2 * HOUR_MS).toISOString() },
        'bob',
      );
      t.match(planned, { state: 'planned', from });
      t.equal(await keeping.applyDuePrices(), 0);
      t.match(await keeping.find(mug.id), { priceCents: 1_200, nextPrice: { priceCents: 900, from } });
      t.match(await keeping.cancelPrice(mug.id, later.id), { state: 'cancelled' });
      await db.query(
        `update catalog.price_change set from_at = now() - interval '1 second' where id = any($1::text[])`,
        [[planned.id, later.id]],
      );
      t.equal(await keeping.applyDuePrices(), 1, 'the cancelled one never holds');
      t.equal(await keeping.applyDuePrices(), 0);
      t.match(await shop().find(mug.id), { priceCents: 900 });
      t.match(
        (await keeping.prices(mug.id, 10)).find(({ id }) => id === planned.id),
        { state: 'applied', previousCents: 1_200 },
      );
      await t.rejects(keeping.cancelPrice(mug.id, planned.id), { code: 'price_applied' });
      await t.rejects(keeping.cancelPrice(mug.id, 'none'), { code: 'unknown_price' });
      await t.rejects(keeping.setPrice('nowhere', { priceCents: 1 }, 'ann'), { code: 'unknown_product' });
      for (const ms of [-1, 400 * 24 * HOUR_MS]) {
        const past = new Date(Date.now() + ms).toISOString();
        await t.rejects(keeping.setPrice(mug.id, { priceCents: 1, from: past }, 'ann'), {
          code: 'price_start',
        });
      }
    });

    await t.test('categories are made and renamed, each name once', async (t) => {
      const made = await keeping.createCategory('Kitchen & Table');
      t.strictSame(made, { id: 'kitchen-table', name: 'Kitchen & Table' });
      await t.rejects(keeping.createCategory('kitchen & table'), { code: 'category_taken' });
      t.match(await keeping.renameCategory('kitchen-table', 'Table'), { name: 'Table' });
      t.match(
        await keeping.createCategory('Kitchen, table'),
        { name: 'Kitchen, table', id: /^n/ },
        'an id of its own',
      );
      await t.rejects(keeping.renameCategory('kitchen-table', 'Home'), { code: 'category_taken' });
      await t.rejects(keeping.renameCategory('nowhere', 'Else'), { code: 'unknown_category' });
      t.match(await keeping.createCategory('茶'), { name: '茶', id: /^n/ });
      t.strictSame(
        (await shop().categories()).map(({ name }) => name),
        ['Home', 'Table', 'Kitchen, table', '茶'],
      );
    });

    await t.test('a picture comes back as it was uploaded, under an address of its own', async (t) => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
      const before = await keeping.setPicture(mug.id, { type: 'image/webp', bytes: bytes.subarray(1) });
      const after = await keeping.setPicture(mug.id, { type: 'image/png', bytes });
      t.not(after.imageUrl, before.imageUrl);
      t.ok(after.pictured);
      const kept = await keeping.picture(mug.id);
      t.equal(kept?.type, 'image/png');
      t.ok(Buffer.from(bytes).equals(kept?.bytes ?? new Uint8Array()));
      t.match(await keeping.removePicture(mug.id), { pictured: false, imageUrl: /image\.svg$/ });
      t.equal(await keeping.picture(mug.id), undefined);
      await t.rejects(keeping.setPicture('nowhere', { type: 'image/png', bytes }), {
        code: 'unknown_product',
      });
    });
  }),
);
