import { randomBytes } from 'node:crypto';
import { LocalHops } from '../../core/engine/local-hops.ts';
import type { Broker } from '../../core/engine/ports.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { TransientState } from '../../core/services/transient.ts';
import { createEmbeddedBroker } from '../embedded/broker.ts';
import { EmbeddedTransientState } from '../embedded/transient.ts';
import { accountsMigrations } from '../postgres/accounts/schema.ts';
import { catalogMigrations } from '../postgres/catalog/migrations.ts';
import type { Database } from '../postgres/database.ts';
import { createDeadLetterJournal } from '../postgres/dead-letters/journal.ts';
import { consoleMigrations } from '../postgres/console/schema.ts';
import { deadLettersMigrations } from '../postgres/dead-letters/schema.ts';
import { analyticsMigrations } from '../postgres/analytics/migrations.ts';
import { assistantMigrations } from '../postgres/assistant/schema.ts';
import { demoMigrations } from '../postgres/demo/schema.ts';
import { gatewayMigrations } from '../postgres/gateway/migrations.ts';
import { intelligenceMigrations } from '../postgres/intelligence/migrations.ts';
import { inventoryMigrations } from '../postgres/inventory/migrations.ts';
import { notificationsMigrations } from '../postgres/notifications/schema.ts';
import { opsMigrations } from '../postgres/ops/schema.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { paymentsMigrations, simulatedGatewayMigrations } from '../postgres/payments/schema.ts';
import { seedMigrations } from '../postgres/seed/migrations.ts';
import { shippingMigrations } from '../postgres/shipping/schema.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { openData } from './data-folder.ts';
import type { Settings } from './settings.ts';
import { platformTopology } from './topology.ts';

/**
 * Owns: the world a process works in: database, broker, short-lived state, each real or embedded as the settings say.
 */
export interface Resources {
  readonly database: Database;
  readonly broker: Broker;
  readonly transient: TransientState;
  /** What each of them is, for people. */
  readonly names: { readonly database: string; readonly broker: string; readonly transient: string };
  close(): Promise<void>;
}

export const ALL_MIGRATIONS = [
  accountsMigrations,
  catalogMigrations,
  gatewayMigrations,
  ordersMigrations,
  inventoryMigrations,
  paymentsMigrations,
  simulatedGatewayMigrations,
  shippingMigrations,
  notificationsMigrations,
  deadLettersMigrations,
  demoMigrations,
  assistantMigrations,
  consoleMigrations,
  opsMigrations,
  intelligenceMigrations,
  analyticsMigrations,
  seedMigrations,
] as const;

/** Opens everything and brings the database up to date; what was opened is closed again when a later step fails. */
export async function openResources(settings: Settings, logger: Logger): Promise<Resources> {
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async (): Promise<void> => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    const database = await openData(settings);
    opened.push(database);
    await bringUpToDate({ database, url: settings.databaseUrl, sets: ALL_MIGRATIONS, logger });
    const broker = await openBroker(settings, database, logger);
    opened.push(broker);
    const transient =
      settings.redisUrl === undefined
        ? new EmbeddedTransientState()
        : await openRedis(settings.redisUrl, logger);
    opened.push(transient);
    return {
      database,
      broker,
      transient,
      names: {
        database: settings.databaseUrl === undefined ? `embedded in ${settings.dataDir}` : 'Postgres',
        broker: settings.amqpUrl === undefined ? 'in process' : 'RabbitMQ',
        transient: settings.redisUrl === undefined ? 'in process' : 'Redis',
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/* The clients of servers are loaded where there is one. */

async function openRedis(url: string, logger: Logger): Promise<TransientState> {
  const { openRedisTransientState } = await import('../redis/transient.ts');
  return openRedisTransientState({ url, logger });
}

async function openBroker(settings: Settings, database: Database, logger: Logger): Promise<Broker> {
  const topology = platformTopology(settings.partitions);
  if (settings.amqpUrl !== undefined) {
    const { openRabbit } = await import('../rabbitmq/broker.ts');
    const name = memberName(settings);
    const broker = await openRabbit(settings.amqpUrl, { topology, clientName: name, logger });
    return settings.localHops ? new LocalHops({ broker, topology, name, clock: systemClock }) : broker;
  }
  return createEmbeddedBroker({ topology, journal: createDeadLetterJournal(database) });
}

/** Names this start of this process among all members: readable, and never used twice. */
export function memberName({ services }: Pick<Settings, 'services'>): string {
  const role = services.length === 1 ? services[0] : services.includes('gateway') ? 'platform' : 'worker';
  return `${String(role)}-${String(process.pid)}-${randomBytes(4).toString('hex')}`;
}
