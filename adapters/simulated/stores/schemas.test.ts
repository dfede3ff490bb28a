import t from 'tap';
import { inventoryTables } from '../../../core/services/inventory/tables.ts';
import { ORDER_TABLES } from '../../../core/services/orders/tables.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import type { Database } from '../../postgres/database.ts';
import { inventoryMigrations } from '../../postgres/inventory/migrations.ts';
import { migrate } from '../../postgres/migrate.ts';
import { ordersMigrations } from '../../postgres/orders/migrations.ts';
import { IDEMPOTENCY_TABLE, PLATFORM_RULES } from './schemas.ts';

const SPECS = [
  ...[...ORDER_TABLES, IDEMPOTENCY_TABLE].map((spec) => ({ service: 'orders', spec })),
  ...inventoryTables.map((spec) => ({ service: 'inventory', spec })),
];

t.test('tables in memory refuse the nulls that the migrations refuse, under the same keys', (t) =>
  withTestPglite(async (db) => {
    await migrate(db, [ordersMigrations, inventoryMigrations]);
    t.strictSame(
      Object.keys(PLATFORM_RULES).sort(),
      [...new Set(SPECS.map(({ spec }) => spec.table))].sort(),
    );
    for (const { service, spec } of SPECS) {
      const { table, key, columns } = spec;
      const real = await columnsOf(db, service, table);
      t.strictSame([...key].sort(), await keyOf(db, service, table), `the key of ${table}`);
      t.strictSame(
        [...new Set([...key, ...(PLATFORM_RULES[table]?.required ?? [])])].sort(),
        real.filter(({ nullable }) => !nullable).map(({ name }) => name),
        `what ${table} requires`,
      );
      const known = new Map(real.map(({ name, type }) => [name, type]));
      for (const [name, type] of Object.entries(columns)) {
        t.equal(
          known.get(name),
          type === 'timestamptz' ? 'timestamp with time zone' : type,
          `${table}.${name}`,
        );
      }
    }
  }),
);

function columnsOf(
  db: Database,
  schema: string,
  table: string,
): Promise<readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]> {
  return db.query(
    `select column_name as name, data_type as type, is_nullable = 'YES' as nullable
     from information_schema.columns where table_schema = $1 and table_name = $2
     order by column_name collate "C"`,
    [schema, table],
  );
}

async function keyOf(db: Database, schema: string, table: string): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `select column_name as name from information_schema.key_column_usage as used
     join information_schema.table_constraints using (constraint_schema, constraint_name, table_schema, table_name)
     where constraint_type = 'PRIMARY KEY' and table_schema = $1 and table_name = $2
     order by column_name collate "C"`,
    [schema, table],
  );
  return rows.map(({ name }) => name);
}
