import t from 'tap';
import { bothDatabases } from './databases.ts';
import { memoryStore } from './memory-store.ts';
import { SERVICE_SPECS, SERVICE_TABLES, actorOf, commitOf } from './store-fixture.ts';
import { storeContract } from './store.ts';
import { migrate } from '../postgres/migrate.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../postgres/tables.ts';
import { prepareCommit } from '../postgres/engine/commit.ts';
import { createEngineStore } from '../postgres/engine/store.ts';

const steps = [
  ...engineMigrations(),
  { name: 'service tables', sql: SERVICE_TABLES },
  ...engineChanges(),
  ...cheaperUpkeep(),
  ...pauseChanges(),
];

t.test('the engine store keeps its contract', (t) =>
  storeContract(t, async (t, run) => {
    await bothDatabases(t, async (t, db) => {
      await migrate(db, [{ schema: 'trial', steps }]);
      await run(t, {
        store: createEngineStore(db, 'trial', SERVICE_SPECS),
        other: createEngineStore(db, 'trial', SERVICE_SPECS),
        rows: (table) => db.query(`select * from trial.${table} order by 1, 2, 3`),
        setAtRest: async (pauses) => {
          await db.query('delete from trial.pause');
          for (const { kind, partition } of pauses) {
            await db.query(
              `insert into trial.pause (id, kind, partition, reason, by_user) values ($1, $2, $3, 'a test', 'ada')`,
              [`${String(kind)}/${String(partition)}`, kind, partition],
            );
          }
        },
        whileCommitIsOpen: (commit, work) =>
          db.transaction(async (tx) => {
            await prepareCommit('trial', SERVICE_SPECS)(tx, commit);
            await work();
          }),
        concurrent: t.name === 'postgres',
      });
    });
    await t.test('memory', (t) => run(t, memoryStore()));
  }),
);

t.test('statistics are renewed while the tables grow from nothing', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [{ schema: 'trial', steps }]);
    const store = createEngineStore(db, 'trial', SERVICE_SPECS);
    const counted = async (): Promise<number> => {
      const [row] = await db.query<{ rows: number }>(
        "select reltuples as rows from pg_class where oid = 'trial.actor'::regclass",
      );
      return row?.rows ?? 0;
    };
    await store.commit(commitOf('a', [], { actors: [actorOf('first', 0)] }));
    t.equal(await counted(), -1);
    const actors = Array.from({ length: 400 }, (_, index) => actorOf(`many-${String(index)}`, 0));
    await store.commit(commitOf('a', [], { actors }));
    for (let wait = 0; wait < 50 && (await counted()) < 0; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    t.equal(await counted(), 401);
  }),
);
