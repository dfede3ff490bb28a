import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { platformContract } from '../contracts/platform.ts';
import { startVisibly } from './platform-testing.ts';

t.setTimeout(300_000);

t.test('the product on the embedded stack', (t) =>
  platformContract(t, async (_t, run) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-platform-'));
    try {
      await run({
        start: async (settings) => {
          const { platform, resources, holdBack } = await startVisibly({ ...settings, DATA_DIR: folder });
          const { broker, database } = resources;
          return { url: platform.url ?? '', broker, database, holdBack, stop: () => platform.stop() };
        },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }),
);
