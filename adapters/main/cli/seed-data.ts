import { randomBytes } from 'node:crypto';
import { seedStock } from '../../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../../core/services/inventory/tables.ts';
import { DEMO_WAREHOUSES } from '../../../core/services/inventory/warehouses.ts';
import { argon2Hasher } from '../../http/passwords.ts';
import type { Database } from '../../postgres/database.ts';
import { createEngineStore } from '../../postgres/engine/store.ts';
import { migrate } from '../../postgres/migrate.ts';
import {
  beginSeed,
  findPlan,
  loadSeed,
  type SeededShelf,
  type WantedPlan,
} from '../../postgres/seed/load.ts';
import { removeSeed } from '../../postgres/seed/remove.ts';
import { openData } from '../data-folder.ts';
import { ALL_MIGRATIONS } from '../resources.ts';
import { CommandRefused, type CommandContext } from './command.ts';
import { requireStopped } from './product-schemas.ts';
import { readSeedArguments, SEED_USAGE, type SeedArguments } from './seed-arguments.ts';
import { createSeedProgress } from './seed-progress.ts';

/** Orders that the embedded Postgres is asked to hold at most: it has one process and no second connection. */
const EMBEDDED_ORDERS_MAX = 100_000;
/** From here on a load is faster without indexes, and building them afterwards. */
const EASED_FROM_ORDERS = 200_000;
/** The longest statement builds an index over all lines. */
const STATEMENT_MS_MAX = 4 * 3_600_000;
const DEFAULTS = { users: 100_000, products: 50_000, seed: 1 } as const;

/** Fills the shop with a large, made-up past, or takes it away again. */
export async function seedData(context: CommandContext): Promise<void> {
  const wanted = readSeedArguments(context.args);
  const { settings } = context;
  if (!wanted.remove && settings.databaseUrl === undefined && (wanted.orders ?? 0) > EMBEDDED_ORDERS_MAX) {
    throw new CommandRefused(
      `--orders: the embedded Postgres takes ${EMBEDDED_ORDERS_MAX.toLocaleString('en-US')} at most; ` +
        'set DATABASE_URL to a server for more',
    );
  }
  const database = await openData(settings, {
    poolMax: wanted.remove ? 1 : wanted.workers + 1,
    applicationName: 'orrery-seed',
    statementTimeoutMs: STATEMENT_MS_MAX,
  });
  try {
    await requireStopped(database);
    await migrate(database, ALL_MIGRATIONS);
    await (wanted.remove ? remove(database, context) : load(database, wanted, context));
  } finally {
    await database.close();
  }
}

async function load(
  database: Database,
  wanted: Extract<SeedArguments, { remove: false }>,
  { settings, print }: CommandContext,
): Promise<void> {
  const asked = await planOf(database, wanted);
  const plan = await beginSeed(database, asked);
  const progress = createSeedProgress(plan.orders, print);
  print(
    `seed ${String(plan.seed)}, ${plan.orders.toLocaleString('en-US')} orders of the year before ${plan.until}`,
  );
  await loadSeed(database, plan, {
    passwordHash: await argon2Hasher.hash(randomBytes(24).toString('base64url')),
    workers: wanted.workers,
    ease: plan.orders >= EASED_FROM_ORDERS,
    stock: (shelves) => stock(database, shelves, settings.partitions),
    begin: progress.begin,
    progress: progress.orders,
  });
  progress.end();
}

async function planOf(
  database: Database,
  wanted: Extract<SeedArguments, { remove: false }>,
): Promise<WantedPlan> {
  const known = await findPlan(database);
  const orders = wanted.orders ?? known?.orders;
  if (orders === undefined) throw new CommandRefused(`--orders: say how many\n${SEED_USAGE}`);
  const { users, products, seed } = known ?? DEFAULTS;
  return {
    orders,
    users: wanted.users ?? users,
    products: wanted.products ?? products,
    seed: wanted.seed ?? seed,
    ...(wanted.until === undefined ? {} : { until: wanted.until }),
  };
}

async function stock(database: Database, shelves: readonly SeededShelf[], partitions: number): Promise<void> {
  const store = createEngineStore(database, 'inventory', inventoryTables);
  const stocked = shelves.map(({ sku, units }) => ({ sku, warehouses: spread(units) }));
  await seedStock(store, stocked, { partitions, nowMs: Date.now() });
}

/** A third each; what is left over lies in the first. */
function spread(units: number): readonly { readonly id: string; readonly onHand: number }[] {
  const each = Math.floor(units / DEMO_WAREHOUSES.length);
  const rest = units - each * DEMO_WAREHOUSES.length;
  return DEMO_WAREHOUSES.map(({ id }, index) => ({ id, onHand: index === 0 ? each + rest : each }));
}

async function remove(database: Database, { print, confirm }: CommandContext): Promise<void> {
  const plan = await findPlan(database);
  if (plan === undefined) {
    print('There is no seeded data.');
    return;
  }
  await confirm(
    `Delete the ${plan.orders.toLocaleString('en-US')} seeded orders, their users and their products?`,
  );
  await removeSeed(database, (what) => {
    print(what);
  });
  print('Removed.');
}
