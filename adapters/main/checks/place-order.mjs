/**
 * Starts the built product once on each stack and places an order over HTTP, as a shopper would.
 *
 *   node adapters/main/checks/place-order.mjs            embedded, then Postgres + RabbitMQ + Redis
 *   node adapters/main/checks/place-order.mjs embedded   only that
 *
 * Ends with a line `N passed, N failed` and fails when one failed. What it makes (database, virtual host, folder) it
 * removes again.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const START_MS_MAX = 60_000;
const ORDER_MS_MAX = 30_000;
const STOP_MS_MAX = 30_000;

const run = promisify(execFile);
const name = `orrery_check_${randomBytes(4).toString('hex')}`;

function assertIs(holds, text) {
  if (!holds) throw new Error(text);
}

/** Starts the product; resolves to its address once it says that it is up. */
async function start(environment) {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-check-'));
  const settings = { PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn', ...environment };
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'dist/adapters/main/start.js')], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not up after ${START_MS_MAX / 1000} s:\n${output}`));
    }, START_MS_MAX);
    const read = (chunk) => {
      output += chunk;
      const up = /Orrery is up: (http:\S+)/.exec(output);
      if (up === null) return;
      clearTimeout(late);
      resolve(up[1]);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`ended with ${code} before it was up:\n${output}`));
    });
  });
  return { child, url, folder, output: () => output };
}

/** SIGTERM, and a clean end. */
async function stop({ child, folder, output }) {
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  const ended = child.exitCode === null ? once(child, 'exit') : [child.exitCode];
  child.kill('SIGTERM');
  const [code] = await ended;
  clearTimeout(late);
  await rm(folder, { recursive: true, force: true });
  assertIs(code === 0, `the stop ended with ${code}:\n${output()}`);
}

async function call(url, method, path, { token, body, headers = {} } = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** Registers, takes a product that is there, checks out with `tok_ok` and waits until the parcel is scheduled. */
async function placeOrder(url) {
  const health = await call(url, 'GET', '/api/health/ready');
  assertIs(health.status === 200, `ready: ${health.status} ${health.text}`);
  const registered = await call(url, 'POST', '/api/auth/register', {
    body: { name: 'Ada', email: `${name}@example.com`, password: 'correct horse battery' },
  });
  assertIs(registered.status === 201, `register: ${registered.status} ${registered.text}`);
  const { token } = registered.body;
  const products = await call(url, 'GET', '/api/products?limit=100');
  const product = products.body?.items.find((item) => item.available > 5);
  assertIs(product !== undefined, `no product to buy: ${products.status} ${products.text.slice(0, 300)}`);
  const placed = await call(url, 'POST', '/api/orders/checkout', {
    token,
    headers: { 'idempotency-key': name },
    body: {
      shippingAddress: { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
      paymentMethod: { type: 'credit_card', token: 'tok_ok' },
      items: [{ productId: product.id, quantity: 2 }],
    },
  });
  assertIs(placed.status === 202, `checkout: ${placed.status} ${placed.text}`);
  assertIs(placed.body.totalCents >= 2 * product.priceCents, `total: ${placed.text}`);
  const until = Date.now() + ORDER_MS_MAX;
  for (;;) {
    const { body, text } = await call(url, 'GET', `/api/orders/${placed.body.orderId}`, { token });
    if (['confirmed', 'processing', 'shipped', 'delivered'].includes(body?.status) && body.shipment)
      return body.status;
    assertIs(!['cancelled', 'failed'].includes(body?.status), `the order ended as ${text}`);
    assertIs(
      Date.now() < until,
      `the order is not confirmed and scheduled after ${ORDER_MS_MAX / 1000} s: ${text}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function withDatabase(work) {
  const serverUrl = process.env.DATABASE_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.end();
  }
}

/** A virtual host of its own where rabbitmqctl can make one, else that of the URL (a broker made for the check). */
async function withBroker(work) {
  const url = new URL(process.env.AMQP_URL || 'amqp://guest:guest@127.0.0.1:5672');
  try {
    await run('rabbitmqctl', ['--quiet', 'add_vhost', name]);
  } catch {
    return work(url.href);
  }
  try {
    await run('rabbitmqctl', [
      '--quiet',
      'set_permissions',
      '-p',
      name,
      url.username || 'guest',
      '.*',
      '.*',
      '.*',
    ]);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await run('rabbitmqctl', ['--quiet', 'delete_vhost', name]);
  }
}

function onServices(work) {
  const redis = new URL(process.env.REDIS_URL || 'redis://127.0.0.1:6379');
  if (redis.pathname.length < 2) redis.pathname = '/15';
  return withDatabase((database) =>
    withBroker((broker) => work({ DATABASE_URL: database, AMQP_URL: broker, REDIS_URL: redis.href })),
  );
}

const STACKS = {
  embedded: (work) => work({}),
  services: onServices,
};

const wanted = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
for (const [stack, withStack] of Object.entries(STACKS)) {
  if (wanted.length > 0 && !wanted.includes(stack)) continue;
  const started = performance.now();
  const what = `${stack}: the product starts, takes an order and stops cleanly`;
  try {
    const status = await withStack(async (environment) => {
      const product = await start(environment);
      let stopped = false;
      try {
        const status = await placeOrder(product.url);
        stopped = true;
        await stop(product);
        return status;
      } finally {
        if (!stopped) await stop(product).catch(() => undefined);
      }
    });
    totals.passed += 1;
    console.log(`ok   ${what} (${status}, ${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    totals.failed += 1;
    console.log(`FAIL ${what}\n${error instanceof Error ? error.stack : String(error)}`);
  }
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;
