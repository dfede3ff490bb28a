import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Database, Queryable } from '../database.ts';
import { hoursOf } from './calendar.ts';
import { easeLoad, undoEasing } from './easing.ts';
import { CITIES, FIRST_NAMES, LAST_NAMES, LOOKS, STREETS, STYLES, THINGS } from './names.ts';
import { SEED_ORDERS } from './orders-sql.ts';
import * as sql from './people-sql.ts';
import { ORDERS_PER_BATCH, type SeedPlan } from './shape.ts';

/**
 * Fills the database with the data set of a plan. Every step is recorded in the transaction that does it, so that a load
 * that was killed goes on where it was, and two at once share the work.
 *
 * I1. What the plan stands for does not depend on how often the load was cut off, nor on how many made it.
 * I2. Whatever was changed to load faster is written down in the transaction that changes it (easing.ts).
 */
export interface SeedOptions {
  /** A hash that no known password has: nobody signs in as a seeded user. */
  readonly passwordHash: string;
  /** Transactions at once. */
  readonly workers: number;
  /** Orders of one transaction; default 20,000. */
  readonly ordersPerBatch?: number;
  /** Drop what slows the load down, and put it back at the end; worth it from some 100,000 orders on. */
  readonly ease: boolean;
  /** Stocks the products, given in units; may be called again after it was cut off. */
  readonly stock: (shelves: readonly SeededShelf[]) => Promise<void>;
  /** What is being done, for people. */
  readonly begin: (what: string) => void;
  /** Orders that are there. */
  readonly progress: (orders: number) => void;
}

export interface SeededShelf {
  readonly sku: string;
  readonly units: number;
}

/** Without `until`: that of a load that has begun, else now. */
export type WantedPlan = Omit<SeedPlan, 'until'> & { readonly until?: string };

interface PlanRow {
  readonly orders: number;
  readonly users: number;
  readonly products: number;
  readonly seed: number;
  readonly until: Date;
}

/** The plan of the data set that is there or has been begun. */
export async function findPlan(db: Queryable): Promise<SeedPlan | undefined> {
  const [row] = await db.query<PlanRow>('select orders, users, products, seed, until from seed.plan');
  return row === undefined ? undefined : { ...row, until: row.until.toISOString() };
}

/**
 * Begins the data set, or goes on with it. Rejects with `other_seed` when one of another plan is there. Resolves with its
 * plan.
 */
export async function beginSeed(db: Database, wanted: WantedPlan): Promise<SeedPlan> {
  return db.transaction(async (tx) => {
    await tx.query('lock table seed.plan in share row exclusive mode');
    const known = await findPlan(tx);
    if (known !== undefined) {
      requireSame(known, wanted);
      return known;
    }
    const plan: SeedPlan = { ...wanted, until: wanted.until ?? new Date().toISOString() };
    await tx.query(
      `insert into seed.plan (orders, users, products, seed, until) values ($1, $2, $3, $4, $5::timestamptz)`,
      [plan.orders, plan.users, plan.products, plan.seed, plan.until],
    );
    await insertHours(tx, plan);
    return plan;
  });
}

function requireSame(known: SeedPlan, wanted: WantedPlan): void {
  const { until = known.until, ...rest } = wanted;
  const differs = Object.entries({ ...rest, until }).filter(
    ([name, value]) => known[name as keyof SeedPlan] !== value,
  );
  if (differs.length === 0) return;
  const told = differs.map(
    ([name, value]) => `--${name} ${String(known[name as keyof SeedPlan])} and not ${String(value)}`,
  );
  throw new OrreryError(
    'other_seed',
    `there is a seeded data set made with ${told.join(', ')}; remove it first: npm run seed -- --remove`,
  );
}

async function insertHours(tx: Queryable, plan: SeedPlan): Promise<void> {
  const hours = hoursOf(plan);
  let first = 0;
  const firsts = hours.map(({ orders }) => {
    first += orders;
    return first - orders;
  });
  await tx.query(sql.HOURS, [
    firsts,
    hours.map(({ orders }) => orders),
    hours.map(({ startsAtMs }) => new Date(startsAtMs).toISOString()),
    hours.map(({ sale }) => sale),
  ]);
}

