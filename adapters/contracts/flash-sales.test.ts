import t from 'tap';
import { createFlashSales } from '../postgres/catalog/flash-sales.ts';
import { catalogMigrations } from '../postgres/catalog/migrations.ts';
import { seedCatalog } from '../postgres/catalog/seed.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

const HOUR_MS = 3_600_000;
const product = (id: string) => ({
  id,
  sku: `SKU-${id}`,
  name: id,
  description: '',
  category: 'all',
  priceCents: 1_000,
  costCents: 500,
  currency: 'USD',
  imageUrl: '/x.svg',
});

await t.test('flash sales', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [catalogMigrations]);
    await seedCatalog(db, [{ id: 'all', name: 'All' }], [product('p1'), product('p2')]);
    let ids = 0;
    let nowMs = Date.now();
    const sales = createFlashSales(db, { newId: () => `sale-${String((ids += 1))}`, now: () => nowMs });
    const at = (hours: number): string => new Date(nowMs + hours * HOUR_MS).toISOString();
    const plan = (productId: string, from: number, to: number) =>
      sales.plan({ productId, startsAt: at(from), endsAt: at(to), units: 100, plannedBy: 'admin' });

    await t.test('a product has one sale at a time, and two may follow each other', async (t) => {
      const sale = await plan('p1', 1, 2);
      t.strictSame(sale, {
        id: 'sale-1',
        productId: 'p1',
        sku: 'SKU-p1',
        startsAt: at(1),
        endsAt: at(2),
        units: 100,
      });
      await t.rejects(plan('p1', 1.5, 3), { code: 'sale_overlaps' });
      await plan('p1', 2, 3);
      await plan('p2', 1, 2);
      const both = await Promise.allSettled([plan('p2', 5, 6), plan('p2', 5, 6)]);
      t.strictSame(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    });

    await t.test('impossible sales are refused', async (t) => {
      await t.rejects(plan('p1', 2, 1), { code: 'sale_times', message: /^endsAt: / });
      await t.rejects(plan('p1', -2, -1), { code: 'sale_times', message: /^endsAt: / });
      await t.rejects(plan('p1', 1, 24 * 40), { code: 'sale_times', message: /^endsAt: .*31 days/ });
      await t.rejects(plan('nowhere', 7, 8), { code: 'unknown_product' });
    });

    await t.test('what is current is remembered for a second, and planning is seen at once', async (t) => {
      const before = await sales.current();
      await plan('p1', 10, 11);
      t.equal((await sales.current()).length, before.length + 1);
      await db.query(
        `update catalog.flash_sale set ends_at = starts_at + interval '1 minute' where id = 'sale-1'`,
      );
      t.equal((await sales.current()).length, before.length + 1);
      nowMs += 1_000;
      t.equal((await sales.current()).length, before.length + 1, 'it has not ended yet');
    });

    await t.test('a sale ends when an admin says so, once', async (t) => {
      const sale = await plan('p2', -1, 0.5);
      const ended = await sales.end(sale.id);
      t.ok(Date.parse(ended.endsAt) <= Date.now() + 1_000);
      t.notOk((await sales.current()).some(({ id }) => id === sale.id));
      await t.rejects(sales.end(sale.id), { code: 'sale_over' });
      await t.rejects(sales.end('nowhere'), { code: 'unknown_sale' });
      t.equal((await sales.list(1)).length, 1);
    });
  }),
);
