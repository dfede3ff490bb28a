import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { StoredDeadLetter } from '../../../core/engine/ports.ts';
import { orderSaga } from '../../../sagas/order/saga.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import { openData } from '../data-folder.ts';
import { startVisibly } from '../platform-testing.ts';
import { Verdicts } from './run.ts';
import { savedOrdersFiles } from './saved-files.ts';
import { loadSaved, readSaved } from './saved-orders.ts';
import { checkUpgrade, type LeftOrder, leftOrders, operate, OPERATOR } from './upgraded-orders.ts';

t.setTimeout(300_000);

/** As if the older build had stopped a minute ago: every time-out and retry that it left is due. */
const AGED_MS = 60_000;

/** Leaves the file's orders in a data folder; resolves with how they were left. */
async function leave(file: string, folder: string): Promise<readonly LeftOrder[]> {
  const data = await openData({ databaseUrl: undefined, dataDir: folder });
  try {
    await loadSaved(data, await readSaved(file), { nowMs: Date.now(), agedMs: AGED_MS });
    return await leftOrders(data);
  } finally {
    await data.close();
  }
}

for (const file of savedOrdersFiles()) {
  t.test(`${file}: every order comes to its end on the embedded stack of today`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-upgrade-'));
    try {
      const left = await leave(file, folder);
      const { platform, resources } = await startVisibly({
        DATA_DIR: folder,
        PORT: '0',
        LOG_LEVEL: 'silent',
        ADMIN_EMAIL: OPERATOR.email,
        ADMIN_PASSWORD: OPERATOR.password,
        SHIPPING_TIME_SCALE: '1000000',
        PAYMENT_TIMEOUT_MS: '1500',
        PAYMENT_LATENCY_MS: '0',
      });
      try {
        const rest = { limitMs: 30_000, lookMs: 100 };
        t.ok(await operate(resources.database, platform.url ?? '', rest), 'all come to their end');
        const verdicts = new Verdicts((line) => t.comment(line));
        const rows = await checkUpgrade(resources, left, orderSaga.definition, verdicts);
        t.same(verdicts.failed, [], 'the books hold');
        t.ok(
          rows.length > 10 && rows.every(({ orders, over, migrated }) => orders === over + migrated),
          'none is kept',
        );
      } finally {
        await platform.stop();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

t.test('orders that stay on their way are found; those that are kept must be told of', (t) =>
  withTestPglite(async (database) => {
    const [file = ''] = savedOrdersFiles();
    await loadSaved(database, await readSaved(file), { nowMs: Date.now() });
    const left = await leftOrders(database);
    const open = left.filter(({ finished }) => !finished);
    const letters = open.map(({ id }) => ({
      code: 'not_migratable',
      reason: 'no way',
      message: { subject: id },
    }));
    const check = async (service: string): Promise<{ failed: readonly string[]; kept: number }> => {
      const verdicts = new Verdicts((line) => t.comment(line));
      const broker = {
        deadLetters: (of: string) =>
          Promise.resolve((of === service ? letters : []) as unknown as StoredDeadLetter[]),
      };
      const rows = await checkUpgrade({ database, broker }, left, orderSaga.definition, verdicts);
      return { failed: verdicts.failed, kept: rows.reduce((sum, { kept }) => sum + kept, 0) };
    };
    t.same(await check('nobody'), {
      failed: ['every order comes to its end, or is kept and told of among the dead letters'],
      kept: open.length,
    });
    t.same(await check('orders'), { failed: [], kept: open.length });
  }),
);
