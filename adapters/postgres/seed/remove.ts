import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Database, Queryable } from '../database.ts';
import { undoEasing } from './easing.ts';
import { SEED_END, SEED_PREFIX } from './shape.ts';

/** Orders deleted in one transaction. */
const ORDERS_AT_ONCE = 20_000;

/**
 * Takes the seeded data set away, finished or not, and nothing else. Rejects with `seed_in_use`, nothing changed, while
 * stock of seeded products is held for orders of others. May be called again after it was cut off.
 */
export async function removeSeed(db: Database, begin: (what: string) => void): Promise<void> {
  await refuseUsed(db);
  begin('orders');
  if (await holdsOthers(db)) await deleteOrders(db);
  else await db.exec('truncate orders.order_item, orders.orders');
  await undoEasing(db, begin);
  begin('users, products, stock');
  await db.transaction(deleteTheRest);
  begin('statistics');
  await db.exec('vacuum (analyze) orders.orders');
  await db.exec('vacuum (analyze) orders.order_item');
}

async function refuseUsed(db: Queryable): Promise<void> {
  const [held] = await db.query<{ readonly order_id: string; readonly sku: string }>(
    `select order_id, sku from inventory.reservation join seed.product using (sku)
     where status in ('held', 'committed') limit 1`,
  );
  if (held === undefined) return;
  throw new OrreryError(
    'seed_in_use',
    `stock of ${held.sku}, a seeded product, is kept for order ${held.order_id}, which is none of the seeded ones`,
  );
}

async function holdsOthers(db: Queryable): Promise<boolean> {
  const rows = await db.query(
    `(select 1 from orders.orders where id < $1 limit 1) union all (select 1 from orders.orders where id >= $2 limit 1)`,
    [SEED_PREFIX, SEED_END],
  );
  return rows.length > 0;
}

async function deleteOrders(db: Queryable): Promise<void> {
  const last = async (after: string): Promise<string | undefined> => {
    const [row] = await db.query<{ readonly id: string | null }>(
      `select max(id) as id from
         (select id from orders.orders where id > $1 and id < $2 order by id limit $3) as next`,
      [after, SEED_END, ORDERS_AT_ONCE],
    );
    return row?.id ?? undefined;
  };
  let after = SEED_PREFIX;
  for (let upTo = await last(after); upTo !== undefined; upTo = await last(after)) {
    await db.query(
      `with gone as (delete from orders.order_item where order_id > $1 and order_id <= $2)
       delete from orders.orders where id > $1 and id <= $2`,
      [after, upTo],
    );
    after = upTo;
  }
}

/** The plan goes last of all: while it stands, the removal is not over. */
async function deleteTheRest(tx: Queryable): Promise<void> {
  const marked = (column: string): string => `${column} > '${SEED_PREFIX}' and ${column} < '${SEED_END}'`;
  const ofProducts = (column: string, name: string): string =>
    `${column} in (select ${name} from seed.product)`;
  const deletions = [
    `inventory.stock where ${ofProducts('sku', 'sku')}`,
    `inventory.stock_ledger where ${ofProducts('sku', 'sku')}`,
    `inventory.reservation where ${ofProducts('sku', 'sku')}`,
    `inventory.actor where ${ofProducts('id', 'sku')}`,
    `catalog.flash_sale where ${marked('product_id')}`,
    `catalog.product where ${marked('id')}`,
    `catalog.category where ${marked('id')}`,
    `orders.known_product where ${marked('product_id')}`,
    `orders.known_customer where ${marked('user_id')}`,
    `accounts.users where ${marked('id')}`,
    'seed.person',
    'seed.product',
    'seed.hour',
    'seed.batch',
    'seed.step',
    'seed.plan',
  ];
  for (const deletion of deletions) await tx.query(`delete from ${deletion}`);
}
