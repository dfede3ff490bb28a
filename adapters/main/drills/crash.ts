import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Database } from '../../postgres/database.ts';
import { openPostgres } from '../../postgres/open.ts';
import { auditBooks } from './books.ts';
import { PlatformProcess } from './process.ts';
import { enterShop, placeOrders, type Tally } from './shoppers.ts';

/**
 * `npm run drill:crash`: one gateway and two workers on Postgres, RabbitMQ and Redis; orders are placed all the time
 * while a worker is killed with SIGKILL and started again, then the gateway likewise; then the books are checked by
 * SQL. Exit code 0 when they are right, 1 when not, 2 when a service is missing or an argument is wrong.
 */
const USAGE =
  'usage: npm run drill:crash -- [--orders N] [--rate N]   (1 to 100,000 orders, 1 to 1,000 a second)';
const run = promisify(execFile);

async function main(): Promise<number> {
  const { orders, rate } = readArguments(process.argv.slice(2));
  const name = `orrery_drill_${randomBytes(4).toString('hex')}`;
  const serverUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const amqpUrl = new URL(process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672');
  const server = await openPostgres(serverUrl, { poolMax: 1 });
  await server.exec(`create database ${name}`);
  await rabbitmqctl('add_vhost', name);
  await rabbitmqctl('set_permissions', '-p', name, decodeURIComponent(amqpUrl.username), '.*', '.*', '.*');
  const databaseUrl = new URL(serverUrl);
  databaseUrl.pathname = `/${name}`;
  amqpUrl.pathname = `/${name}`;
  try {
    return await drill({ orders, rate, databaseUrl: databaseUrl.href, amqpUrl: amqpUrl.href });
  } finally {
    await server.exec(`drop database if exists ${name} with (force)`);
    await server.close();
    await rabbitmqctl('delete_vhost', name);
  }
}

interface Drill {
  readonly orders: number;
  readonly rate: number;
  readonly databaseUrl: string;
  readonly amqpUrl: string;
}

async function drill({ orders, rate, databaseUrl, amqpUrl }: Drill): Promise<number> {
  const shared = {
    DATABASE_URL: databaseUrl,
    AMQP_URL: amqpUrl,
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    LOG_LEVEL: 'error',
    CHECKOUT_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    SHIPPING_TIME_SCALE: '1000000',
  };
  const port = await freePort();
  const services = 'orders,inventory,payments,shipping,notifications';
  const gateway = new PlatformProcess('gateway', {
    ...shared,
    PORT: String(port),
    SERVICES: 'gateway,accounts,catalog,carts',
  });
  const workers = [1, 2].map(
    (number) => new PlatformProcess(`worker ${String(number)}`, { ...shared, SERVICES: services }),
  );
  const all = [gateway, ...workers];
  const database = await openPostgres(databaseUrl, { poolMax: 2 });
  try {
    const [url] = await Promise.all(all.map((each) => each.start()));
    const [victim] = workers;
    if (url === undefined || victim === undefined)
      throw new Error('the gateway has an address, and there are workers');
    const shop = await enterShop(url);
    say(`placing ${String(orders)} orders, ${String(rate)} a second`);
    const placing = placeOrders(shop, orders, rate);
    const third = ((orders / rate) * 1_000) / 3;
    await pause(third);
    await crash(victim, database);
    await pause(third / 2);
    await crash(gateway, database);
    const tally = await placing;
    report(tally);
    await allFinal(database, FINAL_MS_MAX);
    return await check(database, tally);
  } finally {
    await Promise.all(all.map((each) => each.stop()));
    await database.close();
  }
}

async function crash(victim: PlatformProcess, database: Database): Promise<void> {
  const killedAt = Date.now();
  await victim.kill();
  say(`${victim.name} killed (SIGKILL)`);
  if (victim.name.startsWith('worker')) {
    const took = await partitionsMoved(database, killedAt);
    say(`its partitions are the other worker's after ${String(took)} ms`);
  }
  await victim.start();
  say(`${victim.name} is up again after ${String(Date.now() - killedAt)} ms`);
}

/** Milliseconds from the kill until every partition has a living owner again. */
async function partitionsMoved(database: Database, killedAt: number): Promise<number> {
  for (;;) {
    const [row] = await database.query<{ dead: number }>(
      `select count(*) as dead from (
         select owner, expires_at from orders.partition union all select owner, expires_at from inventory.partition
       ) as lease where owner is null or expires_at < clock_timestamp()
         or owner not in (select id from orders.member where seen_at > to_timestamp($1::float8 / 1000)
                          union select id from inventory.member where seen_at > to_timestamp($1::float8 / 1000))`,
      [killedAt + 500],
    );
    if (row?.dead === 0) return Date.now() - killedAt;
    if (Date.now() - killedAt > 60_000) throw new Error('the partitions did not move within a minute');
    await pause(20);
  }
}

async function allFinal(database: Database, limitMs: number): Promise<void> {
  const startedAt = Date.now();
  for (;;) {
    const [row] = await database.query<{ open: number; sending: number }>(
      `select (select count(*) from orders.orders where status not in ('delivered', 'cancelled')) as open,
              (select count(*) from orders.outbox) + (select count(*) from inventory.outbox)
                + (select count(*) from payments.outbox) + (select count(*) from shipping.outbox)
                + (select count(*) from notifications.outbox) as sending`,
    );
    if (row?.open === 0 && row.sending === 0) break;
    if (Date.now() - startedAt > limitMs) {
      say(
        `still open after ${String(limitMs)} ms: ${String(row?.open)} orders, ${String(row?.sending)} outbox rows`,
      );
      return;
    }
    await pause(200);
  }
  say(`every order is final ${String(Date.now() - startedAt)} ms after the last was placed`);
}

async function check(database: Database, tally: Tally): Promise<number> {
  const counted = await database.query<{ status: string; orders: number }>(
    'select status, count(*) as orders from orders.orders group by status order by status',
  );
  say(counted.map(({ status, orders }) => `${String(orders)} ${status}`).join(', '));
  const placed = counted.reduce((sum, { orders }) => sum + orders, 0);
  let failed = 0;
  const verdict = (name: string, holds: boolean, detail = ''): void => {
    console.log(`  ${holds ? 'ok    ' : 'BROKEN'}  ${name}${detail}`);
    if (!holds) failed += 1;
  };
  verdict(
    'every accepted order exists, and no other',
    placed === tally.accepted && tally.orderIds.size === tally.accepted,
    ` (${String(tally.accepted)} accepted, ${String(placed)} placed)`,
  );
  const entries = await auditBooks(database);
  for (const { name, broken } of entries) {
    verdict(name, broken.length === 0, broken.length === 0 ? '' : `\n${JSON.stringify(broken, null, 2)}`);
  }
  console.log(`${String(entries.length + 1 - failed)} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

function report({ accepted, refused, again }: Tally): void {
  const no = [...refused].map(([status, count]) => `${String(count)} × ${String(status)}`).join(', ');
  say(
    `${String(accepted)} accepted, refused: ${no === '' ? 'none' : no}; ${String(again)} requests sent again`,
  );
}

function readArguments(given: readonly string[]): { orders: number; rate: number } {
  const values = { orders: 500, rate: 25 };
  for (let index = 0; index < given.length; index += 2) {
    const [option, value] = [given[index], Number(given[index + 1])];
    if (option === '--orders' && Number.isInteger(value) && value >= 1 && value <= 100_000)
      values.orders = value;
    else if (option === '--rate' && Number.isInteger(value) && value >= 1 && value <= 1_000)
      values.rate = value;
    else {
      console.error(`${option ?? ''} ${given[index + 1] ?? ''}: not understood\n${USAGE}`);
      process.exit(2);
    }
  }
  return values;
}

async function rabbitmqctl(...args: readonly string[]): Promise<void> {
  await run('rabbitmqctl', ['-q', ...args]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const startedAt = Date.now();
function say(text: string): void {
  console.log(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
}

const FINAL_MS_MAX = 120_000;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`The drill can't run: ${errorMessage(error)}`);
  process.exitCode = 2;
}
