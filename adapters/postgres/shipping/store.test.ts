import t from 'tap';
import { shippingContract } from '../../contracts/shipping.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { withTestDatabase } from '../testing.ts';
import { createShippingQueries } from './queries.ts';
import { shippingMigrations } from './schema.ts';
import { createShippingStore } from './store.ts';

async function suite(t: Parameters<typeof shippingContract>[0], db: Database): Promise<void> {
  await migrate(db, [shippingMigrations]);
  const store = createShippingStore(db);
  await shippingContract(t, {
    store,
    queries: createShippingQueries(db),
    clear: () => db.exec('delete from shipping.shipment'),
  });
}

t.test('on a Postgres server', (t) =>
  withTestDatabase(t, async (db) => {
    await suite(t, db);

    await t.test('a parcel that another transaction holds is passed by, not waited for', async (t) => {
      const store = createShippingStore(db);
      const far = Date.UTC(2030, 0, 1);
      await db.exec(`
        insert into shipping.shipment (shipment_key, order_id, status, origin, scheduled_at, steps_done,
          next_update_at, created_at, updated_at)
        select key, 'o', 'dispatched', '{}', now(), 1, '2029-01-01', now(), now()
        from unnest(array['held', 'free']) as given(key)`);
      await db.transaction(async (tx) => {
        await tx.query('select 1 from shipping.shipment where shipment_key = $1 for update', ['held']);
        const seen = await store.transactDue(far, 500, (rows) => ({
          writes: [],
          outbox: undefined,
          result: rows.map(({ shipmentKey }) => shipmentKey),
        }));
        t.ok(seen.includes('free'));
        t.notOk(seen.includes('held'));
      });
    });
  }),
);
t.test('on Postgres in process', (t) => withTestPglite((db) => suite(t, db)));
