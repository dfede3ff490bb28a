import { randomBytes } from 'node:crypto';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Database } from '../../postgres/database.ts';
import { openPostgres } from '../../postgres/open.ts';
import { makeVhosts, removeVhosts } from '../../rabbitmq/virtual-host.ts';
import { DrillImpossible } from './run.ts';
import { forgetShortLived, requireRedis } from './stage-redis.ts';

/**
 * Owns: a place of its own for a drill on the services that the environment names: a database and a virtual host,
 * removed afterwards, and what the platform keeps in Redis about the people and orders of that database.
 * Does not own: the processes that run on it (fleet.ts), the faults.
 *
 * I1. Whatever happens, Ctrl-C included, everything deferred runs once, last first, and the services are left as they
 *     were.
 */
export interface Stage {
  readonly name: string;
  /** Straight to the database, whatever the processes go through: for looking on and for the books. */
  readonly database: Database;
  readonly vhost: string;
  /** The settings that lead a process here. */
  readonly urls: ServiceUrls;
  /** Runs before the stage is removed; the last deferred runs first. */
  defer(work: () => Promise<unknown>): void;
}

export interface ServiceUrls {
  readonly DATABASE_URL: string;
  readonly AMQP_URL: string;
  readonly REDIS_URL: string;
}

/** Throws DrillImpossible, with the URL, when a service does not answer. */
export function withStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  return withDeferred(async (deferred) => work(await build(deferred)));
}

type Deferred = (() => Promise<unknown>)[];

/**
 * Runs `work`; when it has ended, or the process is told to end, everything deferred runs once, the last first, whatever
 * one of them says.
 */
export async function withDeferred<Result>(work: (deferred: Deferred) => Promise<Result>): Promise<Result> {
  const deferred: Deferred = [];
  const runAll = async (): Promise<void> => {
    for (let last = deferred.pop(); last !== undefined; last = deferred.pop()) {
      await last().catch((error: unknown) => console.error(`cleaning up: ${errorMessage(error)}`));
    }
  };
  // One clean-up, whoever asks first: a second one would end the process before the first is through.
  let running: Promise<void> | undefined;
  const cleanUp = (): Promise<void> => (running ??= runAll());
  const interrupted = (): void => void cleanUp().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work(deferred);
  } finally {
    await cleanUp();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

async function build(deferred: Deferred): Promise<Stage> {
  const serverUrl = urlOf('DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
  const brokerUrl = urlOf('AMQP_URL', 'amqp://guest:guest@127.0.0.1:5672');
  const redisUrl = urlOf('REDIS_URL', 'redis://127.0.0.1:6379');
  await requireRedis(redisUrl);
  const server = await openServer(serverUrl);
  deferred.push(() => server.close());
  const vhosts = await makeVhosts(brokerUrl, 'orrery-drill', 1);
  const vhost = vhosts?.at(0);
  if (vhosts === undefined || vhost === undefined) {
    throw new DrillImpossible(
      `RabbitMQ does not answer at ${shown(brokerUrl)}, or neither rabbitmqctl nor its management API makes a virtual host`,
    );
  }
  deferred.push(() => removeVhosts(brokerUrl, vhosts));
  const name = `orrery_drill_${randomBytes(4).toString('hex')}`;
  await server.exec(`create database ${name}`);
  deferred.push(() => server.exec(`drop database if exists ${name} with (force)`));
  const databaseUrl = new URL(serverUrl);
  databaseUrl.pathname = `/${name}`;
  const database = await openPostgres(databaseUrl.href, { poolMax: 3, applicationName: 'orrery-drill' });
  deferred.push(
    () => database.close(),
    () => forgetShortLived(redisUrl, database),
  );
  return {
    name,
    database,
    vhost: vhost.name,
    urls: { DATABASE_URL: databaseUrl.href, AMQP_URL: vhost.url, REDIS_URL: redisUrl },
    defer: (work) => void deferred.push(work),
  };
}

function urlOf(setting: keyof ServiceUrls, local: string): string {
  const url = process.env[setting] ?? local;
  if (!URL.canParse(url)) throw new DrillImpossible(`${setting} is no URL`);
  return url;
}

async function openServer(url: string): Promise<Database> {
  try {
    return await openPostgres(url, { poolMax: 1, applicationName: 'orrery-drill' });
  } catch (error) {
    throw new DrillImpossible(`Postgres does not answer at ${shown(url)}: ${errorMessage(error)}`);
  }
}

/** A URL without its password. */
function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
