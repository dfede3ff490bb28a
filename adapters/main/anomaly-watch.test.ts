import { Registry } from 'prom-client';
import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Anomaly } from '../../core/services/observation/anomalies.ts';
import { bothDatabases } from '../contracts/databases.ts';
import { migrate } from '../postgres/migrate.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { readTallyMinutes } from '../postgres/orders/tally-minutes.ts';
import { startAnomalyWatch } from './anomaly-watch.ts';
import { until } from '../../core/kernel/testing-until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const NOW = Date.parse('2026-03-18T15:30:30Z');

t.setTimeout(120_000);

await t.test('what the books hold is learnt from at the start', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    // Three days of orders of which a few are declined, and most of those of the last five minutes.
    await db.query(
      `insert into orders.tally_minute (minute, name, count, cents)
       select minute, name, case when name = 'told:order.placed' then 30 + (h % 9)
         when minute >= $2::timestamptz - interval '5 minutes' then 28 else h % 4 end, 0
       from (select minute, name, abs(hashtext(minute::text || name)) as h
         from generate_series($1::timestamptz, $2::timestamptz - interval '1 minute', interval '1 minute') as minute
         cross join unnest(array['told:order.placed', 'handled:payment.failed']) as name) as drawn`,
      [new Date(NOW - 30_000 - 3 * DAY_MS).toISOString(), new Date(NOW - 30_000).toISOString()],
    );
    const registry = new Registry();
    const told: Anomaly[] = [];
    let isOn = true;
    const watch = startAnomalyWatch({
      database: db,
      registry,
      onFound: (anomaly) => told.push(anomaly),
      isOn: () => Promise.resolve(isOn),
      logger: silentLogger,
      now: () => NOW,
      lookMs: 20,
    });
    const toldOf = (count: number) =>
      until(
        `${String(count)} anomalies`,
        () => watch.current(),
        ({ length }) => length === count,
      );
    await toldOf(1);
    t.match(watch.current(), [{ series: 'payments-declined', state: 'awaitingPayment', value: 28 }]);
    t.same(told, [], 'what was before this process began is no news');
    const text = await registry.metrics();
    t.match(text, 'orrery_anomaly{series="payments-declined"} 1');
    t.match(text, 'orrery_anomaly{series="orders"} 0');
    isOn = false;
    await toldOf(0);
    t.same(watch.current(), [], 'switched off it tells nothing');
    t.match(await registry.metrics(), 'orrery_anomaly{series="payments-declined"} 0');
    isOn = true;
    await toldOf(1);
    t.match(watch.current(), [{ series: 'payments-declined' }], 'it has learnt on meanwhile');
    await watch.stop();
  }),
);

await t.test('orders that stand in a state are who came less who left, told back from now', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    const fromMs = NOW - 30_000 - 4 * MINUTE_MS;
    const at = (minute: number) => new Date(fromMs + minute * MINUTE_MS).toISOString();
    const moves: [number, string, number][] = [
      [0, 'told:order.placed', 10],
      [0, 'moved:pending>awaitingPayment', 7],
      [1, 'moved:awaitingPayment>committingStock', 4],
      [2, 'moved:compensating.beginning>compensating.settling', 5],
      [3, 'moved:awaitingPayment>cancelled', 2],
    ];
    for (const [minute, name, count] of moves) {
      await db.query('insert into orders.tally_minute (minute, name, count, cents) values ($1, $2, $3, 0)', [
        at(minute),
        name,
        count,
      ]);
      await db.query('insert into orders.tally_total (name, count, cents) values ($1, $2, 0)', [name, count]);
    }
    const minutes = await readTallyMinutes(db, ['told:order.placed'], fromMs, fromMs + 3 * MINUTE_MS);
    t.equal(minutes.length, 3, 'the last minute was read for what stood before it alone');
    t.equal(minutes[0]?.counts.get('told:order.placed')?.count, 10);
    const of = (minute: number, state: string) => minutes[minute]?.states.get(state);
    t.match(of(0, 'pending'), { standing: 3, left: 7 });
    t.match(of(0, 'awaitingPayment'), { standing: 7, left: 0 });
    t.match(of(1, 'awaitingPayment'), { standing: 3, left: 4 });
    t.match(of(2, 'awaitingPayment'), { standing: 3, left: 0 });
    t.notOk(of(2, 'compensating')?.left, 'moves within a state are none');
  }),
);

await t.test('books that are away, or empty, are no trouble', (t) =>
  bothDatabases(t, async (t, db) => {
    const watch = startAnomalyWatch({
      database: db,
      registry: new Registry(),
      onFound: () => t.fail('nothing is odd'),
      logger: silentLogger,
    });
    await watch.stop();
    t.same(watch.current(), []);
  }),
);
