import t from 'tap';
import type { FunnelSort, FunnelStep, Sighting } from '../../core/services/analytics/funnel-ports.ts';
import { analyticsMigrations } from '../postgres/analytics/migrations.ts';
import { createFunnelStore } from '../postgres/analytics/funnel-store.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

const TODAY = '2026-11-22';
const YESTERDAY = '2026-11-21';

function seen(shopper: string, step: FunnelStep, productId: string, day = TODAY): Sighting {
  return { shopper, step, productId, day };
}

await t.test('from looks to orders', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [analyticsMigrations]);
    const store = createFunnelStore(db);
    const read = (sort: FunnelSort = 'viewed', from = YESTERDAY, limit = 10) =>
      store.read({ from, to: TODAY, sort, limit });
    t.same(await read(), { totals: { viewed: 0, added: 0, ordered: 0 }, items: [] }, 'nothing was seen yet');

    const sightings = [
      seen('ann', 'viewed', 'lamp'),
      seen('ann', 'viewed', 'lamp'),
      seen('ann', 'added', 'lamp'),
      seen('bob', 'viewed', 'lamp'),
      seen('bob', 'viewed', 'lamp', YESTERDAY),
      seen('bob', 'viewed', 'chair'),
      seen('bob', 'added', 'chair'),
      seen('bob', 'ordered', 'chair'),
      seen('ann', 'ordered', 'rug', '2026-11-20'),
    ];
    await store.note([]);
    await store.note(sightings);
    const lamp = { productId: 'lamp', viewed: 3, added: 1, ordered: 0 };
    const chair = { productId: 'chair', viewed: 1, added: 1, ordered: 1 };
    const counted = { totals: { viewed: 4, added: 2, ordered: 1 }, items: [lamp, chair] };
    t.same(await read(), counted, 'a shopper counts once a day, product and step');

    await store.note(sightings.slice(0, 3));
    await Promise.all([store.note(sightings), store.note([...sightings].reverse())]);
    t.same(await read(), counted, 'repeats change nothing, in whatever order and at the same time');

    t.same((await read('ordered')).items, [chair, lamp]);
    t.same((await read('viewToCart')).items, [chair, lamp], 'the largest share first');
    t.same((await read('viewed', YESTERDAY, 1)).items, [lamp]);
    t.same((await read('viewed', YESTERDAY, 1)).totals, counted.totals, 'totals are of all products');
    t.same(
      (await read('cartToOrder', '2026-11-20')).items.map(({ productId }) => productId),
      ['chair', 'lamp', 'rug'],
      'a share that is not known comes last',
    );

    await store.forgetShopper('ann');
    const left = await db.query('select distinct shopper from analytics.shopper_day');
    t.same(left, [{ shopper: 'bob' }], 'who leaves is not known any more');
    t.same(await read(), counted, 'sums say of nobody who they were');

    await store.forget({ shopperDay: TODAY, day: YESTERDAY });
    t.same(await db.query('select distinct day::text from analytics.shopper_day'), [{ day: TODAY }]);
    t.same(
      (await read('viewed', '2026-01-01')).totals,
      counted.totals,
      'what is older than its time is gone',
    );
  }),
);
