import t from 'tap';
import { migrate } from '../../postgres/migrate.ts';
import { ordersMigrations } from '../../postgres/orders/migrations.ts';
import { withTestDatabase } from '../../postgres/testing.ts';
import { addOrdersUnderWay } from './timers-pending.ts';
import { measurePoll } from './timers-poll.ts';

const PARTITIONS = 16;

t.test('looking for due timers costs the same however many are pending (P20)', (t) =>
  withTestDatabase(t, async (db) => {
    await migrate(db, [ordersMigrations]);
    await addOrdersUnderWay(db, 1_000, PARTITIONS, () => undefined);
    const few = await measurePoll(db, PARTITIONS);
    await addOrdersUnderWay(db, 10_000, PARTITIONS, () => undefined);
    const many = await measurePoll(db, PARTITIONS);
    t.ok(few.pages > 0, 'it reads something');
    // Ten times the rows may make the index a level deeper, and nothing else.
    t.ok(many.pages <= few.pages + PARTITIONS, `${few.pages} pages, then ${many.pages}`, { plan: many.plan });
  }),
);
