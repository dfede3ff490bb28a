/**
 * Which real services the tests can use. The tests look for them in the same places; this says what they will find.
 */
import { existsSync } from 'node:fs';
import { connect as connectAmqp } from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';

const TIMEOUT_MS = 3_000;

/** The places the tests try, in their order. */
const CHROMIUM_PATHS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

async function askPostgres(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('show server_version');
    return `PostgreSQL ${rows[0].server_version.split(' ')[0]}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function askRabbit(url) {
  const connection = await connectAmqp(url, { timeout: TIMEOUT_MS, noDelay: true });
  const version = connection.connection.serverProperties.version;
  await connection.close();
  return `RabbitMQ ${version}`;
}

async function askRedis(url) {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: TIMEOUT_MS, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? '';
    return `Redis ${version}`;
  } finally {
    redis.disconnect();
  }
}

const SERVICES = [
  {
    name: 'postgres',
    setting: 'DATABASE_URL',
    usual: 'postgres://postgres@127.0.0.1:5432/postgres',
    ask: askPostgres,
  },
  { name: 'rabbitmq', setting: 'AMQP_URL', usual: 'amqp://guest:guest@127.0.0.1:5672', ask: askRabbit },
  { name: 'redis', setting: 'REDIS_URL', usual: 'redis://127.0.0.1:6379', ask: askRedis },
];

async function find({ name, setting, usual, ask }) {
  const url = process.env[setting] || usual;
  const address = new URL(url).host;
  try {
    return { name, found: true, line: `${address} (${await ask(url)})` };
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.code : String(error);
    return { name, found: false, line: `none at ${address} (${reason}): its tests are skipped` };
  }
}

/** Asks each service; resolves to `{ name, found, line }` for each, the browser last. */
export async function findServices() {
  const found = await Promise.all(SERVICES.map(find));
  const chromium = CHROMIUM_PATHS.find((path) => path && existsSync(path));
  found.push({
    name: 'chromium',
    found: chromium !== undefined,
    line: chromium ?? 'none (CHROMIUM_PATH): the tests in a browser are skipped',
  });
  return found;
}