export async function loadSeed(db: Database, plan: SeedPlan, options: SeedOptions): Promise<void> {
  options.begin(
    `${plan.users.toLocaleString('en-US')} users, ${plan.products.toLocaleString('en-US')} products`,
  );
  await once(db, 'people', (tx) => insertPeople(tx, options.passwordHash));
  await once(db, 'products', insertProducts);
  await db.exec('analyze seed.person; analyze seed.product; analyze seed.hour');
  options.begin('stock');
  if (!(await isDone(db, 'stock'))) {
    await options.stock(await db.query<SeededShelf>(sql.STOCK));
    await once(db, 'stock', () => Promise.resolve());
  }
  if (options.ease) await once(db, 'eased', easeLoad);
  options.begin('orders');
  await insertOrders(db, plan, options);
  await undoEasing(db, options.begin);
  options.begin('statistics');
  await once(db, 'complete', () => Promise.resolve());
  await db.exec('vacuum (analyze) orders.orders');
  await db.exec('vacuum (analyze) orders.order_item');
  await db.exec('analyze orders.known_customer; analyze orders.known_product; analyze catalog.product');
}

/** Does a step in one transaction, at most once for a data set. */
async function once(db: Database, name: string, work: (tx: Queryable) => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    const fresh = await tx.query(
      'insert into seed.step (name) values ($1) on conflict (name) do nothing returning 1',
      [name],
    );
    if (fresh.length > 0) await work(tx);
  });
}

async function isDone(db: Queryable, name: string): Promise<boolean> {
  return (await db.query('select 1 from seed.step where name = $1', [name])).length > 0;
}

async function insertPeople(tx: Queryable, passwordHash: string): Promise<void> {
  const column = (at: 0 | 1 | 2 | 3): readonly string[] => CITIES.map((city) => city[at]);
  await tx.query(sql.PERSONS, [
    [...FIRST_NAMES],
    [...LAST_NAMES],
    [...STREETS],
    column(0),
    column(1),
    column(2),
    column(3),
  ]);
  await tx.query(sql.USERS, [passwordHash]);
  await tx.query(sql.ADDRESSES);
  await tx.query(sql.KNOWN_CUSTOMERS);
}

async function insertProducts(tx: Queryable): Promise<void> {
  const categories = THINGS.map(([name]) => name);
  await tx.query(sql.PRODUCTS, [THINGS.map(([, thing]) => thing), [...LOOKS], [...STYLES]]);
  await tx.query(sql.SHOP_CATEGORIES, [categories]);
  await tx.query(sql.SHOP_PRODUCTS, [categories]);
  await tx.query(sql.KNOWN_PRODUCTS);
}

async function insertOrders(db: Database, plan: SeedPlan, options: SeedOptions): Promise<void> {
  const { workers, progress, ordersPerBatch = ORDERS_PER_BATCH } = options;
  const recorded = await db.query<{ readonly first_order: number; readonly orders: number }>(
    'select first_order, orders from seed.batch',
  );
  const known = new Set(recorded.map(({ first_order }) => first_order));
  let there = recorded.reduce((sum, { orders }) => sum + orders, 0);
  progress(there);
  const missing: number[] = [];
  for (let first = 0; first < plan.orders; first += ordersPerBatch) {
    if (!known.has(first)) missing.push(first);
  }
  const queue = missing.values();
  const work = async (): Promise<void> => {
    for (const first of queue) {
      const orders = Math.min(ordersPerBatch, plan.orders - first);
      await insertBatch(db, first, orders);
      there += orders;
      progress(there);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/** The batch's own row comes first: another process that is at it is waited for, and its work is not done again. */
async function insertBatch(db: Database, first: number, orders: number): Promise<void> {
  await db.transaction(async (tx) => {
    // A crash may take the last batches back, their records with them.
    await tx.query(`set local synchronous_commit = off`);
    await tx.query(`set local work_mem = '128MB'`);
    const fresh = await tx.query(
      `insert into seed.batch (first_order, orders) values ($1, $2) on conflict (first_order) do nothing returning 1`,
      [first, orders],
    );
    if (fresh.length > 0) await tx.query(SEED_ORDERS, [first, first + orders - 1]);
  });
}
