import net from 'node:net';
import { connect } from 'amqplib';
import type tap from 'tap';
import type { Topology } from '../../core/engine/topology.ts';
import { makeVhosts, removeVhosts, type VirtualHost } from './virtual-host.ts';

export type TapTest = Parameters<Parameters<typeof tap.test>[0]>[0];

const LOCAL_URL = 'amqp://guest:guest@127.0.0.1:5672';
const REACH_MS_MAX = 10_000;
/** Made at once: by the first test of a process, which is often its only one, and by those after it. */
const VHOSTS_MADE = { first: 1, further: 6 } as const;
/** Removed at once. Queues that nobody needs hold files that the next connection waits for: not many more. */
const VHOSTS_REMOVED = 4;

/**
 * Runs a test against RabbitMQ (AMQP_URL, else the usual local port) in a virtual host of its own, made and
 * removed by rabbitmqctl or else by the management API (RABBITMQ_MANAGEMENT_URL, else port 15672 of the same host). Where
 * neither is at hand, the virtual host of an AMQP_URL that somebody named serves, and the queues and exchanges of
 * `topology` are deleted there before and after. Without a broker the test is skipped; with REQUIRE_SERVICES=1 it
 * fails.
 */
export async function withTestVhost(
  t: TapTest,
  work: (url: string) => Promise<void>,
  topology?: Topology,
): Promise<void> {
  const named = process.env['AMQP_URL'];
  const base = named ?? LOCAL_URL;
  if (!(await reachable(base))) {
    missing(t, `RabbitMQ is not reachable at ${new URL(base).host}`);
    return;
  }
  const own = await takeVhost(base);
  if (own !== undefined) {
    try {
      await work(own.url);
    } finally {
      used.push(own);
      if (used.length >= VHOSTS_REMOVED) await removeVhosts(base, used.splice(0));
    }
    return;
  }
  // Queues are deleted below: never in a virtual host that nobody named for it.
  if (named === undefined) {
    missing(t, 'neither rabbitmqctl nor the management API can make a virtual host');
    return;
  }
  await removeTopology(base, topology);
  try {
    await work(base);
  } finally {
    await removeTopology(base, topology);
  }
}

/** Virtual hosts that no test has had, and those that one has: rabbitmqctl takes as long for several as for one. */
const fresh: VirtualHost[] = [];
const used: VirtualHost[] = [];
let made = 0;

/** A virtual host that no test has had. All are removed when the process has run its tests, if not before. */
async function takeVhost(base: string): Promise<VirtualHost | undefined> {
  if (fresh.length === 0) {
    const more = await makeVhosts(base, 'test', made === 0 ? VHOSTS_MADE.first : VHOSTS_MADE.further);
    if (more === undefined) return undefined;
    if (made === 0) {
      // Not a teardown of tap: asked for one, it would end with the first of several files.
      process.once('beforeExit', () => void removeVhosts(base, [...fresh, ...used]));
    }
    made += more.length;
    fresh.push(...more);
  }
  return fresh.pop();
}

/** The virtual host an AMQP URL names. */
export function vhostOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname.length <= 1 ? '/' : decodeURIComponent(pathname.slice(1));
}

function missing(t: TapTest, reason: string): void {
  if (process.env['REQUIRE_SERVICES'] === '1') t.fail(reason);
  else t.skip(reason, () => undefined);
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
