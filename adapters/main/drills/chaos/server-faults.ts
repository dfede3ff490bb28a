import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pause } from '../run.ts';
import type { Fault, Scene } from './scenario.ts';

const run = promisify(execFile);

/** RabbitMQ itself closes every connection of our virtual host, and no other, again and again. */
export const closeConnections: Fault = async ({ stage, lengthMs }) => {
  const endAt = performance.now() + lengthMs;
  let closed = 0;
  while (performance.now() < endAt) {
    const { stdout } = await run('rabbitmqctl', ['close_all_connections', '--vhost', stage.vhost, 'a drill']);
    closed += Number(/Closed (\d+) connections/.exec(stdout)?.[1] ?? 0);
    await pause(CLOSE_EVERY_MS);
  }
  return closed;
};

/** rabbitmqctl may be missing, or lead to another broker than the URL. */
export async function withoutRabbitmqctl({ stage }: Pick<Scene, 'stage'>): Promise<string | undefined> {
  try {
    const { stdout } = await run('rabbitmqctl', ['-q', 'list_vhosts']);
    if (stdout.split('\n').includes(stage.vhost)) return undefined;
    return 'rabbitmqctl leads to another RabbitMQ than AMQP_URL';
  } catch {
    return 'rabbitmqctl is missing, or may not be used by this user';
  }
}

/** Postgres ends every session of the platform in our database, and no other, again and again. */
export const terminateBackends: Fault = async ({ stage, lengthMs, random }) => {
  const endAt = performance.now() + lengthMs;
  let terminated = 0;
  while (performance.now() < endAt) {
    const ended = await stage.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'orrery'`,
      [stage.name],
    );
    terminated += ended.length;
    await pause(TERMINATE_EVERY_MS.least + random() * TERMINATE_EVERY_MS.more);
  }
  return terminated;
};

const CLOSE_EVERY_MS = 2_000;
const TERMINATE_EVERY_MS = { least: 300, more: 1_500 } as const;
