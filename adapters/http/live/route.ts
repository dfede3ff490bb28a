import type { FastifyRequest } from 'fastify';
import { Gauge } from 'prom-client';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { App } from '../app.ts';
import { originOf } from '../authentication.ts';
import { sessionCookie } from '../cookies.ts';
import type { ServerDeps } from '../deps.ts';
import { AdminOrdersTopic } from './admin-orders-topic.ts';
import { MetricsTopic } from './metrics-topic.ts';
import { orderHints, OrderTopics } from './order-topics.ts';
import { CLOSE } from './protocol.ts';
import { QueueTopic } from './queue-topic.ts';
import { LiveSocket } from './socket.ts';

/** Sockets of one process; each costs some ten kilobytes. */
const SOCKETS_MAX = 20_000;
/** A client that does not answer for two of these is gone. */
const PING_MS = 30_000;
/** With the 4 s that an identity may be old, a socket outlives its session by about as long as a token does. */
const SESSION_CHECK_MS = 1_000;

export type LiveDeps = Pick<
  ServerDeps,
  'accounts' | 'analytics' | 'orders' | 'lines' | 'broadcasts' | 'liveTopics' | 'logger' | 'metrics'
>;

/**
 * WebSocket /api/live. Hints about changed orders come from the broker's broadcast; what clients are told is read
 * from the store.
 */
export async function liveRoute(app: App, deps: LiveDeps): Promise<void> {
  const sockets = new Set<LiveSocket>();
  const orderTopics = new OrderTopics(deps.orders, deps.logger);
  const adminOrders = new AdminOrdersTopic(deps.orders, deps.logger);
  const queues = new QueueTopic(deps.lines, deps.logger);
  const metrics = deps.analytics === undefined ? [] : [new MetricsTopic(deps.analytics, deps.logger)];
  const sources = [orderTopics, adminOrders, queues, ...metrics, ...(deps.liveTopics ?? [])];
  const socketDeps = { accounts: deps.accounts, sources, logger: deps.logger };
  new Gauge({
    name: 'live_sockets',
    help: 'Open live update connections',
    registers: [deps.metrics],
    collect() {
      this.set(sockets.size);
    },
  });

  const stopHints = await deps.broadcasts.onBroadcast('orders', (payload) => {
    const hints = orderHints.safeParse(payload);
    if (!hints.success) return;
    orderTopics.hint(hints.data);
    adminOrders.hint(hints.data);
  });
  const timers = [
    setInterval(() => {
      for (const socket of sockets) socket.ping();
    }, PING_MS),
    setInterval(() => void checkSessions(sockets, deps), SESSION_CHECK_MS),
  ];
  app.addHook('preClose', async () => {
    for (const timer of timers) clearInterval(timer);
    for (const source of sources) source.close();
    await stopHints();
  });

  app.get('/api/live', { websocket: true, schema: { hide: true } }, (socket, request) => {
    if (sockets.size >= SOCKETS_MAX) {
      socket.close(CLOSE.tooManySockets, 'too many connections here');
      return;
    }
    const live = new LiveSocket(socket, tokenOf(request), socketDeps);
    sockets.add(live);
    socket.on('close', () => sockets.delete(live));
  });
}

/** The token in the address, else the cookie, which counts only for pages of our own. */
function tokenOf(request: FastifyRequest): string | undefined {
  const { token } = request.query as { readonly token?: unknown };
  if (typeof token === 'string' && token !== '') return token;
  return originOf(request) === 'own' ? sessionCookie(request) : undefined;
}

async function checkSessions(
  sockets: ReadonlySet<LiveSocket>,
  deps: Pick<LiveDeps, 'logger'>,
): Promise<void> {
  const outcomes = await Promise.allSettled([...sockets].map((socket) => socket.checkSession()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  // The sessions may well live: a store that is away is no reason to cut everybody off.
  if (failed !== undefined) {
    deps.logger.warn({ error: errorMessage(failed.reason) }, 'live sessions could not be checked');
  }
}
