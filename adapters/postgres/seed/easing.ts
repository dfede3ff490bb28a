import type { Database, Queryable } from '../database.ts';

/**
 * What slows a load of millions of rows down is taken away for as long as it lasts: indexes other than primary keys, which
 * are built in one go at the end, and the free half of each page, which is for orders that still move on. What puts
 * each of them back is kept in the database, written with the change itself: a load that was killed leaves nothing that
 * the next one, or the removal, would not put back.
 */
const TABLES = ['orders', 'order_item'] as const;

interface Change {
  readonly change: string;
  readonly undo: string;
}

export async function easeLoad(tx: Queryable): Promise<void> {
  for (const { change, undo } of [...(await indexesOf(tx)), ...(await fillfactorsOf(tx))]) {
    await tx.query('insert into seed.undo (statement) values ($1)', [undo]);
    await tx.query(change);
  }
}

function indexesOf(tx: Queryable): Promise<readonly Change[]> {
  return tx.query<Change>(
    `select format('drop index orders.%I', class.relname) as change, pg_get_indexdef(class.oid) as undo
     from pg_index index join pg_class class on class.oid = index.indexrelid
     where index.indrelid = any(array(select format('orders.%I', name)::regclass from unnest($1::text[]) as name))
       and not index.indisunique
     order by class.relname`,
    [[...TABLES]],
  );
}

function fillfactorsOf(tx: Queryable): Promise<readonly Change[]> {
  return tx.query<Change>(
    `select format('alter table orders.%I set (fillfactor = 100)', class.relname) as change,
       format('alter table orders.%I set (%s)', class.relname, option) as undo
     from pg_class class, unnest(class.reloptions) as option
     where class.oid = any(array(select format('orders.%I', name)::regclass from unnest($1::text[]) as name))
       and option like 'fillfactor=%'`,
    [[...TABLES]],
  );
}

/** Puts back what is away, one thing a transaction; nothing is away once this resolves. */
export async function undoEasing(db: Database, begin: (what: string) => void): Promise<void> {
  for (;;) {
    const [next] = await db.query<{ readonly statement: string }>(
      'select statement from seed.undo order by position limit 1',
    );
    if (next === undefined) return;
    begin(next.statement.replace(/ USING .*$/, ''));
    await db.transaction(undoFirst);
  }
}

async function undoFirst(tx: Queryable): Promise<void> {
  const [first] = await tx.query<{ readonly position: number; readonly statement: string }>(
    'select position, statement from seed.undo order by position limit 1 for update',
  );
  if (first === undefined) return;
  // An index that took minutes must not be lost because this process was held up for one after it.
  await tx.query('set local idle_in_transaction_session_timeout = 0');
  await tx.query(`set local maintenance_work_mem = '1GB'`);
  await tx.query(first.statement);
  await tx.query('delete from seed.undo where position = $1', [first.position]);
}
