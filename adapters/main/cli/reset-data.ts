import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { quoteName } from '../../postgres/names.ts';
import { openPostgres } from '../../postgres/open.ts';
import { postgresFolder } from '../data-folder.ts';
import { lockDataDir } from '../data-lock.ts';
import { platformTopology } from '../topology.ts';
import type { CommandContext } from './command.ts';
import { productSchemas, requireStopped } from './product-schemas.ts';
import { purgeQueues } from './purge-queues.ts';

/** Deletes everything the platform has stored: the embedded data, or its schemas in the database. */
export async function resetData(context: CommandContext): Promise<void> {
  const { databaseUrl } = context.settings;
  await (databaseUrl === undefined ? resetFolder(context) : resetDatabase(context, databaseUrl));
}

async function resetFolder({ settings, print, confirm }: CommandContext): Promise<void> {
  const folder = postgresFolder(settings.dataDir);
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    print(`There is no data in ${resolve(settings.dataDir)}.`);
    return;
  }
  const release = await lockDataDir(settings.dataDir);
  try {
    await confirm(`Delete all data in ${resolve(folder)}: orders, accounts, stock, everything?`);
    await rm(folder, { recursive: true });
  } finally {
    await release();
  }
  print('Deleted. The next start begins with the demo stock.');
}

async function resetDatabase({ settings, print, confirm }: CommandContext, url: string): Promise<void> {
  const database = await openPostgres(url, { poolMax: 1, applicationName: 'orrery-cli' });
  try {
    const schemas = await productSchemas(database);
    const { host, pathname } = new URL(url);
    const where = `${pathname.slice(1)} on ${host}`;
    if (schemas.length === 0) {
      print(`There is no data of Orrery in ${where}.`);
      return;
    }
    await requireStopped(database);
    await confirm(`Drop the schemas ${schemas.join(', ')} of ${where} with all their data?`);
    await database.exec(`drop schema ${schemas.map(quoteName).join(', ')} cascade`);
  } finally {
    await database.close();
  }
  print('Dropped. The next start begins with the demo stock.');
  if (settings.amqpUrl === undefined) return;
  // What is still on its way is about orders that are gone.
  const messages = await purgeQueues(settings.amqpUrl, platformTopology(settings.partitions));
  print(`${String(messages)} messages removed from RabbitMQ.`);
}
