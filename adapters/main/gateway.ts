import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { AccountService } from '../../core/services/accounts/accounts.ts';
import { CartService } from '../../core/services/carts/carts.ts';
import { productSvg } from '../../core/services/catalog/picture.ts';
import { buildServer } from '../http/server.ts';
import { createCatalogQueries } from '../postgres/catalog/queries.ts';
import { createNotificationQueries } from '../postgres/notifications/queries.ts';
import { orderQueries } from '../postgres/orders/queries.ts';
import { createPaymentQueries } from '../postgres/payments/queries.ts';
import { createShippingQueries } from '../postgres/shipping/queries.ts';
import type { EngineMetrics } from './metrics.ts';
import type { Nodes } from './nodes.ts';
import type { Resources } from './resources.ts';
import type { Settings } from './settings.ts';

/** Wires the HTTP API: every service's queries over its own tables, its commands through the nodes. */
export async function openGateway(options: {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly nodes: Nodes;
  readonly accounts: AccountService;
  readonly metrics: EngineMetrics;
  readonly logger: FastifyBaseLogger;
  readonly uiFolder?: string;
}): Promise<FastifyInstance> {
  const { settings, resources, nodes, accounts, metrics, logger, uiFolder } = options;
  const { database, broker, transient } = resources;
  const catalog = createCatalogQueries(database);
  return buildServer({
    settings: {
      rateLimitPerMinute: settings.rateLimitPerMinute,
      checkoutLimitPerMinute: settings.checkoutLimitPerMinute,
    },
    logger,
    accounts,
    carts: new CartService(transient, catalog),
    limiter: transient,
    catalog,
    inventory: nodes.inventory,
    orders: { ...orderQueries(database), ...nodes.orders },
    payments: createPaymentQueries(database),
    shipping: createShippingQueries(database),
    notifications: createNotificationQueries(database),
    broadcasts: broker,
    picture: productSvg,
    probes: [
      { name: 'database', check: () => database.ping() },
      {
        name: 'broker',
        check: () =>
          broker.connected() ? Promise.resolve() : Promise.reject(new Error('the broker is out of reach')),
      },
      { name: 'transient', needed: false, check: () => transient.ping() },
    ],
    metrics: metrics.registry,
    ...(uiFolder === undefined ? {} : { uiFolder }),
  });
}
