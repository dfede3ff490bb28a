import { z } from 'zod';
import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import type { NotificationQueries } from '../../../core/services/notifications/ports.ts';
import type { OrderQueries } from '../../../core/services/orders/ports.ts';
import type { PaymentQueries } from '../../../core/services/payments/ports.ts';
import type { ShippingQueries } from '../../../core/services/shipping/ports.ts';
import type { App } from '../app.ts';
import { type Access, identityOf } from '../authentication.ts';
import { requireVisibleOrder } from '../ownership.ts';
import { HttpProblem } from '../problem.ts';
import { id, wholeNumber } from '../schemas.ts';

const NOTIFICATIONS_DEFAULT = 50;

export interface FulfilmentRoutesDeps {
  readonly orders: Pick<OrderQueries, 'versions'>;
  readonly inventory: InventoryQueries;
  readonly payments: PaymentQueries;
  readonly shipping: ShippingQueries;
  readonly notifications: NotificationQueries;
  readonly access: Access;
}

/** What the other services know about an order: for its owner and for admins. */
export function fulfilmentRoutes(app: App, deps: FulfilmentRoutesDeps): void {
  const { access, orders } = deps;
  const params = z.object({ orderId: id });

  app.get(
    '/api/inventory/:sku',
    { onRequest: access.anyone, schema: { tags: ['inventory'], params: z.object({ sku: id }) } },
    async (request) => {
      const level = await deps.inventory.find(request.params.sku);
      if (level === undefined) throw new HttpProblem(404, 'unknown_sku', 'there is no such SKU');
      return level;
    },
  );

  app.get(
    '/api/inventory/reservations/:orderId',
    { onRequest: access.user, schema: { tags: ['inventory'], params } },
    async (request) => {
      await requireVisibleOrder(request, orders, request.params.orderId);
      return { items: await deps.inventory.reservations(request.params.orderId) };
    },
  );

  app.get(
    '/api/payments/transactions/:orderId',
    { onRequest: access.user, schema: { tags: ['payments'], params } },
    async (request) => {
      await requireVisibleOrder(request, orders, request.params.orderId);
      return { items: await deps.payments.transactions(request.params.orderId) };
    },
  );

  app.get(
    '/api/shipping/shipments/:orderId',
    { onRequest: access.user, schema: { tags: ['shipping'], params } },
    async (request) => {
      await requireVisibleOrder(request, orders, request.params.orderId);
      return { items: await deps.shipping.shipments(request.params.orderId) };
    },
  );

  app.get(
    '/api/notifications',
    {
      onRequest: access.user,
      schema: {
        tags: ['notifications'],
        querystring: z.object({ limit: wholeNumber(1, 100).optional(), before: id.optional() }),
      },
    },
    async (request) => {
      const { limit = NOTIFICATIONS_DEFAULT, before } = request.query;
      const items = await deps.notifications.ofUser(identityOf(request).user.id, limit, before);
      return { items, nextBefore: items.length === limit ? (items.at(-1)?.id ?? null) : null };
    },
  );
}
