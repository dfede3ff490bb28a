import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { startFleet } from '../../adapters/main/drills/fleet.ts';
import { pause } from '../../adapters/main/drills/run.ts';
import { type ServiceUrls, withStage } from '../../adapters/main/drills/stage.ts';
import { ALL_MIGRATIONS } from '../../adapters/main/resources.ts';
import { loadSettings } from '../../adapters/main/settings.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { createEngineStore } from '../../adapters/postgres/engine/store.ts';
import { migrate } from '../../adapters/postgres/migrate.ts';
import { openPostgres } from '../../adapters/postgres/open.ts';
import type { JobView } from '../../core/services/console/ports.ts';
import { seedStock } from '../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { shelves } from '../harness/orders.ts';
import { BENCH_SETTINGS } from '../harness/platform.ts';
import { signInMany } from '../http/buyers.ts';
import { Checkouts, ordinaryWishes } from '../http/checkouts.ts';
import { comeSteadily } from '../http/open-loop.ts';
import { BENCH_CATEGORY, productsOf } from '../http/products.ts';
import { type Figures, figuresOf } from './figures.ts';

/**
 * Owns: what a large export costs those who check out meanwhile. A gateway and a worker run as processes of their own over
 * the seeded database, on a virtual host of their own; shoppers come steadily, first alone, then beside the export.
 *
 * The orders they place stay in the database, together with a category, products and shoppers of the bench.
 */
export interface ExportWanted {
  readonly rows: number;
  readonly perSecond: number;
  /** Of the checkouts without an export beside them. */
  readonly seconds: number;
}

export interface ExportMeasured {
  readonly rows: number;
  readonly exportSeconds: number;
  readonly fileMegabytes: number;
  /** From when a checkout was due to its answer, milliseconds. */
  readonly without: Figures;
  readonly during: Figures;
  readonly checkouts: { readonly without: number; readonly during: number };
}

const SHOPPERS = 200;
const SKUS = 200;
const UNITS_EACH = 10_000_000;
const WARM_UP_SECONDS = 15;
/** While the export runs, shoppers come in rows of this length. */
const ROW_SECONDS = 2;
const EXPORT_MS_MAX = 15 * 60_000;

export async function measureExport(
  url: string,
  wanted: ExportWanted,
  tell: (what: string) => void,
): Promise<ExportMeasured> {
  return withStage(async (stage) => {
    const database = await openPostgres(url, { poolMax: 2, applicationName: 'orrery-bench' });
    stage.defer(() => database.close());
    const secret = randomBytes(32).toString('base64url');
    const settings = { ...BENCH_SETTINGS, SESSION_SECRET: secret };
    tell('products, stock and shoppers of the bench');
    const { tokens, admin } = await prepare(
      database,
      { ...settings, ...stage.urls, DATABASE_URL: url },
      secret,
    );
    const dateFrom = await since(database, wanted.rows);
    const urls: ServiceUrls = { ...stage.urls, DATABASE_URL: url };
    const place = { urls, defer: (work: () => Promise<unknown>): void => stage.defer(work) };
    tell('starting a gateway and a worker');
    const fleet = await startFleet(place, { workers: 1, settings });
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    stage.defer(() => {
      agent.destroy();
      return Promise.resolve();
    });
    const shopping = shoppers({ url: fleet.url, agent }, tokens, wanted.perSecond);
    tell('warming up');
    await shopping('warm', () => WARM_UP_SECONDS);
    tell(`${String(wanted.perSecond)} checkouts a second alone, ${String(wanted.seconds)} s`);
    const alone = await shopping('alone', () => wanted.seconds);
    tell('and beside an export');
    const watched = watchExport(fleet.url, admin, dateFrom);
    const beside = await shopping('beside', () => (watched.over() ? 0 : ROW_SECONDS));
    const job = await watched.done;
    tell('reading the file');
    const file = await readFile(fleet.url, admin, job.id);
    if (file.rows !== job.done) {
      throw new Error(`the job wrote ${String(job.done)} rows, its file has ${String(file.rows)}`);
    }
    return {
      rows: job.done,
      exportSeconds: (Date.parse(job.finishedAt ?? '') - Date.parse(job.createdAt)) / 1_000,
      fileMegabytes: file.bytes / 1e6,
      without: answersOf(alone),
      during: answersOf(beside),
      checkouts: { without: alone.all.length, during: beside.all.length },
    };
  });
}

async function prepare(
  database: Database,
  environment: Readonly<Record<string, string>>,
  secret: string,
): Promise<{ readonly tokens: readonly string[]; readonly admin: string }> {
  await migrate(database, ALL_MIGRATIONS);
  const stock = shelves(SKUS, UNITS_EACH);
  const { partitions } = loadSettings(environment);
  await sell(database, stock);
  await seedStock(createEngineStore(database, 'inventory', inventoryTables), stock, {
    partitions,
    nowMs: Date.now(),
  });
  const tokens = await signInMany(database, { secret, role: 'customer', count: SHOPPERS });
  const [admin = ''] = await signInMany(database, { secret, role: 'admin', count: 1 });
  return { tokens, admin };
}

