import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { transientContract } from '../contracts/transient.ts';
import { openRedisTransientState } from './transient.ts';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

async function reachable(): Promise<boolean> {
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  probe.on('error', () => undefined);
  try {
    await probe.connect();
    return true;
  } catch {
    return false;
  } finally {
    probe.disconnect();
  }
}

const present = await reachable();
const skip = !present && process.env['REQUIRE_SERVICES'] !== '1' ? 'no redis here' : false;

await t.test('short-lived state in redis', { skip }, async (t) => {
  const prefix = `orrery-test-${randomUUID()}:`;
  const state = await openRedisTransientState({ url, prefix, logger: silentLogger });
  t.teardown(async () => {
    await state.close();
    const cleaner = new Redis(url);
    const keys = await cleaner.keys(`${prefix}*`);
    if (keys.length > 0) await cleaner.del(...keys);
    await cleaner.quit();
  });
  await transientContract(t, state, (name) => name);
});

await t.test('two processes share amounts and windows', { skip }, async (t) => {
  const prefix = `orrery-test-${randomUUID()}:`;
  const one = await openRedisTransientState({ url, prefix, logger: silentLogger });
  const other = await openRedisTransientState({ url, prefix, logger: silentLogger });
  t.teardown(() => Promise.all([one.close(), other.close()]));
  await one.addAmount('cart', 'a', 2, { amountMax: 9, fieldsMax: 9, ttlMs: 60_000 });
  t.equal((await other.readAmounts('cart')).get('a'), 2);
  await one.takeTurn('window', 1, 60_000);
  t.equal((await other.takeTurn('window', 1, 60_000)).allowed, false);
});

await t.test('without a server every call rejects soon, and the start does not fail', async (t) => {
  const state = await openRedisTransientState({ url: 'redis://127.0.0.1:1', logger: silentLogger });
  t.teardown(() => state.close());
  await t.rejects(state.readAmounts('cart'), { code: 'transient_unavailable', retryable: true });
  await t.rejects(state.takeTurn('window', 1, 1_000), { code: 'transient_unavailable' });
  await t.rejects(state.ping(), { code: 'transient_unavailable' });
});

await t.test('a server that accepts but never answers counts as gone', async (t) => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  if (address === null || typeof address === 'string') return t.fail('no port');
  const state = await openRedisTransientState({
    url: `redis://127.0.0.1:${String(address.port)}`,
    logger: silentLogger,
  });
  t.teardown(async () => {
    await state.close();
    mute.close();
  });
  const started = Date.now();
  await t.rejects(state.readAmounts('cart'), { code: 'transient_unavailable' });
  t.ok(Date.now() - started < 10_000, 'nobody waits for ever');
});
