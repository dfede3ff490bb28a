import { randomBytes } from 'node:crypto';
import { type ModelsPlace, startFleet } from '../../adapters/main/drills/fleet.ts';
import { recordLandings } from '../../adapters/main/drills/landings.ts';
import { PlatformProcess } from '../../adapters/main/drills/process.ts';
import { pause } from '../../adapters/main/drills/run.ts';
import { openData } from '../../adapters/main/data-folder.ts';
import { ALL_MIGRATIONS } from '../../adapters/main/resources.ts';
import { loadSettings } from '../../adapters/main/settings.ts';
import { seedCatalog } from '../../adapters/postgres/catalog/seed.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { createEngineStore } from '../../adapters/postgres/engine/store.ts';
import { migrate } from '../../adapters/postgres/migrate.ts';
import { type InitialStock, seedStock } from '../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import { BenchInvalid } from '../harness/bench.ts';
import { checkEndState, deliverParcels } from '../harness/end-state.ts';
import type { Place } from '../harness/place.ts';
import { BENCH_SETTINGS } from '../harness/platform.ts';
import { signInMany } from './buyers.ts';
import { BENCH_CATEGORY, productsOf } from './products.ts';

/**
 * Owns: the platform as an operator starts it, in processes of its own, on an empty place with a catalogue, stock and
 * shoppers who are signed in. On services a gateway and workers; embedded one process with its data folder.
 */
export interface OnlineShop {
  /** Changes whenever the embedded process is started again. */
  readonly url: string;
  /** Bearer tokens of the shoppers. */
  readonly tokens: readonly string[];
  /** Bearer token of an admin. */
  readonly admin: string;
  /** The process of the models where they are kept apart. */
  readonly models: PlatformProcess | undefined;
  /**
   * Looks at the database, or changes it. The embedded process is stopped meanwhile, because a data folder has one
   * process.
   */
  onDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
  /** Resolves once no order of today has any of these statuses; they are named in the order in which orders have them. */
  empty(statuses: readonly OrderStatus[]): Promise<void>;
}

export interface ShopOptions {
  readonly stock: readonly InitialStock[];
  readonly shoppers: number;
  /** Worker processes on the services stack; default 1. */
  readonly workers?: number;
  /** Where the models run on the services stack; default: in the workers. */
  readonly models?: ModelsPlace;
  /** Settings over those of the benches, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further preparations, before any process is started. */
  readonly prepare?: (database: Database) => Promise<void>;
}

/** Statuses of orders that are neither confirmed with a parcel nor cancelled. */
export const UNDECIDED: readonly OrderStatus[] = ['pending', 'awaiting_payment', 'confirmed'];

const POLL_MS = 250;
const WAIT_MS_MAX = 180_000;

/** Everything is stopped before the place is removed. */
export async function openShop(place: Place, options: ShopOptions): Promise<OnlineShop> {
  const secret = randomBytes(32).toString('base64url');
  const environment = { ...BENCH_SETTINGS, ...options.settings, SESSION_SECRET: secret };
  const settings = loadSettings({ ...environment, ...place.settings });
  const database = await openData(settings, { poolMax: 3, applicationName: 'orrery-bench' });
  let tokens: readonly string[];
  let admin: string;
  try {
    await migrate(database, ALL_MIGRATIONS);
    await seedCatalog(database, [BENCH_CATEGORY], productsOf(options.stock));
    const store = createEngineStore(database, 'inventory', inventoryTables);
    await seedStock(store, options.stock, { partitions: settings.partitions, nowMs: Date.now() });
    tokens = await signInMany(database, { secret, role: 'customer', count: options.shoppers });
    [admin = ''] = await signInMany(database, { secret, role: 'admin', count: 1 });
    await recordLandings(database);
    await options.prepare?.(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const running =
    place.stack === 'services'
      ? await startServices(place, environment, database, options)
      : await startEmbedded(place, environment, database);
  return {
    get url() {
      return running.url();
    },
    tokens,
    admin,
    models: running.models,
    onDatabase: running.onDatabase,
    empty: async (statuses) => {
      const deadline = performance.now() + WAIT_MS_MAX;
      // An order that has left a status shows in one of the next, because they are asked for in this order.
      for (const status of statuses) {
        while (await anyOrder(running.url(), admin, status)) {
          if (performance.now() > deadline) {
            throw new BenchInvalid(`orders are still ${status} after ${String(WAIT_MS_MAX / 1_000)} s`);
          }
          await pause(POLL_MS);
        }
      }
    },
  };
}

/** Lets all parcels arrive, waits for rest, and holds the end state to `orders` and to the books. Throws BenchInvalid. */
export async function checkShop(shop: OnlineShop, orders: number): Promise<void> {
  await shop.onDatabase(deliverParcels);
  await shop.empty([...UNDECIDED, 'processing', 'shipped']);
  await shop.onDatabase((database) => checkEndState(database, { orders, limitMs: WAIT_MS_MAX }));
}

interface Running {
  url(): string;
  readonly models: PlatformProcess | undefined;
  onDatabase: OnlineShop['onDatabase'];
}

async function startServices(
  place: Place,
  environment: Readonly<Record<string, string>>,
  database: Database,
  { workers = 1, models = 'workers' }: ShopOptions,
): Promise<Running> {
  place.defer(() => database.close());
  const { DATABASE_URL, AMQP_URL, REDIS_URL } = place.settings;
  if (DATABASE_URL === undefined || AMQP_URL === undefined || REDIS_URL === undefined) {
    throw new Error('a place on services names all of them');
  }
  const fleet = await startFleet(
    { urls: { DATABASE_URL, AMQP_URL, REDIS_URL }, defer: (work) => place.defer(work) },
    { workers, models, settings: environment },
  );
  return { url: () => fleet.url, models: fleet.models?.process, onDatabase: (work) => work(database) };
}

async function startEmbedded(
  place: Place,
  environment: Readonly<Record<string, string>>,
  prepared: Database,
): Promise<Running> {
  await prepared.close();
  const settings = { ...environment, ...place.settings, PORT: '0' };
  const platform = new PlatformProcess('platform', settings);
  place.defer(() => platform.stop());
  let url = await start(platform);
  return {
    url: () => url,
    models: undefined,
    onDatabase: async (work) => {
      await platform.stop();
      const database = await openData(loadSettings(settings));
      try {
        return await work(database);
      } finally {
        await database.close();
        url = await start(platform);
      }
    },
  };
}

async function start(platform: PlatformProcess): Promise<string> {
  const url = await platform.start();
  if (url === undefined) throw new Error('the platform told no address');
  return url;
}

async function anyOrder(url: string, token: string, status: OrderStatus): Promise<boolean> {
  const answer = await fetch(`${url}/api/admin/orders?status=${status}&limit=1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  // Too busy to say.
  if (answer.status === 503) return true;
  if (!answer.ok) throw new Error(`the list of orders was answered with ${String(answer.status)}`);
  const { items } = (await answer.json()) as { readonly items: readonly unknown[] };
  return items.length > 0;
}