/** Adds the products of the bench to a catalogue that has others; those that are there stay. */
async function sell(database: Database, stock: Parameters<typeof productsOf>[0]): Promise<void> {
  const products = productsOf(stock);
  await database.query(
    `insert into catalog.category (id, name, position) values ($1, $2, 999) on conflict (id) do nothing`,
    [BENCH_CATEGORY.id, BENCH_CATEGORY.name],
  );
  await database.query(
    `insert into catalog.product
       (id, sku, name, description, category_id, price_cents, cost_cents, currency, image_url, created_at)
     select id, sku, name, description, $6, price_cents, 1, 'USD', '', now()
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
       as product(id, sku, name, description, price_cents)
     on conflict (id) do nothing`,
    [
      products.map(({ id }) => id),
      products.map(({ sku }) => sku),
      products.map(({ name }) => name),
      products.map(({ description }) => description),
      products.map(({ priceCents }) => priceCents),
      BENCH_CATEGORY.id,
    ],
  );
}

/** The time since which so many orders have been placed; a few more, where several share the first moment. */
async function since(database: Database, rows: number): Promise<string> {
  const [first] = await database.query<{ readonly created_at: Date }>(
    'select created_at from orders.orders order by created_at desc offset $1::bigint limit 1',
    [rows - 1],
  );
  if (first === undefined) throw new Error(`there are fewer than ${String(rows)} orders to export`);
  return first.created_at.toISOString();
}

/** Shoppers who come steadily, row after row, until there is no next one; each part is waited for to its last answer. */
function shoppers(
  place: { readonly url: string; readonly agent: Agent },
  tokens: readonly string[],
  perSecond: number,
): (part: string, nextSeconds: () => number) => Promise<Checkouts> {
  const run = randomBytes(4).toString('hex');
  return async (part, nextSeconds) => {
    const checkouts = new Checkouts(
      `${part}-${run}`,
      ordinaryWishes(tokens, { skus: SKUS, lines: 2, cardToken: 'tok_ok' }),
    );
    const answers: Promise<unknown>[] = [];
    do {
      const count = Math.ceil(perSecond * nextSeconds());
      const { answered } = await comeSteadily(place, { perSecond, count }, (dueMs) => checkouts.begin(dueMs));
      answers.push(answered);
      // The last of a row has come; the next one is due a turn later.
      await pause(1_000 / perSecond);
    } while (part === 'beside' && nextSeconds() > 0);
    await Promise.all(answers);
    const failed = checkouts.all.find(({ answer }) => answer?.status !== 202);
    if (failed !== undefined) {
      throw new Error(`checkout ${failed.key}: ${String(failed.answer?.status ?? failed.lost)}`);
    }
    return checkouts;
  };
}

function answersOf({ all }: Checkouts): Figures {
  return figuresOf(
    all.flatMap(({ answer, beganMs }) => (answer === undefined ? [] : [answer.atMs - beganMs])),
  );
}

function watchExport(url: string, admin: string, dateFrom: string) {
  let over = false;
  const done = finished(url, admin, dateFrom).finally(() => {
    over = true;
  });
  // Whoever waits for it hears of its failure.
  done.catch(() => undefined);
  return { over: () => over, done };
}

async function finished(url: string, admin: string, dateFrom: string): Promise<JobView> {
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const asked = await fetch(`${url}/api/admin/orders/export`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ filter: { date_from: dateFrom } }),
  });
  if (asked.status !== 202) throw new Error(`the export was answered with ${String(asked.status)}`);
  const { jobId } = (await asked.json()) as { readonly jobId: string };
  const deadlineMs = performance.now() + EXPORT_MS_MAX;
  for (;;) {
    const answer = await fetch(`${url}/api/admin/jobs/${jobId}`, { headers });
    if (!answer.ok) throw new Error(`the job was answered with ${String(answer.status)}`);
    const job = (await answer.json()) as JobView;
    if (job.state === 'done') return job;
    if (job.finishedAt !== null || performance.now() > deadlineMs) {
      throw new Error(
        `the export is ${job.state} after ${String(job.done)} rows: ${job.problem ?? 'no problem told'}`,
      );
    }
    await pause(500);
  }
}

/** Rows without the head. */
async function readFile(url: string, admin: string, jobId: string) {
  const answer = await fetch(`${url}/api/admin/jobs/${jobId}/file`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  if (!answer.ok || answer.body === null)
    throw new Error(`the file was answered with ${String(answer.status)}`);
  let bytes = 0;
  let rows = -1;
  const lines = createInterface({
    input: Readable.fromWeb(answer.body),
    crlfDelay: Infinity,
  });
  for await (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    rows += 1;
  }
  return { bytes, rows };
}
