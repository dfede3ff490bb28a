import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import type tap from 'tap';
import type { Topology } from '../../core/engine/topology.ts';

export type TapTest = Parameters<Parameters<typeof tap.test>[0]>[0];

const run = promisify(execFile);
const LOCAL_URL = 'amqp://guest:guest@127.0.0.1:5672';
const REACH_MS_MAX = 2_000;
const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Runs a test against RabbitMQ (AMQP_URL, else the usual local port) in a virtual host of its own, removed after.
 * Where rabbitmqctl does not reach the broker (a service container), the URL's own virtual host serves, and the queues
 * and exchanges of `topology` are deleted before and after. Without a broker the test is skipped; with
 * REQUIRE_SERVICES=1 it fails.
 */
export async function withTestVhost(
  t: TapTest,
  work: (url: string) => Promise<void>,
  topology?: Topology,
): Promise<void> {
  const base = process.env['AMQP_URL'] ?? LOCAL_URL;
  if (!(await reachable(base))) {
    if (process.env['REQUIRE_SERVICES'] === '1') t.fail(`RabbitMQ is not reachable at ${new URL(base).host}`);
    else t.skip('no RabbitMQ', () => undefined);
    return;
  }
  const vhost = await addVhost(base);
  if (vhost === undefined) {
    await removeTopology(base, topology);
    try {
      await work(base);
    } finally {
      await removeTopology(base, topology);
    }
    return;
  }
  const url = new URL(base);
  url.pathname = `/${vhost}`;
  try {
    await work(url.href);
  } finally {
    await run('rabbitmqctl', ['-q', 'delete_vhost', vhost]);
  }
}

/** Undefined where that is not in our hands. */
async function addVhost(base: string): Promise<string | undefined> {
  const { hostname, username } = new URL(base);
  if (!LOCAL_HOSTS.has(hostname)) return undefined;
  const vhost = `test-${String(process.pid)}-${randomBytes(4).toString('hex')}`;
  try {
    await run('rabbitmqctl', ['-q', 'add_vhost', vhost]);
    const user = username === '' ? 'guest' : decodeURIComponent(username);
    await run('rabbitmqctl', ['-q', 'set_permissions', '-p', vhost, user, '.*', '.*', '.*']);
    return vhost;
  } catch {
    return undefined;
  }
}

async function removeTopology(url: string, topology: Topology | undefined): Promise<void> {
  if (topology === undefined) return;
  const model = await connect(url);
  try {
    const channel = await model.createChannel();
    for (const { name } of topology.queues) await channel.deleteQueue(name);
    for (const exchange of topology.exchanges) await channel.deleteExchange(exchange);
  } finally {
    await model.close();
  }
}

function reachable(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = net.connect({
      host: hostname,
      port: port === '' ? 5672 : Number(port),
      timeout: REACH_MS_MAX,
    });
    const answer = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}

/** The virtual host an AMQP URL names. */
export function vhostOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname.length <= 1 ? '/' : decodeURIComponent(pathname.slice(1));
}
