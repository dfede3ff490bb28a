import t from 'tap';
import { withTestPglite } from '../../embedded/testing.ts';
import { migrate } from '../migrate.ts';
import { demoMigrations } from './schema.ts';
import { createDemoStore } from './store.ts';

const SETTINGS = { ordersPerMinute: 30, sales: true };
const NOTHING = { placed: 0, refused: 0 };

t.test('one process has the demo, until it says so or its lease runs out', (t) =>
  withTestPglite(async (db) => {
    await migrate(db, [demoMigrations]);
    const store = createDemoStore(db);
    t.equal(await store.current(), undefined);
    t.equal(await store.adjust(SETTINGS), false, 'nothing to adjust');
    const begun = await Promise.all(['a', 'b'].map((owner) => store.begin(owner, SETTINGS, 'ada', 60_000)));
    t.same(
      begun.filter((one) => one),
      [true],
      'two begin, one has it',
    );
    const [owner, other] = begun[0] === true ? (['a', 'b'] as const) : (['b', 'a'] as const);
    t.equal(await store.renew(other, 60_000, NOTHING), undefined);
    await store.renew(owner, 60_000, { placed: 3, refused: 1 });
    t.equal(await store.adjust({ ordersPerMinute: 60, sales: false }), true);
    t.match(await store.renew(owner, 60_000, { placed: 2, refused: 0 }), {
      ordersPerMinute: 60,
      sales: false,
      placed: 5,
      refused: 1,
      stopping: false,
    });
    t.equal(await store.requestStop(), true);
    t.match(await store.renew(owner, 60_000, NOTHING), { stopping: true });
    t.equal(await store.adjust(SETTINGS), false, 'one that stops is not brought back');

    await db.query(`update demo.run set lease_until = now() - interval '1 second'`);
    t.equal(await store.current(), undefined, 'nobody has heard of it for too long');
    t.equal(await store.begin(other, SETTINGS, 'ada', 60_000), true);
    t.match(await store.current(), { placed: 0, stopping: false });
    t.equal(await store.renew(owner, 60_000, NOTHING), undefined, 'who was silent has lost it');
    await store.end(owner);
    t.not(await store.current(), undefined, 'and cannot end what is not its own');
    await store.end(other);
    t.equal(await store.current(), undefined);
  }),
);
